"""What the functions of this process write to their log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from footnote.json_logging import JsonFormatter


class Log(logging.Handler):
    """Keeps the lines, as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"

    def lines(self, message: str = "") -> list[dict[str, Any]]:
        """Those with this message, or all."""
        written = map(json.loads, self.text.splitlines())
        return [line for line in written if message in ("", line["message"])]


@contextmanager
def kept() -> Iterator[Log]:
    """Beside where they go: a function that is made has its own say about that."""
    logger, log = logging.getLogger("footnote"), Log()
    level = logger.level
    logger.addHandler(log)
    logger.setLevel(logging.INFO)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)
