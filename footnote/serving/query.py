"""Query parameters as a model."""

from __future__ import annotations

from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from footnote.serving.body import validation_error

Model = TypeVar("Model", bound=BaseModel)


def parse_query(params: QueryParams, model: type[Model]) -> Model:
    """The query parameters as a `model`, whose lists may be given as several parameters of one name.

    Raises InvalidRequest that names every wrong parameter.
    """
    given: dict[str, Any] = dict(params)
    for name, field in model.model_fields.items():
        if get_origin(field.annotation) is list and name in given:
            given[name] = params.getlist(name)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise validation_error(error) from None
