import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.system.footnote_up import FootnoteUp

README = (Path(__file__).parents[2] / "README.md").read_text()
COMMANDS = re.findall(r"^curl .*$", README, re.MULTILINE)
PORTS = {"8080": "answer_url", "8081": "embed_url", "8082": "retrieve_url", "8083": "ingest_url"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_line_that_the_readme_shows_works(footnote: FootnoteUp, command: str) -> None:
    for port, function in PORTS.items():
        command = command.replace(f"http://127.0.0.1:{port}", footnote.urls[function])
    done = subprocess.run(
        [*shlex.split(command), "--fail-with-body"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
