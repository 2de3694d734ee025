"""`footnote status`: the documents in the index, and whether the index agrees with the bucket."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import click

from footnote.cli import client, index, options
from footnote.cli.metrics import DeadLetterCount, IndexingLag, dead_letter_count, indexing_lag
from footnote.cli.summaries import NO_DRIFT, drift_summary, other_buckets_summary
from footnote.cli.terminal import printable
from footnote.contracts import DocumentList, DocumentSummary
from footnote.drift import Drift, detect_drift
from footnote.errors import FootnoteError
from footnote.settings import Settings


@dataclass(frozen=True, slots=True)
class Status:
    documents: list[DocumentSummary]
    drift: Drift | None = None
    lag: IndexingLag | None = None
    dead_letters: DeadLetterCount = field(default_factory=DeadLetterCount)
    error: str = ""
    """Why the bucket cannot be compared; then `drift` is None."""


@click.command("status")
@click.option("--failed", is_flag=True, help="Show only documents that failed.")
@click.option("--url", help="URL of answer, such as http://127.0.0.1:8080: list what you may read.")
@options.key
@options.state
@options.as_json
def command(failed: bool, url: str | None, key: str | None, state: str | None, as_json: bool) -> None:
    """List the documents with their state, and why a document failed.

    Also reports where the index differs from the bucket, how long changes took to become searchable, and
    how many events failed. With --url or FOOTNOTE_ANSWER_URL, it asks answer instead and lists only the
    documents that you may read. The exit code is 1 if any document failed.
    """
    given = options.settings(answer_url=url, state=state, key=key)
    if "answer_url" in given.model_fields_set:
        status = Status(list(_fetch_documents(given.answer_url.rstrip("/") + "/documents", given.key)))
    else:
        status = asyncio.run(_read_status(options.index_settings(state=state)))
    shown = [document for document in status.documents if document.state == "failed" or not failed]
    if as_json:
        click.echo(json.dumps(_json(status, shown), indent=2))
    else:
        _print(status, shown)
    if any(document.state == "failed" for document in status.documents):
        raise SystemExit(1)


def _fetch_documents(url: str, key: str) -> Iterator[DocumentSummary]:
    """The documents that the caller may read, from answer."""
    parameters: dict[str, str] = {}
    while True:
        page = DocumentList.read(client.get(url, key, **parameters), url)
        yield from page.documents
        if page.next is None:
            return
        parameters["after"] = page.next


async def _read_status(settings: Settings) -> Status:
    """All documents, from the store."""
    from footnote.bucket import Bucket

    found, reason = None, ""
    async with index.opened_existing(settings) as store:
        live = await store.live()
        documents = [manifest.summary(live) async for manifest in store.manifests()]
        try:
            found = await detect_drift(Bucket.from_settings(settings), store)
        except FootnoteError as error:
            reason = error.message
    return Status(documents, found, indexing_lag(settings), dead_letter_count(settings), reason)


def _json(status: Status, shown: list[DocumentSummary]) -> dict[str, Any]:
    return {
        "documents": [document.model_dump(mode="json") for document in shown],
        "drift": status.drift and asdict(status.drift),
        "lag": status.lag and asdict(status.lag),
        "dead_letters": status.dead_letters.count,
    }


def _print(status: Status, shown: list[DocumentSummary]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("State", "Chunks", "Document", "Reason"):
        table.add_column(name, overflow="fold")
    for document in sorted(shown, key=lambda document: document.key):
        texts = map(printable, (document.key, document.reason or ""))
        table.add_row(document.state, str(document.chunks), *texts)
    console = Console(markup=False, highlight=False)
    if shown:
        console.print(table)
    counts = Counter(document.state for document in status.documents)
    console.print(", ".join(f"{count} {state}" for state, count in counts.items()) or "No documents.")
    for sentence in sentences(status):
        console.print(printable(sentence))


def sentences(status: Status) -> Iterator[str]:
    """What to say about the index as a whole."""
    if status.error:
        yield f"The index could not be compared with the bucket: {status.error}"
    if status.drift:
        differs = status.drift.differences
        yield f"{drift_summary(status.drift)} `footnote reconcile` fixes this." if differs else NO_DRIFT
        if other_buckets := other_buckets_summary(status.drift):
            yield other_buckets
    if status.lag:
        yield (
            f"Changes since ingest started: {status.lag.changes}; half were searchable within "
            f"{status.lag.half_within:g} s, all within {status.lag.all_within:g} s."
        )
    yield from _dead_letter_sentence(status.dead_letters)


def _dead_letter_sentence(kept: DeadLetterCount) -> Iterator[str]:
    by, there = (f", kept by {kept.url}", " there") if kept.url else ("", "")
    if kept.count is None:
        yield f"The number of dead letters is unknown: {kept.url} does not return it."
    elif kept.count:
        yield f"Dead letters: {kept.count}{by}; `footnote replay --list`{there} shows why."
