"""Stand-ins for Flask and Werkzeug, which functions_framework names and a function of ASGI never uses.

To import the two takes a quarter of the time in which a bare function starts.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any


class FlaskStub(ModuleType):
    """Has what functions_framework reads while it is imported, and of each request. All else is the
    real module's, which is imported for it."""

    def __init__(self, name: str, **attributes: Any) -> None:
        super().__init__(name)
        self.__dict__.update(attributes)

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # asked for by every `from ... import`
            raise AttributeError(name)
        _withdraw()
        return getattr(import_module(self.__name__), name)


def import_framework(environ: Mapping[str, str]) -> None:
    """Import functions_framework alone, unless it is to log execution ids: that takes Werkzeug."""
    if environ.get("LOG_EXECUTION_ID") or "flask" in sys.modules:
        return
    for stand_in in _stand_ins():
        sys.modules[stand_in.__name__] = stand_in
    try:
        import_module("functions_framework.aio")
    finally:
        _withdraw()


def _stand_ins() -> tuple[FlaskStub, ...]:
    typing = SimpleNamespace(ResponseReturnValue=object)
    return (
        FlaskStub("flask", Request=object, typing=typing, has_request_context=lambda: False),
        FlaskStub("werkzeug"),
        FlaskStub("werkzeug.local", LocalProxy=lambda function: function),
    )


def _withdraw() -> None:
    """Whoever imports Flask from now on gets Flask."""
    for name, module in list(sys.modules.items()):
        if isinstance(module, FlaskStub):
            del sys.modules[name]
