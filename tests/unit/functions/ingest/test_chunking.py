import tracemalloc
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.text import wordpieces
from footnote.text.chunking import Chunking, Unit
from functions.ingest.breadcrumbs import breadcrumbs
from functions.ingest.chunking import pieces
from functions.ingest.manifests import unknown
from functions.ingest.parsers.document import Document, Heading, Writer
from functions.ingest.piece import Piece
from functions.ingest.reconstruction import reconstruct
from functions.ingest.staging import to_chunk
from functions.ingest.units import MAX_UNIT

BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["page", "heading", "block"]),
        st.integers(1, 4),
        st.text(alphabet=st.sampled_from("ab .!?\nÄ日🙂-1"), max_size=120) | st.text(max_size=60),
    ),
    max_size=12,
)


def document(blocks: list[tuple[str, int, str]]) -> Document:
    writer = Writer(1_000_000)
    for kind, level, text in blocks:
        if kind == "page":
            writer.page()
        elif kind == "heading":
            writer.heading(level, text)
        else:
            writer.block(text)
    return writer.document("T", "text/plain")


def cut(text: str, chunking: Chunking) -> list[Piece]:
    return list(pieces(Document("T", text, "text/plain"), chunking))


@settings(max_examples=100, deadline=None)
@given(BLOCKS, st.integers(16, 40), st.integers(0, 20), st.sampled_from(["wordpieces", "characters"]))
def test_chunks_are_slices_in_order_that_cover_all_text(
    blocks: list[tuple[str, int, str]], size: int, overlap: int, unit: str
) -> None:
    whole = document(blocks)
    found = list(pieces(whole, Chunking(size, overlap, unit)))  # type: ignore[arg-type]
    covered = {at for piece in found for at in range(piece.start, piece.end)}
    assert {at for at, character in enumerate(whole.text[:]) if not character.isspace()} <= covered
    assert [piece.ordinal for piece in found] == list(range(len(found)))
    assert all(piece.text == whole.text[piece.start : piece.end] for piece in found)
    assert all(left.start < right.start and left.end < right.end for left, right in pairwise(found))


@settings(max_examples=60, deadline=None)
@given(BLOCKS, st.integers(16, 40))
def test_no_chunk_crosses_a_page(blocks: list[tuple[str, int, str]], size: int) -> None:
    whole = document(blocks)
    for piece in pieces(whole, Chunking(size, 5)):
        pages = [page for page in whole.pages if piece.start < page < piece.end]
        assert not pages


@pytest.mark.parametrize(
    "text", ["word " * 5000, "x" * 50_000, "One sentence. " * 3000, "日本語" * 5000]
)
@pytest.mark.parametrize("unit", ["wordpieces", "characters"])
def test_no_chunk_is_larger_than_the_size(text: str, unit: str) -> None:
    size = 100
    for piece in cut(text, Chunking(size, 20, unit)):  # type: ignore[arg-type]
        units = len(piece.text) if unit == "characters" else len([*wordpieces.offsets(piece.text)])
        assert units <= size
        assert len(piece.text) <= size * MAX_UNIT


@pytest.mark.parametrize("unit", ["wordpieces", "characters"])
def test_the_title_counts_towards_the_size_of_a_chunk(unit: Unit) -> None:
    size = 100
    whole = Document("A long title, of several words", "One sentence. " * 300, "text/plain")
    for piece in pieces(whole, Chunking(size, 20, unit)):
        said = f"{piece.context}{piece.text}"
        assert (len(said) if unit == "characters" else len([*wordpieces.offsets(said)])) <= size


@pytest.mark.parametrize("space", [" ", "\n", "  \n"])
@pytest.mark.parametrize("unit", ["wordpieces", "characters"])
def test_white_space_between_sentences_makes_no_chunk_longer(space: str, unit: Unit) -> None:
    size, wide = 100, space * 5000
    text = f"Tea is hot.{wide}It is Assam. It is black.{wide}Drink it.\n\n" + f"Yes.{space * 60}" * 100
    found = cut(text, Chunking(size, 20, unit))
    assert max(len(piece.text) for piece in found) <= size * MAX_UNIT
    assert [piece.text for piece in found[:2]] == ["Tea is hot.", "It is Assam. It is black."]
    assert found[1].gap == text[found[0].end : found[1].start]


@pytest.mark.parametrize("unit", ["wordpieces", "characters"])
@pytest.mark.parametrize("space", ["\n", "\n\n\n", "\n        "])
def test_usual_white_space_does_not_move_chunk_boundaries(space: str, unit: Unit) -> None:
    said = [f"This is sentence number {number} of them." for number in range(60)]
    tight, loose = (cut(between.join(said), Chunking(80, 20, unit)) for between in (" ", space))
    assert [piece.text.split() for piece in loose] == [piece.text.split() for piece in tight]


@pytest.mark.parametrize("unit", ["wordpieces", "characters"])
def test_memory_of_chunking_does_not_grow_with_the_text(unit: Unit) -> None:
    wordpieces.tokenizer()
    short, long = (_peak("One more sentence stands here.\n" * lines, unit) for lines in (10_000, 20_000))
    assert long < 1.2 * short


