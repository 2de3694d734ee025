"""Cheaper definitions of the classes that libraries define while a function starts.

Python compiles each method of a dataclass when the class is defined (until 3.13, which has a faster
way), and it parses the type of each field of a TypedDict. That takes a tenth of a cold start, nearly all
of it for what is never called or read.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any


def defer_dataclass_methods() -> None:
    """From now on, a method of a new dataclass is compiled when it is first called."""
    import dataclasses  # takes longer than starting a worker, which the launcher does before this

    names = vars(dataclasses)
    if create := names.get("_create_fn"):
        names["_create_fn"] = partial(_deferred, create)


def _deferred(create: Callable[..., Any], name: str, *source: Any, **options: Any) -> Any:
    if name == "__init__":  # its signature is in the documentation of the class
        return create(name, *source, **options)
    compiled = cache(partial(create, name, *source, **options))

    def method(*args: Any) -> Any:
        return compiled()(*args)

    method.__name__ = name
    return method


@contextmanager
def untyped_dicts() -> Iterator[None]:
    """A TypedDict that is defined meanwhile does not keep the types of its fields."""
    import typing_extensions

    modules = vars(typing), vars(typing_extensions)
    usual = [names["TypedDict"] for names in modules]
    try:
        for names in modules:
            names["TypedDict"] = _UntypedDict
        yield
    finally:
        for names, typed_dict in zip(modules, usual, strict=True):
            names["TypedDict"] = typed_dict


class _UntypedDict(dict[str, Any]):
    def __init_subclass__(cls, **_: object) -> None:
        """Accept the options of a TypedDict."""

    def __new__(cls, *args: Any, **items: Any) -> Any:
        return dict(*args, **items)
