"""The guide names values and settings that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from footnote.settings import PREFIX, Settings
from tests.unit.charts.objects import Object

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "knative" / "README.md").read_text()
FENCE = r"^```sh\n(?:.*\n)*?```$"
CODE = "\n".join(re.findall(rf"{FENCE}|`[^`\n]+`", GUIDE, re.MULTILINE))


def schema(chart: str) -> Object:
    return dict(json.loads((ROOT / chart / "values.schema.json").read_text()))


def named(roots: set[str]) -> Iterator[tuple[str, ...]]:
    """Paths of values, such as sources.sqs.{arn,region} or functions.X.secrets."""
    for name in re.findall(r"(?<![\w./-])[A-Za-z]+(?:\.(?:\w+|\{[\w,]+\}))+", CODE):
        parts = [part.strip("{}").split(",") for part in name.split(".")]
        yield from (path for path in product(*parts) if path[0] in roots)


def knows(values: Object, path: tuple[str, ...]) -> bool:
    place = values
    for part in path:
        part = "answer" if part == "X" else part
        place = values["definitions"][place["$ref"].rpartition("/")[2]] if "$ref" in place else place
        if part not in place.get("properties", {}):
            return bool(place.get("additionalProperties", place["type"] == "object"))
        place = place["properties"][part]
    return True


def test_every_value_that_the_guide_names_is_one_of_a_chart() -> None:
    charts = [schema("knative"), schema("eck")]
    roots = {root for chart in charts for root in chart["properties"]}
    paths = set(named(roots))
    assert ("settings", "bucket") in paths
    assert ("sources", "sqs", "arn") in paths
    assert [path for path in paths if not any(knows(chart, path) for chart in charts)] == []


def test_every_variable_that_the_guide_names_is_a_setting() -> None:
    found = {name.lower() for name in re.findall(rf"{PREFIX}(\w+)", GUIDE)}
    assert found
    assert found <= set(Settings.model_fields)