def _peak(text: str, unit: Unit) -> int:
    writer = Writer(len(text))
    writer.raw(text)
    whole = writer.document("T", "text/plain")
    tracemalloc.start()
    try:
        assert sum(1 for _ in pieces(whole, Chunking(100, 20, unit))) > 100
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_adjacent_chunks_share_whole_sentences_up_to_the_overlap() -> None:
    text = " ".join(f"This is sentence number {number} of them." for number in range(60))
    for left, right in pairwise(cut(text, Chunking(80, 20))):
        shared = text[right.start : left.end]
        assert shared.startswith("This is")
        assert shared.endswith(".")
        assert len([*wordpieces.offsets(shared)]) <= 20


def test_a_chunk_knows_its_page_and_headings() -> None:
    writer = Writer(10_000)
    writer.page()
    writer.heading(1, "Engines")
    writer.block("Intro. " * 60)
    writer.page()
    writer.heading(2, "Diesel")
    writer.block("It burns. " * 60)
    found = list(pieces(writer.document("Manual", "application/pdf"), Chunking(100, 10)))
    assert (found[0].page, found[0].headings, found[0].context) == (1, ("Engines",), "Manual > Engines")
    assert (found[-1].page, found[-1].headings) == (2, ("Engines", "Diesel"))


def test_later_chunks_of_a_section_have_its_headings() -> None:
    writer = Writer(10_000)
    writer.heading(1, "Engines")
    writer.heading(2, "Diesel")
    writer.block("It burns. " * 60)
    found = list(pieces(writer.document("Engines", "text/markdown"), Chunking(100, 10)))
    assert (found[0].context, found[0].text[:15]) == ("Engines", "Engines\n\nDiesel")
    assert {piece.context for piece in found[1:]} == {"Engines > Diesel"}


def test_short_sections_share_a_chunk_and_long_ones_do_not() -> None:
    writer = Writer(10_000)
    for number in range(6):
        writer.heading(2, f"Part {number}")
        writer.block("Short." if number < 3 else "This part is a long one. " * 20)
    found = list(pieces(writer.document("T", "text/markdown"), Chunking(100, 0)))
    assert "Part 0" in found[0].text
    assert "Part 2" in found[0].text
    assert all(not ("Part 3" in piece.text and "Part 4" in piece.text) for piece in found)


@pytest.mark.parametrize(
    ("unit", "offsets", "starts"),
    [
        ("characters", (0, 49), [0]),
        ("characters", (0, 50), [0, 50]),
        ("characters", (0, 50, 99), [0, 50]),
        ("wordpieces", (0, 199), [0]),
        ("wordpieces", (0, 200), [0, 200]),
    ],
)
def test_a_heading_starts_a_chunk_if_the_one_before_is_half_full(
    unit: Unit, offsets: tuple[int, ...], starts: list[int]
) -> None:
    edges = pairwise([*offsets, offsets[-1] + 20])
    text = "".join("x" * (end - start - 2) + ".\n" for start, end in edges)
    headings = tuple(Heading(offset, 2, "x") for offset in offsets)
    whole = Document("T", text, "text/markdown", headings=headings)
    assert [piece.start for piece in pieces(whole, Chunking(100, 0, unit))] == starts


def test_the_context_has_breadcrumbs_that_the_title_lacks() -> None:
    crumbs = ("handbook", "expense reports")
    whole = Document("Reports of Expenses", "Keep the bill.", "text/plain", breadcrumbs=crumbs)
    assert (
        next(pieces(whole, Chunking(100, 0))).context
        == "handbook > expense reports > Reports of Expenses"
    )
    whole = Document("The Expense Reports", "Keep the bill.", "text/plain", breadcrumbs=crumbs)
    assert next(pieces(whole, Chunking(100, 0))).context == "handbook > The Expense Reports"


@settings(max_examples=30, deadline=None)
@given(BLOCKS, st.integers(16, 60), st.integers(0, 20), st.sampled_from(["wordpieces", "characters"]))
def test_a_reconstructed_document_has_the_same_chunks(
    blocks: list[tuple[str, int, str]], size: int, overlap: int, unit: Unit
) -> None:
    if any(kind == "page" for kind, _, _ in blocks):
        blocks = [("page", 1, ""), *blocks]  # as all formats do that have pages
    whole = replace(document(blocks), breadcrumbs=breadcrumbs("guides/how-to.md"))
    manifest = replace(unknown("s3://docs/guides/how-to.md", "guides/how-to.md"), title="T")
    staged = [to_chunk(piece, ()) for piece in pieces(whole, Chunking(size, overlap, unit))]
    again = reconstruct(replace(manifest, content_type="text/plain"), staged)
    for chunking in (Chunking(size, overlap, unit), Chunking(40, 5), Chunking(30, 0, "characters")):
        assert list(pieces(again, chunking)) == list(pieces(whole, chunking))


def test_a_chunk_that_begins_within_a_list_is_found_by_what_introduces_it() -> None:
    items = "".join(f"- Damage by disaster number {number} of many.\n\n" for number in range(60))
    text = f"Exclusions\n\nThe following are not covered:\n\n{items}"
    policy = Document("Policy", text, "text/markdown", headings=(Heading(0, 1, "Exclusions"),))
    first, *others = pieces(policy, Chunking(size=100, overlap=20))
    assert (first.headings, first.context) == (("Exclusions",), "Policy > Exclusions")
    assert others
    for piece in others:
        assert piece.headings == ("Exclusions", "The following are not covered:")
        assert piece.context == "Policy > Exclusions > The following are not covered:"
        assert piece.text == text[piece.start : piece.end]
