from pathlib import Path

from footnote.cli.reindexing.comparison import (
    Comparison,
    Question,
    compare,
    report_lines,
    sample_questions,
)
from footnote.contracts import Passage
from footnote.settings import Settings
from footnote.store import Recipe
from footnote.store.sqlite import SqliteStore


def passage(document: str, start: int = 0) -> Passage:
    return Passage(
        document=document,
        uri=f"file:///bucket/{document}",
        version="00000001.a",
        title=document,
        headings=[],
        page=None,
        start=start,
        end=start + 10,
        text="x" * 10,
        score=1,
        cosine=None,
    )


def test_overlapping_passages_count_as_common() -> None:
    compared = Comparison(Question("Where?"), [passage("a"), passage("b")], [passage("a", 5)])
    assert (compared.overlap, compared.same_first) == (0.5, True)


def test_two_empty_results_overlap_fully() -> None:
    assert Comparison(Question("Where?"), [], []).overlap == 1
    assert Comparison(Question("Where?"), [], [passage("a")]).overlap == 0


def test_the_report_has_a_summary_and_the_questions_that_differ() -> None:
    alike = Comparison(Question("Of a.", "a"), [passage("a")], [passage("a")])
    other = Comparison(Question("Of b.", "b"), [passage("b")], [passage("c")])
    assert report_lines([alike, other]) == [
        "Compared with 2 questions: 50% of the best 5 passages are in both, and "
        "the same document comes first for 1.",
        "Of 2 sentences taken from documents, their document comes first for 2 in the live index "
        "and for 1 in the other.",
        "    0% alike: Of b.",
    ]


async def test_the_report_of_no_questions_says_so(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "index.sqlite")
    live = await store.ensure_live(Recipe("one/2", 2, "wordpieces-250-50-named"))
    other = await store.create_next(Recipe("other/2", 2, "wordpieces-250-50-named"))
    compared = await compare(Settings(), store, await sample_questions(store), [live, other])
    assert report_lines(compared) == ["There are no documents to compare with."]
    await store.close()
