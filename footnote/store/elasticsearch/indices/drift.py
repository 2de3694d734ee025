"""The last drift report, in the name of an alias: a key that may write no document may add one."""

from __future__ import annotations

from datetime import UTC, datetime

from footnote.contracts import DRIFT_KINDS, DriftReport
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.transport import target
from footnote.store.elasticsearch.indices.schema import ALIAS_TIME, Names


class DriftReports:
    def __init__(self, client: Client, names: Names) -> None:
        self._client = client
        self._index = names.manifests
        self._prefix = names.drift

    async def put(self, report: DriftReport) -> None:
        """Replace the last report atomically. The manifests' index must exist."""
        added = {"index": self._index, "alias": self._alias(report), "is_hidden": True}
        removed = {"index": self._index, "alias": f"{self._prefix}*", "must_exist": False}
        await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.update_aliases(
                actions=[{"remove": removed}, {"add": added}]
            )
        )

    async def last(self) -> DriftReport | None:
        where = target(self._index, ignore_unavailable="true", filter_path="*.aliases")
        answer = await self._client.request("GET", where)
        aliases = answer.get(self._index, {}).get("aliases", {})
        return next((self._parse(alias) for alias in aliases if alias.startswith(self._prefix)), None)

    def _alias(self, report: DriftReport) -> str:
        time = report.compared_at.astimezone(UTC).strftime(ALIAS_TIME)
        return "-".join([self._prefix + time, *(str(getattr(report, name)) for name in DRIFT_KINDS)])

    def _parse(self, alias: str) -> DriftReport:
        time, *counts = alias.removeprefix(self._prefix).split("-")
        compared_at = datetime.strptime(time, ALIAS_TIME).replace(tzinfo=UTC)
        return DriftReport(
            compared_at=compared_at, **dict(zip(DRIFT_KINDS, map(int, counts), strict=True))
        )
