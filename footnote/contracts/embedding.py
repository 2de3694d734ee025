"""The requests and responses of embed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, field_validator

from footnote.contracts.base import RequestModel, ResponseModel
from footnote.embedding_prompts import InputType

TOKENS_REFUSED = "send texts, not tokens (in LangChain: check_embedding_ctx_length=False)"


class EmbeddingsRequest(RequestModel):
    """OpenAI's embeddings request. Other fields that its clients send are ignored."""

    model_config = ConfigDict(extra="ignore")

    input: str | list[str]
    model: str | None = None
    """The name or fingerprint of a model; None is the default one."""
    exact: bool = False
    """Whether `model` is a fingerprint, even if a model has that name."""
    input_type: InputType | None = None
    """Which of the model's prompts to put before each text; None puts none."""
    encoding_format: Literal["float", "base64"] | None = None
    """The default is float."""
    dimensions: int | None = None

    @field_validator("input", mode="before")
    @classmethod
    def _refuse_tokens(cls, given: Any) -> Any:
        if isinstance(given, list) and any(isinstance(each, int | list) for each in given):
            raise ValueError(TOKENS_REFUSED)
        return given


class Embedding(ResponseModel):
    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str
    """Floats, or base64 of little-endian float32."""


class EmbeddingsUsage(ResponseModel):
    prompt_tokens: int
    total_tokens: int


class EmbeddingsResponse(ResponseModel):
    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    """The embedding fingerprint. Vectors are comparable only if theirs are equal."""
    usage: EmbeddingsUsage
