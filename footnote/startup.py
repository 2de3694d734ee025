"""The start of a function's process, which ends once its Function is made."""

from __future__ import annotations

import gc
import os
import signal
import sys

_under_way = False


def begin() -> None:
    """Until `end`, garbage collection is off, since all objects stay, and SIGTERM ends the process at
    once."""
    global _under_way
    _under_way = True
    gc.disable()
    # The first process of a container ignores a signal that it has no handler for: stopped during its
    # start, it would stay until it is killed.
    signal.signal(signal.SIGTERM, _exit)


def end() -> None:
    """Exclude what was imported from garbage collection, if the start began here."""
    global _under_way
    if _under_way:
        _under_way = False
        gc.freeze()
        gc.enable()


def _exit(*_: object) -> None:
    if _under_way:
        # Imports run callbacks, in which Python drops an exception or turns it into another one.
        os._exit(0)
    sys.exit()  # uvicorn raised the signal again after the last response; now exit handlers run
