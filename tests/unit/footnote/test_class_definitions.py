from __future__ import annotations

import copy
import dataclasses
import sys
import typing
from collections.abc import Callable
from types import new_class
from typing import Any

import pytest
import typing_extensions

from footnote.class_definitions import defer_dataclass_methods, untyped_dicts


def define() -> Callable[..., Any]:
    @dataclasses.dataclass(frozen=True, slots=True, order=True)
    class Point:
        x: int
        y: int = 0

    return Point


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods of dataclasses that Python has compiled since the test began."""
    names: list[str] = []
    usual: Callable[..., Any] | None = vars(dataclasses).get("_create_fn")

    def create(name: str, *source: Any, **options: Any) -> Any:
        names.append(name)
        assert usual
        return usual(name, *source, **options)

    if usual:
        monkeypatch.setattr(dataclasses, "_create_fn", create)
    defer_dataclass_methods()
    return names


def test_a_dataclass_whose_methods_are_deferred_is_like_any_other(compiled: list[str]) -> None:
    point = define()
    assert repr(point(1)) == f"{point.__qualname__}(x=1, y=0)"
    assert point(1) == point(1, 0) != point(0, 1)
    assert point(1) != (1, 0)
    assert len({point(1), point(1, 0), point(2)}) == 2
    assert point(1) < point(1, 1)
    assert dataclasses.replace(point(1), y=2) == copy.copy(point(1, 2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        point(1).x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point(1).x


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python compiles all methods at once")
def test_a_method_is_compiled_once_when_it_is_first_called(compiled: list[str]) -> None:
    point = define()
    assert compiled == ["__init__"]
    for _ in range(2):
        hash(point(1))
    assert compiled == ["__init__", "__hash__"]


@pytest.mark.parametrize("module", [typing, typing_extensions], ids=lambda module: module.__name__)
def test_typed_dicts_have_no_types_only_within_the_context(module: Any) -> None:
    usual = module.TypedDict
    with untyped_dicts():
        untyped = new_class("Options", (module.TypedDict,), {"total": False})
    assert not typing_extensions.is_typeddict(untyped)
    options = untyped(size=1)
    assert (type(options), options) == (dict, {"size": 1})
    assert module.TypedDict is usual
