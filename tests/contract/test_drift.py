"""The stored drift report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from footnote.contracts import DriftReport
from footnote.store import Generation, Store
from tests.contract.samples import put

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)
FIRST = DriftReport(compared_at=NOON, new=20, changed=0, gone=3, behind=0, leftovers=1)
SECOND = DriftReport(compared_at=ONE, new=0, changed=4, gone=0, behind=5, leftovers=0)


async def test_there_is_no_report_before_the_first(store: Store, generation: Generation) -> None:
    assert await store.drift_report() is None


async def test_an_empty_store_keeps_a_report(store: Store, other: Store) -> None:
    assert await store.drift_report() is None
    await store.save_drift_report(FIRST)
    assert await other.drift_report() == FIRST


async def test_a_report_replaces_the_previous_one(
    store: Store, other: Store, generation: Generation
) -> None:
    await store.save_drift_report(FIRST)
    await other.save_drift_report(SECOND)
    assert await store.drift_report() == SECOND
    await store.save_drift_report(FIRST)
    assert await other.drift_report() == FIRST


async def test_saving_a_report_changes_nothing_else(store: Store, generation: Generation) -> None:
    committed = await put(store, generation, "heron.txt", "The heron fishes.")
    await store.save_drift_report(FIRST)
    assert await store.manifest(committed.id) == committed
    assert await store.generations() == (generation,)
    assert await put(store, generation, "otter.txt", "The otter swims.")
