"""The log of a function, to which its process writes."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

from footnote.errors import Misconfigured

TRACEBACK_END = re.compile(r"([a-z_]\w*\.)*[A-Z]\w*[a-z]: (?P<message>.+)")
"""The last line of a traceback."""


def rotated_log(log: Path) -> Path:
    """Rename the log of the previous run, if any, and return the path of a new one.

    Raises Misconfigured when it cannot be written.
    """
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            log.replace(log.with_suffix(".log.1"))
        log.touch()
    except OSError as error:
        raise Misconfigured(
            f"The log {log} cannot be written: {error.strerror}; choose another state folder with "
            "`--state`."
        ) from None
    return log


def last_error(log: Path) -> str:
    """The last error message in the last lines of a log, or its last line."""
    lines = list[str]()
    with suppress(OSError):
        lines = log.read_text(errors="replace").splitlines()[-50:]
    messages = [message for line in lines if (message := _error_message(line))]
    return (messages or lines or ["its log is empty"])[-1]


def _error_message(line: str) -> str:
    """The message of the exception in a line of a log, "" if there is none."""
    with suppress(ValueError, KeyError, TypeError):
        record = json.loads(line)
        if record.get("error") == Misconfigured.type:
            return str(record.get("reason") or record["message"])
        line = str(record["exception"]).strip().splitlines()[-1]
    end = TRACEBACK_END.match(line)
    return end["message"] if end else ""
