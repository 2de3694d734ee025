"""`python -m footnote.local.server APP ...` serves as `uvicorn APP ...` does, and exits with its parent.

Standard input is a pipe whose write end the parent holds, so it ends when the parent is gone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from footnote import startup
from footnote.launcher import serve

GRACE = 1.5
"""Seconds from SIGTERM to SIGKILL of the whole process group."""


def main() -> None:
    startup.begin()
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    serve()


def _exit_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
