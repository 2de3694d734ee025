"""`footnote status`: what the index holds of each object, or why nothing, and how true it is."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import click

from footnote.cli import client, index, options
from footnote.cli.lag import Lag, lag
from footnote.cli.letters import NONE, Letters, letters
from footnote.cli.terminal import printable
from footnote.contracts import DocumentList, DocumentSummary
from footnote.documents import summary
from footnote.drift import AGREES, Drift, drift
from footnote.errors import FootnoteError
from footnote.settings import Settings


@dataclass(frozen=True, slots=True)
class Status:
    documents: list[DocumentSummary]
    drift: Drift | None = None
    """None where the bucket cannot be compared, which a note says."""
    lag: Lag | None = None
    letters: Letters = NONE
    note: str = ""


@click.command("status")
@click.option("--failed", is_flag=True, help="Show only documents that failed.")
@click.option("--url", help="Ask answer there, such as http://127.0.0.1:8080, as a reader.")
@options.key
@options.state
@options.as_json
def command(failed: bool, url: str | None, key: str | None, state: str | None, as_json: bool) -> None:
    """List the documents with their state, and the reason where one failed.

    Of the index itself it also tells where it differs from the bucket, how long changes took to be
    searchable, and how many events failed. With --url, or FOOTNOTE_ANSWER_URL, it tells what a reader
    may see. The exit code is 1 when any document failed.
    """
    given = options.settings(answer_url=url, state=state, key=key)
    if "answer_url" in given.model_fields_set:
        found = Status(list(_readable(given.answer_url.rstrip("/") + "/documents", given.key)))
    else:
        found = asyncio.run(_whole(options.index_settings(state=state)))
    shown = [document for document in found.documents if document.state == "failed" or not failed]
    if as_json:
        click.echo(json.dumps(_json(found, shown), indent=2))
    else:
        _print(found, shown)
    if any(document.state == "failed" for document in found.documents):
        raise SystemExit(1)


def _readable(url: str, key: str) -> Iterator[DocumentSummary]:
    parameters: dict[str, str] = {}
    while True:
        page = DocumentList.read(client.get(url, key, **parameters), url)
        yield from page.documents
        if page.next is None:
            return
        parameters["after"] = page.next


async def _whole(settings: Settings) -> Status:
    """As whoever runs Footnote sees it: all documents, whoever may read them."""
    from footnote.bucket import Bucket

    differing, note = None, ""
    async with index.existing(settings) as store:
        live = await store.live()
        documents = [summary(manifest, live) async for manifest in store.manifests()]
        try:
            differing = await drift(Bucket.from_settings(settings), store)
        except FootnoteError as error:
            note = error.message
    return Status(documents, differing, lag(settings), letters(settings), note)


def _json(found: Status, shown: list[DocumentSummary]) -> dict[str, Any]:
    return {
        "documents": [document.model_dump(mode="json") for document in shown],
        "drift": found.drift and asdict(found.drift),
        "lag": found.lag and asdict(found.lag),
        "dead_letters": found.letters.count,
    }


def _print(found: Status, shown: list[DocumentSummary]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("State", "Chunks", "Document", "Reason"):
        table.add_column(name, overflow="fold")
    for document in sorted(shown, key=lambda document: document.key):
        told = map(printable, (document.key, document.reason or ""))
        table.add_row(document.state, str(document.chunks), *told)
    console = Console(markup=False, highlight=False)
    if shown:
        console.print(table)
    counts = Counter(document.state for document in found.documents)
    console.print(", ".join(f"{count} {state}" for state, count in counts.items()) or "No documents.")
    for sentence in sentences(found):
        console.print(printable(sentence))


def sentences(found: Status) -> Iterator[str]:
    """Sentences on the whole, beside the documents."""
    from footnote.cli.progress import counted

    if found.note:
        yield f"Whether the index agrees with the bucket is not known: {found.note}"
    if found.drift:
        differs = found.drift.differences
        yield f"{counted(found.drift)} `footnote reconcile` mends that." if differs else AGREES
    if found.lag:
        yield (
            f"Changes since ingest started: {found.lag.changes}; half were searchable within "
            f"{found.lag.half_within:g} s, all within {found.lag.all_within:g} s."
        )
    yield from _letters(found.letters)


def _letters(kept: Letters) -> Iterator[str]:
    by, there = (f", kept by {kept.url}", " there") if kept.url else ("", "")
    if kept.count is None:
        yield f"How many dead letters {kept.url} keeps is not known: it does not tell."
    elif kept.count:
        yield f"Dead letters: {kept.count}{by}; `footnote replay --list`{there} tells why."
