"""What this machine's processor can do."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


def has_vnni(cpuinfo: Path = CPUINFO) -> bool:
    """Whether it adds up products of signed bytes in enough bits; False if the system does not say."""
    with suppress(OSError), cpuinfo.open() as file:
        return any("vnni" in line for line in file if line.startswith("flags"))
    return False
