"""Timestamps in the form in which both stores keep and compare them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso_utc(value: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the microsecond, so that text order is time order."""
    return as_utc(value).isoformat(timespec="microseconds") if value else None


def as_utc(value: datetime) -> datetime:
    """The time in UTC; a time without a zone counts as UTC."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
