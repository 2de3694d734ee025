from functions.answer.checking.citations import Footnotes
from functions.answer.endpoints.annotations import url_citations
from tests.unit.functions.answer.samples import REPLY, two


def footnotes(reply: str) -> Footnotes:
    """Of the reply of a chat model."""
    checked = Footnotes(two(), "Which port does Elasticsearch listen on?")
    _ = [*checked.feed(reply), *checked.close()]
    return checked


def test_each_number_is_an_annotation_of_the_statement_that_bears_it() -> None:
    checked = footnotes(REPLY)
    entries = url_citations(checked.citations, checked.statements)
    assert [entry["type"] for entry in entries] == ["url_citation"] * 2
    cited = [entry["url_citation"] for entry in entries]
    assert [(one["url"], one["title"]) for one in cited] == [("file:///bucket/Ports", "Ports")] * 2
    assert [checked.answer[one["start_index"] : one["end_index"]] for one in cited] == [
        "Elasticsearch listens on port 9200 [1].",
        "It needs Java 17 [2].",
    ]


def test_a_number_that_comes_again_is_one_annotation_where_it_came_first() -> None:
    needs = "It needs Java 17 [2]."
    checked = footnotes(f"{needs}\nElasticsearch listens on port 9200 [2].\n{needs}")
    cited = [entry["url_citation"] for entry in url_citations(checked.citations, checked.statements)]
    assert [one["start_index"] for one in cited] == [0, checked.answer.index("Elasticsearch")]


def test_an_answer_without_citations_has_none() -> None:
    assert url_citations([], []) == []
