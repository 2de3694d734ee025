import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.embedding_prompts import InputType, Prompts
from functions.embed.local import LocalEmbedder
from functions.embed.prompted import PromptedEmbedder, split_fingerprint

E5: Prompts = {"query": "query: ", "document": "passage: "}


@pytest.mark.parametrize(
    ("input_type", "read"), [("query", "query: a cat"), ("document", "passage: a cat"), (None, "a cat")]
)
async def test_the_prompt_of_its_input_type_is_put_before_a_text_and_counts_as_tokens(
    local: LocalEmbedder, input_type: InputType | None, read: str
) -> None:
    embedder = PromptedEmbedder(local, E5)
    assert await embedder.embed(["a cat"], input_type) == await local.embed([read])


def test_the_fingerprint_tells_the_prompt_of_documents_and_not_that_of_queries(
    local: LocalEmbedder,
) -> None:
    assert PromptedEmbedder(local, E5).fingerprint == f'{local.fingerprint} "passage: "'
    assert PromptedEmbedder(local, {"query": "query: "}).fingerprint == local.fingerprint
    assert PromptedEmbedder(local, {"document": ""}).fingerprint == local.fingerprint


@given(prompt=st.text(min_size=1), plain=st.text(min_size=1))
def test_a_fingerprint_is_split_into_what_it_was_made_of(prompt: str, plain: str) -> None:
    if plain == split_fingerprint(plain)[0]:
        assert split_fingerprint(f"{plain} {json.dumps(prompt)}") == (plain, prompt)


@pytest.mark.parametrize("name", ["a-model", "@cf/a/b", "a:latest", "a b", 'a "', 'a "\\q"', '"a"'])
def test_a_name_has_no_prompt(name: str) -> None:
    assert split_fingerprint(name) == (name, None)
