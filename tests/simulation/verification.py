"""Verification after a simulation: the index has what the bucket has."""

from __future__ import annotations

from footnote.drift import Drift, detect_drift
from footnote.store import Manifest, Store, document_id
from tests.contract.rigs import Rig
from tests.simulation.simulation import Simulation
from tests.simulation.timeline import Mismatch


async def verify(simulation: Simulation, rig: Rig, store: Store) -> None:
    """Deliver pending notifications, check, reconcile once, and check again. Raises Mismatch."""
    for key in sorted(simulation.pending):
        await simulation.notify(key)
        await simulation.run_to_completion()
    if simulation.pending:
        error = simulation.last_error
        raise Mismatch(f"Without any fault {simulation.pending} were not indexed: {error}.")
    await _check_delivered(simulation, rig, store)
    for key, why in (await _drift(simulation, rig, store)).differences.items():
        simulation.counts[f"found: {why}"] += 1
        await simulation.notify(key, why=why)
        await simulation.run_to_completion()
    if differences := (await _drift(simulation, rig, store)).differences:
        raise Mismatch(f"After a reconciliation the index still differs: {differences}.")
    await _backfill(simulation, store)
    for key in list(simulation.objects.timelines):
        await _check(simulation, rig, store, key, orphans=False)
    await simulation.search_settled()


async def _backfill(simulation: Simulation, store: Store) -> None:
    """Complete a replaced generation, as before a rollback: it lacks what its model failed to embed."""
    for generation in (await store.generations())[1:]:
        for key in [manifest.key async for manifest in store.missing_from(generation)]:
            if key in simulation.objects.timelines:
                simulation.counts["found: missing"] += 1
                await simulation.notify(key, why="behind")
                await simulation.run_to_completion()
        missing = [manifest.key async for manifest in store.missing_from(generation)]
        if missing := [key for key in missing if key in simulation.objects.timelines]:
            raise Mismatch(f"{generation} still lacks {missing}.")


async def _check_delivered(simulation: Simulation, rig: Rig, store: Store) -> None:
    """Check every key of which no notification was dropped, before any reconciliation."""
    rig.refresh()
    for key in sorted(simulation.objects.timelines.keys() - simulation.dropped):
        await _check(simulation, rig, store, key, orphans=not simulation.fault_free)
    if not simulation.dropped:
        await simulation.search_settled()


async def _drift(simulation: Simulation, rig: Rig, store: Store) -> Drift:
    rig.refresh()
    return await detect_drift(simulation.objects.bucket, store, simulation.objects.folder)


async def _check(simulation: Simulation, rig: Rig, store: Store, key: str, *, orphans: bool) -> None:
    """Raises Mismatch unless the index agrees with the bucket; `orphans` allows orphaned chunks."""
    objects, document = simulation.objects, document_id(simulation.objects.bucket.uri_of(key))
    manifest, state = await store.manifest(document), objects.timelines[key][-1]
    text = " ".join(chunk.text for chunk in await store.chunks(document, None))
    if text != state.text or _indexed(manifest) != _present(simulation, key):
        raise Mismatch(f"{key} is {state}, and in the index {text!r} of {manifest}.")
    names = [generation.name for generation in await store.generations()]
    named = sum(manifest.chunk_counts.get(name, 0) for name in names) if manifest else 0
    stored = rig.stored_chunks(document)
    if stored != named and not (orphans and stored > named):
        raise Mismatch(f"Of {key} there are {stored} chunks, and {manifest} names {named}.")


def _present(simulation: Simulation, key: str) -> tuple[str, tuple[str, ...]] | None:
    """Etag and groups of the object in the bucket."""
    found = simulation.objects.bucket.objects.get(key)
    return (found[0].etag, found[0].groups) if found else None


def _indexed(manifest: Manifest | None) -> tuple[str, tuple[str, ...]] | None:
    """Etag and groups of the object in the index."""
    if manifest is None or manifest.state == "deleted":
        return None
    return manifest.etag, manifest.groups
