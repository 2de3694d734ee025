import pytest
from pydantic import Field
from starlette.datastructures import QueryParams

from footnote.contracts import RequestModel
from footnote.errors import InvalidRequest
from footnote.serving.query import parse_query


class Parameters(RequestModel):
    limit: int = Field(10, le=100)
    groups: list[str] = Field(default_factory=list)


@pytest.mark.parametrize(
    ("query", "parsed"),
    [
        ("", Parameters()),
        ("limit=5&groups=hr", Parameters(limit=5, groups=["hr"])),
        ("groups=hr&groups=board", Parameters(groups=["hr", "board"])),
    ],
)
def test_a_list_is_given_by_several_parameters_of_its_name(query: str, parsed: Parameters) -> None:
    assert parse_query(QueryParams(query), Parameters) == parsed


def test_every_wrong_parameter_is_named() -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_query(QueryParams("limit=500&group=hr"), Parameters)
    assert "limit: " in refused.value.message
    assert "group: " in refused.value.message
