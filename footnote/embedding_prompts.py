"""Prompts: what an embedding model needs to read before a query, and before a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

InputType = Literal["query", "document"]
"""What a text is to be embedded as."""
Prompts = Mapping[InputType, str]
"""A model's prompts, such as {"query": "query: ", "document": "passage: "}; those it lacks are empty."""
