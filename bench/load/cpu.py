"""CPU time by process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.request import urlopen

import psutil

Seconds = dict[str, float]


def by_process(processes: Mapping[str, int], elasticsearch: str) -> Seconds:
    """CPU seconds so far of each of the processes, of Elasticsearch, and of this one."""
    with urlopen(f"{elasticsearch}/_nodes/_local/stats/process") as response:
        (node,) = json.load(response)["nodes"].values()
    seconds = {name: _seconds(psutil.Process(pid)) for name, pid in processes.items()}
    milliseconds = node["process"]["cpu"]["total_in_millis"]
    return {**seconds, "Elasticsearch": milliseconds / 1000, "users": _seconds(psutil.Process())}


def difference(before: Seconds, after: Seconds) -> Seconds:
    return {name: after[name] - before[name] for name in after}


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
