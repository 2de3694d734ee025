import pytest

from footnote.embedding_prompts import parse_prompts
from footnote.errors import Misconfigured
from footnote.settings import Settings


def test_prompts_keep_their_blanks() -> None:
    text = '{"nomic-embed-text:latest": {"query": "search_query: "}, "@cf/a": {"document": " \\n"}}'
    assert Settings.from_environ({"FOOTNOTE_EMBEDDING_PROMPTS": text}).embedding_prompts == text
    assert parse_prompts(text) == {
        "nomic-embed-text:latest": {"query": "search_query: "},
        "@cf/a": {"document": " \n"},
    }
    assert parse_prompts("") == parse_prompts("{}") == {}


@pytest.mark.parametrize(
    "text",
    [
        "query: ",
        "[]",
        '{"e5": "query: "}',
        '{"e5": {"query": 1}}',
        '{"e5": {"passage": "passage: "}}',
        '{"query": "query: ", "document": "passage: "}',
        "{'e5': {'query': 'query: '}}",
    ],
)
def test_anything_else_is_refused_at_the_start_in_one_sentence(text: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_environ({"FOOTNOTE_EMBEDDING_PROMPTS": text})
    assert refused.value.message == (
        f"FOOTNOTE_EMBEDDING_PROMPTS={text!r}: write each model's prompts as JSON, as in "
        '{"a-model": {"query": "query: ", "document": "passage: "}}.'
    )
