"""Stubs for Flask and Werkzeug, which functions_framework imports and an ASGI function never uses.

Importing the two takes a quarter of the time in which a bare function starts.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any


class FlaskStub(ModuleType):
    """Has the attributes that functions_framework reads while it is imported and for each request.

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


def import_framework(environ: Mapping[str, str]) -> None:
    """Import functions_framework with the stubs, unless it has to log execution ids with Werkzeug."""
    if environ.get("LOG_EXECUTION_ID") or "flask" in sys.modules:
        return
    for stub in _stubs():
        sys.modules[stub.__name__] = stub
    try:
        import_module("functions_framework.aio")
    finally:
        _remove_stubs()


def _stubs() -> tuple[FlaskStub, ...]:
    typing = SimpleNamespace(ResponseReturnValue=object)
    return (
        FlaskStub("flask", Request=object, typing=typing, has_request_context=lambda: False),
        FlaskStub("werkzeug"),
        FlaskStub("werkzeug.local", LocalProxy=lambda function: function),
    )


def _remove_stubs() -> None:
    """Later imports of Flask get Flask."""
    for name, module in list(sys.modules.items()):
        if isinstance(module, FlaskStub):
            del sys.modules[name]
