import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.datastructures import QueryParams

from footnote.contracts import DriftReport
from footnote.errors import InvalidRequest, NotFound, Unavailable
from footnote.serving.query import parse_query
from footnote.store import Generation, Mark, Store, document_id
from functions.retrieve.documents import ListParameters, list_documents, show_document
from tests.contract.samples import (
    RECIPE,
    chunks,
    following,
    put,
    unknown,
    uri,
    without_content,
)

NO_GROUPS = frozenset[str]()


@pytest.fixture
async def generation(store: Store) -> Generation:
    generation = await store.ensure_live(RECIPE)
    await put(store, generation, "a/heron.txt", "The heron fishes.", "It waits.")
    await put(store, generation, "a/closed.txt", "The heron sues.", groups=("legal",))
    await store.commit(without_content(unknown("b/broken.pdf"), "failed", "It is encrypted."))
    return generation


async def listed(store: Store, query: str) -> list[str]:
    found = await list_documents(store, parse_query(QueryParams(query), ListParameters))
    return sorted(document.key for document in found.documents)


async def test_a_reader_lists_only_readable_documents(store: Store, generation: Generation) -> None:
    assert await listed(store, "") == ["a/heron.txt", "b/broken.pdf"]
    assert await listed(store, "groups=legal") == ["a/closed.txt", "a/heron.txt", "b/broken.pdf"]
    assert await listed(store, "groups=finance&groups=legal&prefix=a/c") == ["a/closed.txt"]
    assert await listed(store, "groups=finance&prefix=a/c") == []


async def test_documents_are_filtered_by_state_and_prefix(store: Store, generation: Generation) -> None:
    assert await listed(store, "state=failed") == ["b/broken.pdf"]
    assert await listed(store, "prefix=a/&state=indexed") == ["a/heron.txt"]
    failed = (await list_documents(store, ListParameters(state="failed"))).documents
    assert failed[0].reason == "It is encrypted."


async def test_documents_are_listed_in_pages(store: Store, generation: Generation) -> None:
    for number in range(7):
        await put(store, generation, f"page/{number}", "text")
        await put(store, generation, f"page/closed/{number}", "text", groups=("legal",))
    pages, after = [], ""
    while True:
        page = await list_documents(store, ListParameters(prefix="page/", limit=3, after=after))
        pages.append([document.id for document in page.documents])
        if page.next is None:
            break
        after = page.next
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({id for page in pages for id in page}) == 7


async def test_a_list_includes_the_last_drift_report(store: Store, generation: Generation) -> None:
    assert (await list_documents(store, ListParameters())).drift is None
    report = DriftReport(
        compared_at=datetime(2026, 11, 25, tzinfo=UTC), new=1, changed=2, gone=0, behind=0, leftovers=0
    )
    await store.save_drift_report(report)
    assert (await list_documents(store, ListParameters(limit=1))).drift == report
    assert (await list_documents(store, ListParameters())).drift == report


async def test_a_full_last_page_has_no_next(store: Store, generation: Generation) -> None:
    assert (await list_documents(store, ListParameters(limit=2))).next is None


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=many", "limit"),
        ("state=lost", "state"),
        ("sort=up", "sort"),
    ],
)
def test_a_wrong_parameter_is_named(query: str, problem: str) -> None:
    with pytest.raises(InvalidRequest, match=problem):
        parse_query(QueryParams(query), ListParameters)


async def test_a_document_is_shown_with_its_passages(store: Store, generation: Generation) -> None:
    shown = await show_document(store, document_id(uri("a/heron.txt")), NO_GROUPS)
    assert (shown.key, shown.state, shown.chunks) == ("a/heron.txt", "indexed", 2)
    assert [(passage.start, passage.text) for passage in shown.passages] == [
        (0, "The heron fishes."),
        (17, "It waits."),
    ]


async def test_a_document_is_shown_with_the_titles_of_its_headings(
    store: Store, generation: Generation
) -> None:
    manifest = following(unknown("a/report.pdf"), generation, ["Diet It fishes. Nest", "Sticks."])
    first, second = chunks(["Diet It fishes. Nest", "Sticks."])
    marked = [
        replace(first, marks=(Mark(0, 0, ""), Mark(0, 1, "Diet"), Mark(16, 2, "Nest"))),
        replace(second, marks=(Mark(20, 0, ""),)),
    ]
    await store.stage(manifest, marked, generation)
    await store.commit(manifest)
    shown = await show_document(store, manifest.id, NO_GROUPS)
    assert shown.outline == ["Diet", "Nest"]


async def test_an_unreadable_document_looks_like_an_unknown_one(
    store: Store, generation: Generation
) -> None:
    closed = document_id(uri("a/closed.txt"))
    for document, groups in [(closed, NO_GROUPS), (closed, frozenset({"x"})), ("0" * 32, NO_GROUPS)]:
        with pytest.raises(NotFound, match=f"There is no document {document}"):
            await show_document(store, document, groups)
    assert (await show_document(store, closed, frozenset({"legal"}))).key == "a/closed.txt"


async def test_a_document_is_shown_with_passages_of_the_same_version(
    store: Store, generation: Generation
) -> None:
    async def replace() -> None:
        for number in range(30):
            await put(store, generation, "a/heron.txt", *[f"Version {number}."] * (number % 3 + 1))

    writer = asyncio.create_task(replace())
    while not writer.done():
        with suppress(Unavailable):  # a reader may be told to ask again, and never a mixture
            shown = await show_document(store, document_id(uri("a/heron.txt")), NO_GROUPS)
            assert shown.chunks == len(shown.passages)
    await writer
