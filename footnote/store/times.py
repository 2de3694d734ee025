"""Times as both stores keep them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the microsecond, so that text order is time order."""
    return utc(value).isoformat(timespec="microseconds") if value else None


def utc(value: datetime) -> datetime:
    """A time without a zone counts as UTC."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
