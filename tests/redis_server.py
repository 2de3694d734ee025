"""A real Redis."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.ports import unused_port


class RedisServer:
    """A real redis-server on a port of its own, without persistence."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is missing; `apt-get install redis-server` brings it."
        self.port = unused_port()
        self.command = [program, "--port", str(self.port), "--save", "", "--dir", str(folder)]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError("redis-server did not start.")

    def clients(self) -> int:
        """How many are connected, besides the one who asks here."""
        with socket.create_connection(("127.0.0.1", self.port)) as probe:
            probe.sendall(b"CLIENT LIST\r\n")
            return probe.recv(65536).count(b"id=") - 1

    def pause(self) -> None:
        """It keeps its connections and answers nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
