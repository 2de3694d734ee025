"""What a reader is told of an outage: what cannot be done now, and not whose address failed and how."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from footnote.errors import DeadlinePassed, Unavailable

log = logging.getLogger("footnote.answer")


@contextmanager
def reported_as(reason: str) -> Iterator[None]:
    """An Unavailable raised within is logged, and raised again with `reason` as its message."""
    try:
        yield
    except DeadlinePassed:
        raise
    except Unavailable as error:
        log.warning("%s The cause: %s", reason, error.message)
        raise Unavailable(reason, retry_after=error.retry_after) from error
