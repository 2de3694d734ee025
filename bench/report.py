"""What a benchmark found: a table to read, and bench/out/NAME.json to compare with."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    value: float
    unit: str = ""
    target: float | None = None
    """None if there is none."""
    wanted: Literal["at least", "at most"] = "at most"

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value <= self.target if self.wanted == "at most" else self.value >= self.target

    def row(self) -> tuple[str, str, str, str]:
        target = "" if self.target is None else f"{self.wanted} {self.target:g}"
        return self.name, f"{self.value:.4g} {self.unit}".strip(), target, _word(self.met)

    def document(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "target": self.target,
            "wanted": self.wanted if self.target is not None else None,
            "met": self.met,
        }


def publish(name: str, measures: Sequence[Measure], **about: Any) -> None:
    """Print the measures, and write them to bench/out with `about` and the machine they are of."""
    table(("measure", "value", "target", ""), [measure.row() for measure in measures])
    machine = {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    document = {"machine": machine, **about, "measures": [measure.document() for measure in measures]}
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they must be: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [
            cell.ljust(w) if i == 0 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _word(met: bool | None) -> str:
    return {None: "", True: "met", False: "MISSED"}[met]
