"""What tests of the charts look at: rendered objects, and parts of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

Object = dict[str, Any]
Render = Callable[..., list[Object]]
Template = Callable[..., subprocess.CompletedProcess[str]]


def named(objects: list[Object], kind: str, name: str) -> Object:
    return next(o for o in objects if o["kind"] == kind and o["metadata"]["name"] == f"footnote-{name}")


def container(objects: list[Object], function: str) -> Object:
    spec = named(objects, "Service", function)["spec"]["template"]["spec"]
    return dict(spec["containers"][0])


def environ(thing: Object) -> dict[str, str]:
    return {variable["name"]: variable["value"] for variable in thing["env"]}
