"""Base classes of HTTP bodies. The validator of each is built when it is first used.

The default of a list is `[]`, of which every instance gets its own: for a `default_factory` pydantic
would have Python's tokenizer read the signature of `list`, and the first request would wait for it.
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from footnote.errors import Unavailable


class RequestModel(BaseModel):
    """Part of a request, in which unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class ResponseModel(BaseModel):
    """Part of a response, in which unknown fields are ignored: the other side may be newer."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    @classmethod
    def read(cls, body: Any, url: str) -> Self:
        """Validate the body of a response from `url`. Raises Unavailable when it is invalid."""
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise Unavailable(
                f"{url} returned an invalid response: {error.errors()[0]['msg']}."
            ) from None
