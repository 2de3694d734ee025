"""What runs on this machine: told by `footnote up`, read by the other commands."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from footnote.errors import Misconfigured
from footnote.settings import Settings

FILE = "running.json"


@contextlib.contextmanager
def alone(state: Path) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Be the only one to run Footnote with the folder `state`, until the block or the process ends.

    Yields what tells the other commands the settings they need. Raises Misconfigured when another
    process was first, or the folder cannot be written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / FILE).open("a+")
    except OSError as error:
        raise Misconfigured(
            f"The state folder {state} cannot be used: {error.strerror}; choose another with `--state`."
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured(
                f"Footnote already runs with the state folder {state}; stop it, or choose another "
                "with `--state`."
            ) from None
        file.truncate(0)
        yield partial(_tell, file)


def _tell(file: TextIO, settings: Mapping[str, Any]) -> None:
    json.dump(settings, file)
    file.flush()


def located(settings: Settings) -> Settings:
    """The settings, with those of what runs on this machine in place of the defaults."""
    if (there := running(settings.state)) is None:
        return settings
    return Settings.model_validate(_given(there) | _given(settings))


def is_running(settings: Settings) -> bool:
    return running(settings.state) is not None


def running(state: Path) -> Settings | None:
    """What the process that holds the lock told of its settings; None when none does, or before that."""
    told = {name: value for name, value in _told(state).items() if name in Settings.model_fields}
    return Settings.model_validate(told) if told else None


def _given(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.model_fields_set}


def _told(state: Path) -> dict[str, Any]:
    try:
        with (state / FILE).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return {}
    except FileNotFoundError:
        return {}
    except BlockingIOError:
        return dict(json.loads((state / FILE).read_text() or "{}"))
