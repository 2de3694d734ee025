"""Stubs for modules that libraries import and a function never uses.

Importing Flask and Werkzeug takes a quarter of the time in which a bare function starts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

from footnote.class_definitions import defer_dataclass_methods, untyped_dicts

SUPERVISORS = "uvicorn.supervisors"
PLUGIN_LOADER = "pydantic.plugin._loader"


class Stub(ModuleType):
    """Has the attributes that are read while a function starts and for each request.

    Any other attribute imports the real module and is taken from it.
    """

    def __init__(self, name: str, **attributes: Any) -> None:
        super().__init__(name)
        self.__dict__.update(attributes)

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # read by every `from ... import`
            raise AttributeError(name)
        _remove_stubs()
        return getattr(import_module(self.__name__), name)


def import_server(environ: Mapping[str, str]) -> None:
    """Import uvicorn, functions_framework and the core of pydantic at less than the usual cost, and
    prepare the rest of pydantic for its import."""
    defer_dataclass_methods()
    for stub in _stubs(environ):
        sys.modules.setdefault(stub.__name__, stub)
    try:
        with untyped_dicts():
            for name in ("uvicorn", "functions_framework.aio", "pydantic_core"):
                import_module(name)
    finally:
        _remove_stubs()
    if environ.get("PYDANTIC_DISABLE_PLUGINS") == "__all__":
        # It stays, since pydantic looks for plugins with each model.
        sys.modules.setdefault(PLUGIN_LOADER, Stub(PLUGIN_LOADER, get_plugins=tuple))


def _stubs(environ: Mapping[str, str]) -> Iterator[Stub]:
    """Those of Flask and Werkzeug only if functions_framework need not log execution ids with them."""
    names = ("ChangeReload", "Multiprocess")
    yield Stub(SUPERVISORS, **{name: _imported_when_called(SUPERVISORS, name) for name in names})
    if environ.get("LOG_EXECUTION_ID") or "flask" in sys.modules:
        return
    typing = SimpleNamespace(ResponseReturnValue=object)
    yield Stub("flask", Request=object, typing=typing, has_request_context=lambda: False)
    yield Stub("werkzeug")
    yield Stub("werkzeug.local", LocalProxy=lambda function: function)


def _imported_when_called(module: str, name: str) -> Callable[..., Any]:
    return lambda *args, **options: getattr(import_module(module), name)(*args, **options)


def _remove_stubs() -> None:
    """Later imports get the real modules."""
    for name, module in list(sys.modules.items()):
        if isinstance(module, Stub):
            del sys.modules[name]
