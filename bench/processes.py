"""The processes of Footnote: which they are, and the CPU time and memory that they take."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.request import urlopen

import psutil

Seconds = dict[str, float]
"""CPU seconds by process."""


def functions(parent: psutil.Process) -> dict[str, psutil.Process]:
    """The functions that are children of this process, by name."""
    found = {}
    for process in parent.children():
        with suppress(psutil.NoSuchProcess):
            if name := process.environ().get("FUNCTION_TARGET"):
                found[name] = process
    return found


def family(process: psutil.Process) -> list[psutil.Process]:
    """The process and its children; empty if it has ended."""
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return sum(time.user + time.system for time in times)


def resident_bytes(processes: Iterable[psutil.Process]) -> int:
    """Those that have ended meanwhile take none."""
    size = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            size += process.memory_info().rss
    return size


def cpu_by_process(processes: Mapping[str, int], elasticsearch: str) -> Seconds:
    """CPU seconds so far of each of the processes, of Elasticsearch, and of this one."""
    with urlopen(f"{elasticsearch}/_nodes/_local/stats/process") as response:
        (node,) = json.load(response)["nodes"].values()
    seconds = {name: cpu_seconds([psutil.Process(pid)]) for name, pid in processes.items()}
    milliseconds = node["process"]["cpu"]["total_in_millis"]
    own = cpu_seconds([psutil.Process()])
    return {**seconds, "Elasticsearch": milliseconds / 1000, "users": own}


def difference(before: Seconds, after: Seconds) -> Seconds:
    return {name: after[name] - before[name] for name in after}
