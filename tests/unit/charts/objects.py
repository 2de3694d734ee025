"""What tests of the charts look at: rendered objects, and parts of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from typing import Any

from tests.processes import ROOT

Object = dict[str, Any]
Render = Callable[..., list[Object]]
Template = Callable[..., subprocess.CompletedProcess[str]]


def named(objects: list[Object], kind: str, name: str) -> Object:
    """The object of that name. A Job is named without the digest that its name ends with."""
    wanted = re.compile(f"footnote-{name}" + ("-[0-9a-f]{6}" if kind == "Job" else ""))
    return next(o for o in objects if o["kind"] == kind and wanted.fullmatch(o["metadata"]["name"]))


def container(objects: list[Object], function: str) -> Object:
    spec = named(objects, "Service", function)["spec"]["template"]["spec"]
    return dict(spec["containers"][0])


def environ(thing: Object) -> dict[str, str]:
    return {variable["name"]: variable["value"] for variable in thing["env"]}


def metrics() -> set[str]:
    """Names of the metrics that the functions have."""
    modules = [*(ROOT / "footnote").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    return set(re.findall(r'"(footnote_[a-z_]+)"', " ".join(path.read_text() for path in modules)))
