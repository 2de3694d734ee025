"""Whether the index holds what the bucket holds, once a history is over."""

from __future__ import annotations

from footnote.drift import Drift, detect_drift
from footnote.store import Manifest, Store, document_id
from tests.contract.rigs import Rig
from tests.histories.chronicle import Mismatch
from tests.histories.history import History


async def conclude(history: History, rig: Rig, store: Store) -> None:
    """Deliver what is still on its way, compare once, and check both. Raises Mismatch."""
    for key in sorted(history.owed):
        await history.hear(key)
        await history.rest()
    if history.owed:
        why = history.unfinished
        raise Mismatch(f"Nothing was in the way, and {history.owed} were not worked on: {why}.")
    await _check_delivered(history, rig, store)
    for key, why in (await _drift(history, rig, store)).differences.items():
        history.counts[f"found: {why}"] += 1
        await history.hear(key, why=why)
        await history.rest()
    if whys := (await _drift(history, rig, store)).differences:
        raise Mismatch(f"After one comparison the index is still not true to {whys}.")
    await _complete(history, store)
    for key in list(history.objects.chronicle):
        await _check(history, rig, store, key, orphans=False)


async def _complete(history: History, store: Store) -> None:
    """As who goes back to a replaced index does: one whose model failed lacks what came then."""
    for generation in (await store.generations())[1:]:
        for key in [manifest.key async for manifest in store.missing_from(generation)]:
            if key in history.objects.chronicle:
                history.counts["found: lacking"] += 1
                await history.hear(key, why="behind")
                await history.rest()
        left = [manifest.key async for manifest in store.missing_from(generation)]
        if left := [key for key in left if key in history.objects.chronicle]:
            raise Mismatch(f"{generation} still lacks {left}.")


async def _check_delivered(history: History, rig: Rig, store: Store) -> None:
    """Without any comparison, of every key of which no notification was lost."""
    rig.refresh()
    for key in sorted(history.objects.chronicle.keys() - history.lost):
        await _check(history, rig, store, key, orphans=not history.smooth)


async def _drift(history: History, rig: Rig, store: Store) -> Drift:
    rig.refresh()
    return await detect_drift(history.objects.shelf, store, history.objects.folder)


async def _check(history: History, rig: Rig, store: Store, key: str, *, orphans: bool) -> None:
    """Raises Mismatch unless the index holds of the key exactly what the bucket does."""
    objects, document = history.objects, document_id(history.objects.shelf.uri_of(key))
    manifest, now = await store.manifest(document), objects.chronicle[key][-1]
    text = " ".join(chunk.text for chunk in await store.chunks(document, None))
    if text != now.text or _described(manifest) != _present(history, key):
        raise Mismatch(f"{key} is {now}, and in the index {text!r} of {manifest}.")
    kept = [generation.name for generation in await store.generations()]
    named = sum(manifest.chunk_counts.get(name, 0) for name in kept) if manifest else 0
    stored = rig.stored_chunks(document)
    if stored != named and not (orphans and stored > named):
        raise Mismatch(f"Of {key} there are {stored} chunks, and {manifest} names {named}.")


def _present(history: History, key: str) -> tuple[str, tuple[str, ...]] | None:
    found = history.objects.shelf.objects.get(key)
    return (found[0].etag, found[0].groups) if found else None


def _described(manifest: Manifest | None) -> tuple[str, tuple[str, ...]] | None:
    if manifest is None or manifest.state == "deleted":
        return None
    return manifest.etag, manifest.groups
