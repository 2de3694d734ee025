"""Helm, and the schemas that a real cluster would check the rendered objects against.

Both come from Go modules: Helm as a command built once, the schemas of Knative, ECK and the
Prometheus operator as the CustomResourceDefinitions in their modules. Kubernetes' own are in a package.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from tests.tools import tool
from tests.unit.charts.objects import Object, Render

ROOT = Path(__file__).parents[3]
HELM = "helm.sh/helm/v3/cmd/helm@v3.22.0"
KUBERNETES = "1.34"
PROMETHEUS = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
MODULES = [
    ("knative.dev/serving@v0.48.1", "config/core/300-resources/*.yaml"),
    ("knative.dev/eventing@v0.48.1", "config/core/resources/*.yaml"),
    ("knative.dev/networking@v0.0.0-20260120131110-a7cdca238a0d", "config/*.yaml"),
    ("github.com/elastic/cloud-on-k8s/v3@v3.5.0", "config/crds/v1/all-crds.yaml"),
    (PROMETHEUS, "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml"),
    (PROMETHEUS, "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"),
]


@pytest.fixture(scope="session")
def helm() -> str:
    """The command Helm."""
    return tool(HELM)


@pytest.fixture(scope="session")
def template(helm: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `helm template` on a chart's folder with `--set` values, and options, given as arguments."""

    def run(
        chart: str,
        *values: str,
        files: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
        release: str = "footnote",
    ) -> subprocess.CompletedProcess[str]:
        command = [helm, "template", release, str(ROOT / chart), "--namespace", "here"]
        command += ["--kube-version", f"{KUBERNETES}.0", *options]
        command += [argument for value in values for argument in ("--set", value)]
        command += [argument for name in files for argument in ("-f", str(ROOT / chart / name))]
        return subprocess.run(command, capture_output=True, text=True)

    return run


@pytest.fixture(scope="session")
def render(template: Callable[..., subprocess.CompletedProcess[str]]) -> Render:
    """The rendered objects of a chart, which is rendered once with the same values."""

    @cache
    def text(chart: str, *values: str, files: tuple[str, ...]) -> str:
        done = template(chart, *values, files=files)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(chart: str, *values: str, files: tuple[str, ...] = ()) -> list[Object]:
        rendered = text(chart, *values, files=files)
        return [document for document in yaml.load_all(rendered, yaml.CSafeLoader) if document]

    return run


@pytest.fixture
def notes(render: Render, tmp_path: Path) -> Callable[..., str]:
    """What a chart says once it is installed, as an object: Helm alone shows it with a cluster only."""

    def run(chart: str, *values: str) -> str:
        copy = shutil.copytree(ROOT / chart, tmp_path / chart, dirs_exist_ok=True) / "templates"
        text = (copy / "NOTES.txt").read_text()
        said = 'apiVersion: v1\nkind: Notes\ntext: {{ include "notes" . | toJson }}\n'
        (copy / "notes.yaml").write_text(f'{{{{ define "notes" }}}}{text}{{{{ end }}}}{said}')
        found = [thing for thing in render(str(tmp_path / chart), *values) if thing["kind"] == "Notes"]
        return str(found[0]["text"])

    return run


@pytest.fixture(scope="session")
def check() -> Callable[[Object], None]:
    """Raise unless an object has the fields that its kind has, and no others."""
    custom = {(group, kind, version): schema for group, kind, version, schema in _custom_schemas()}

    def validate(thing: Object) -> None:
        group, _, version = thing["apiVersion"].rpartition("/")
        schema = custom.get((group, thing["kind"], version))
        if schema:
            jsonschema.validate(thing, schema)
        else:
            kubernetes_validate.validate(thing, KUBERNETES, strict=True)

    return validate


def _custom_schemas() -> Iterator[tuple[str, str, str, Object]]:
    for module, pattern in MODULES:
        for path in _module(module).glob(pattern):
            for document in yaml.load_all(path.read_text(), yaml.CSafeLoader):
                if document and document["kind"] == "CustomResourceDefinition":
                    names = document["spec"]["group"], document["spec"]["names"]["kind"]
                    for version in document["spec"]["versions"]:
                        schema = _strict(version["schema"]["openAPIV3Schema"])
                        schema.setdefault("properties", {}).update(apiVersion={}, kind={}, metadata={})
                        yield *names, version["name"], schema


def _module(module: str) -> Path:
    command = ["go", "mod", "download", "-json", module]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    return Path(json.loads(done.stdout)["Dir"])


def _strict(schema: Any) -> Any:
    """The schema with fields that it does not name refused, and patterns of Go as Python writes them."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: _strict(value) for name, value in schema.items()}
    if isinstance(strict.get("pattern"), str):
        strict["pattern"] = strict["pattern"].replace("^(?i)", "(?i)^")
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        open_ended = schema.get("x-kubernetes-preserve-unknown-fields", False)
        strict.setdefault("additionalProperties", open_ended)
    return strict
