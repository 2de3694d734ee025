"""uvicorn, tied to the process that started it: when that one is gone, this one goes too."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from footnote.waking import exit_when_told, serve

GRACE = 1.5
"""Seconds a server has to finish what it does before its whole process group is killed."""


def main() -> None:
    """Serve as `uvicorn ARGUMENTS` does, until standard input ends."""
    exit_when_told()
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    serve()


def _end_with_standard_input() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
