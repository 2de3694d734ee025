"""Prompts: what an embedding model needs to read before a query, and before a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

InputType = Literal["query", "document"]
"""What a text is to be embedded as."""
Prompts = Mapping[InputType, str]
"""A model's prompts, such as {"query": "query: ", "document": "passage: "}; those it lacks are empty."""
EXAMPLE = '{"a-model": {"query": "query: ", "document": "passage: "}}'


def parse_prompts(text: str) -> dict[str, Prompts]:
    """The prompts of each model, from JSON such as the EXAMPLE. Raises ValueError."""
    if not text:
        return {}
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(dict[str, Prompts]).validate_json(text, strict=True)
    except ValidationError:
        raise ValueError(f"write each model's prompts as JSON, as in {EXAMPLE}") from None
