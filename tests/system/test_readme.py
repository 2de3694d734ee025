"""The curl lines of README.md work as they stand there."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.system.footnote_up import FootnoteUp

ROOT = Path(__file__).parents[2]
PLACE = ("number", "title", "page", "start", "end", "quote", "supported")
USUAL = {"answer": 8080, "embed": 8081, "retrieve": 8082, "ingest": 8083}


def lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    commands = "".join(blocks).replace("\\\n", "").splitlines()
    return [command for command in commands if command.startswith("curl ")]


@pytest.mark.parametrize("line", lines())
def test_a_line_works(footnote: FootnoteUp, line: str) -> None:
    for name, port in USUAL.items():
        line = line.replace(f"http://127.0.0.1:{port}", footnote.urls[f"{name}_url"])
    command = line.replace("curl -s", "curl --fail-with-body -s")
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, cwd=footnote.bucket.parent, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if not done.stdout.startswith(("event:", "#")) and done.stdout:
        assert "error" not in json.loads(done.stdout)


def test_the_answer_is_the_one_that_is_shown(footnote: FootnoteUp) -> None:
    shown = re.search(r"```json\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown
    example, answer = json.loads(shown[1]), footnote.ask("What is a dead letter?")
    assert example.keys() <= answer.keys()
    assert example["answer"] == answer["answer"]
    for expected, citation in zip(example["citations"], answer["citations"], strict=True):
        assert expected.keys() == citation.keys()
        assert {name: citation[name] for name in PLACE} == {name: expected[name] for name in PLACE}
