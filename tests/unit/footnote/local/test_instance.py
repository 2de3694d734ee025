"""Who runs with a state folder, and what others learn of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from footnote.errors import Misconfigured
from footnote.local.instance import inherited, lock, running_settings
from footnote.settings import Settings


def test_others_learn_the_addresses_while_it_runs(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    with lock(tmp_path) as publish:
        publish({"answer_url": "http://127.0.0.1:1234", "bucket": "file:///papers"})
        assert running_settings(tmp_path)
        assert inherited(settings).answer_url == "http://127.0.0.1:1234"
        assert inherited(settings).bucket == "file:///papers"
    assert not running_settings(tmp_path)
    assert inherited(settings) == settings


def test_what_was_given_stays(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, answer_url="http://elsewhere")
    with lock(tmp_path) as publish:
        publish({"answer_url": "http://127.0.0.1:1234"})
        assert inherited(settings).answer_url == "http://elsewhere"


def test_only_one_runs_with_a_folder(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(Misconfigured, match="already runs"), lock(tmp_path):
        pass


def test_one_that_was_killed_is_not_taken_to_run(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal\n"
        "from footnote.local.instance import lock\n"
        f"with lock(pathlib.Path({str(tmp_path)!r})) as publish:\n"
        "    publish({'answer_url': 'http://127.0.0.1:1'})\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    assert not running_settings(tmp_path)
