"""What `make run` runs, and what `make` says before it begins."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("FOOTNOTE_", "ELASTICSEARCH_", "MAKE", "MFLAGS")
READY = ("--old-file=.venv/all", "--old-file=.venv/dev", "--old-file=.venv/model")
OPTIONS = ("BUCKET", "PORT", "STATE", "STORE", "FOLDER")


@pytest.fixture
def bin(tmp_path: Path) -> Path:
    """A folder in place of the virtual environment's: its `footnote` says how it was called."""
    footnote = tmp_path / "footnote"
    footnote.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "at $FOOTNOTE_ELASTICSEARCH_URL"\n')
    footnote.chmod(0o755)
    return tmp_path


def make(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) and name not in OPTIONS
    }
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env={**kept, **environ},
        capture_output=True,
        text=True,
    )


def run(bin: Path, *arguments: str, **environ: str) -> list[str]:
    """The arguments of `footnote`, and where it is told that Elasticsearch is."""
    done = make(*READY, "run", f"bin={bin}", *arguments, **environ)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_what_nobody_chose_is_left_to_the_settings(bin: Path) -> None:
    assert run(bin) == ["up", "at "]


def test_settings_of_the_environment_hold(bin: Path) -> None:
    url = "http://127.0.0.1:9"
    said = run(
        bin,
        FOOTNOTE_BUCKET="s3://mine",
        FOOTNOTE_STORE="elasticsearch",
        FOOTNOTE_ELASTICSEARCH_URL=url,
    )
    assert said == ["up", f"at {url}"]


def test_what_make_is_given_becomes_an_option(bin: Path) -> None:
    said = run(bin, "BUCKET=my papers", "PORT=8090", "STATE=there", "STORE=sqlite")
    options = ["--bucket", "my papers", "--port", "8090", "--state", "there", "--store", "sqlite"]
    assert said == ["up", *options, "at "]


def test_a_store_given_to_make_comes_before_that_of_the_environment(bin: Path) -> None:
    said = run(bin, "STORE=sqlite", FOOTNOTE_STORE="elasticsearch")
    assert said == ["up", "--store", "sqlite", "at "]


def test_the_setting_of_footnote_comes_before_the_address_that_tests_use(bin: Path) -> None:
    ours, theirs = "http://127.0.0.1:9", "http://127.0.0.1:10"
    addresses = {"FOOTNOTE_ELASTICSEARCH_URL": ours, "ELASTICSEARCH_URL": theirs}
    assert run(bin, "STORE=elasticsearch", **addresses)[-1] == f"at {ours}"
    assert run(bin, "STORE=elasticsearch", ELASTICSEARCH_URL=theirs)[-1] == f"at {theirs}"


@pytest.mark.parametrize(
    "target", ["bench", "bench-retrieve", "bench-quality", "bench-unsupported", "bench-load"]
)
def test_a_measurement_with_a_question_set_does_not_begin_without_a_whole_one(
    tmp_path: Path, target: str
) -> None:
    (tmp_path / "corpus.jsonl").touch()
    for folder in ("", str(tmp_path)):
        done = make(*READY, target, f"FOLDER={folder}")
        files = "corpus.jsonl, queries.jsonl and qrels"
        said = f"FOLDER={folder} is not a question set: it must hold {files};"
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith(said), done.stderr


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_what_the_tests_need_is_looked_for_before_anything_is_installed(jobs: str) -> None:
    done = make("--always-make", "--dry-run", f"--jobs={jobs}", "test")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("tests/prerequisites\n")
    assert "Making the virtual environment" in done.stdout
