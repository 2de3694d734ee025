"""The script that builds the images, with a folder of commands in the place of a builder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.processes import ROOT

BUILD = """#!/bin/sh
printf '%s\\n' "$@" > "$0.arguments"
echo "$0"
"""


def arguments(folder: Path, **environ: str) -> list[str]:
    """Those that a build of embed is called with."""
    for name in ("build-image", "load-image"):
        (folder / name).write_text(BUILD)
        (folder / name).chmod(0o755)
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [str(ROOT / "knative" / "build-images"), "embed"]
    subprocess.run(command, env={**plain, "CLUSTER": str(folder), **environ}, check=True)
    return (folder / "build-image.arguments").read_text().splitlines()


def test_an_image_is_built_for_one_function(tmp_path: Path) -> None:
    assert arguments(tmp_path, TAG="1")[2:] == [
        "dev.local/footnote-embed:1",
        "--build-arg",
        "FUNCTION=embed",
    ]


def test_base_image_and_packages_can_come_from_a_mirror(tmp_path: Path) -> None:
    base = "registry.example.com/python@sha256:0"
    given = arguments(tmp_path, BASE_IMAGE=base, PIP_INDEX_URL="https://pypi.example.com/simple")
    assert given[5:] == [
        "--build-arg",
        f"BASE_IMAGE={base}",
        "--build-arg",
        "PIP_INDEX_URL=https://pypi.example.com/simple",
    ]
