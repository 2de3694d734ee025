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
EXPOSITION = "prometheus_client.exposition"
EXPOSED = (
    *("CONTENT_TYPE_LATEST", "CONTENT_TYPE_PLAIN_0_0_4", "CONTENT_TYPE_PLAIN_1_0_0"),
    *("delete_from_gateway", "generate_latest", "instance_ip_grouping_key", "make_asgi_app"),
    *("make_wsgi_app", "MetricsHandler", "push_to_gateway", "pushadd_to_gateway"),
    *("start_http_server", "start_wsgi_server", "write_to_textfile"),
)
"""What `prometheus_client` takes from it, with three HTTP servers: functions import it at `/metrics`."""
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
    """Import uvicorn and what else every function uses, at less than the usual cost, and prepare
    pydantic for its import."""
    defer_dataclass_methods()
    for stub in _stubs(environ):
        sys.modules.setdefault(stub.__name__, stub)
    try:
        with untyped_dicts():
            for name in ("uvicorn", "functions_framework.aio", "pydantic_core", "prometheus_client"):
                import_module(name)
    finally:
        _remove_stubs()
    if environ.get("PYDANTIC_DISABLE_PLUGINS") == "__all__":
        # It stays, since pydantic looks for plugins with each model.
        sys.modules.setdefault(PLUGIN_LOADER, Stub(PLUGIN_LOADER, get_plugins=tuple))


def _stubs(environ: Mapping[str, str]) -> Iterator[Stub]:
    """Those of Flask and Werkzeug only if functions_framework need not log execution ids with them."""
    for module, names in ((SUPERVISORS, ("ChangeReload", "Multiprocess")), (EXPOSITION, EXPOSED)):
        yield Stub(module, **{name: _imported_when_called(module, name) for name in names})
    yield Stub("deprecation", deprecated=lambda **_: lambda function: function)
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
