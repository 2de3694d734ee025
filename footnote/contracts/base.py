"""What all bodies have in common."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from footnote.errors import Unavailable


class RequestModel(BaseModel):
    """A body in which unknown fields are refused. Its validator is built when it is first used."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class ResponseModel(RequestModel):
    """A body that is answered, by one that may be newer: unknown fields are not looked at."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def read(cls, answer: Any, url: str) -> Self:
        """What `url` answered. Raises Unavailable where it is something else."""
        try:
            return cls.model_validate(answer)
        except ValidationError as error:
            raise Unavailable(f"{url} answered badly: {error.errors()[0]['msg']}.") from None
