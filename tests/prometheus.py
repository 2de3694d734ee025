"""A real Prometheus that watches functions as it does on a cluster."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

from tests.ports import unused_port
from tests.processes import Process

NAMESPACE = "footnote"


class Prometheus:
    """Looks at the functions every second, while it is entered."""

    def __init__(self, folder: Path, functions: Sequence[Process]) -> None:
        self.port = unused_port()
        self.folder = folder / "prometheus"
        self.folder.mkdir()
        targets = [
            {
                "targets": [f"127.0.0.1:{function.port}"],
                "labels": {"namespace": NAMESPACE, "pod": f"{function.name}-1"},
            }
            for function in functions
        ]
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "scrape_configs": [{"job_name": "footnote", "static_configs": targets}],
        }
        (self.folder / "config.yml").write_text(json.dumps(config))

    def __enter__(self) -> Prometheus:
        options = {
            "config.file": self.folder / "config.yml",
            "storage.tsdb.path": self.folder / "data",
            "web.listen-address": f"127.0.0.1:{self.port}",
            "log.level": "error",
        }
        command = ["prometheus", *(f"--{name}={value}" for name, value in options.items())]
        self.process = subprocess.Popen(command)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(30)

    def query(self, expression: str) -> list[float]:
        """The value of each series that the expression gives now, those that are no number left out."""
        found = self._get(f"/api/v1/query?query={quote(expression)}")
        values = (float(series["value"][1]) for series in found["result"])
        return [value for value in values if not math.isnan(value)]

    def ready(self) -> bool:
        try:
            return self._get("/api/v1/status/runtimeinfo") is not None
        except OSError:
            return False

    def _get(self, path: str) -> Any:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return json.load(answer)["data"]
