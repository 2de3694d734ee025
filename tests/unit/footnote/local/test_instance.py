"""The lock on a state folder, and the settings published there."""

import subprocess
import sys
from pathlib import Path

import pytest

from footnote.errors import Misconfigured
from footnote.local.instance import inherited, lock, running_settings
from footnote.settings import Settings


def test_published_settings_are_inherited_while_the_lock_is_held(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    with lock(tmp_path) as publish:
        publish({"answer_url": "http://127.0.0.1:1234", "bucket": "file:///papers"})
        assert running_settings(tmp_path)
        assert inherited(settings).answer_url == "http://127.0.0.1:1234"
        assert inherited(settings).bucket == "file:///papers"
    assert not running_settings(tmp_path)
    assert inherited(settings) == settings


def test_explicit_settings_are_not_overridden(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, answer_url="http://elsewhere")
    with lock(tmp_path) as publish:
        publish({"answer_url": "http://127.0.0.1:1234"})
        assert inherited(settings).answer_url == "http://elsewhere"


def test_a_second_lock_on_the_folder_is_refused(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(Misconfigured, match="already runs"), lock(tmp_path):
        pass


def test_a_killed_process_releases_the_lock(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal\n"
        "from footnote.local.instance import lock\n"
        f"with lock(pathlib.Path({str(tmp_path)!r})) as publish:\n"
        "    publish({'answer_url': 'http://127.0.0.1:1'})\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    assert not running_settings(tmp_path)
