"""The last report of drift: the name of an alias. Whoever reports may make one, and write nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from footnote.contracts import DRIFTS, DriftReport
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.generations import STAMP
from footnote.store.elasticsearch.schema import Names
from footnote.store.elasticsearch.wire import target


class DriftReports:
    def __init__(self, client: Client, names: Names) -> None:
        self._client = client
        self._index = names.manifests
        self._begins = names.drift

    async def put(self, report: DriftReport) -> None:
        """Replaces the last, in one moment. The index is there."""
        kept = {"index": self._index, "alias": self._named(report), "is_hidden": True}
        before = {"index": self._index, "alias": f"{self._begins}*", "must_exist": False}
        await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.update_aliases(
                actions=[{"remove": before}, {"add": kept}]
            )
        )

    async def last(self) -> DriftReport | None:
        where = target(self._index, ignore_unavailable="true", filter_path="*.aliases")
        answer = await self._client("GET", where)
        aliases = answer.get(self._index, {}).get("aliases", {})
        return next((self._read(alias) for alias in aliases if alias.startswith(self._begins)), None)

    def _named(self, report: DriftReport) -> str:
        stamp = report.compared_at.astimezone(UTC).strftime(STAMP)
        return "-".join([self._begins + stamp, *(str(getattr(report, name)) for name in DRIFTS)])

    def _read(self, alias: str) -> DriftReport:
        stamp, *counts = alias.removeprefix(self._begins).split("-")
        compared_at = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
        return DriftReport(compared_at=compared_at, **dict(zip(DRIFTS, map(int, counts), strict=True)))
