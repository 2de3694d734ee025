"""What `bench.load` says of its contenders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.load.latency import TARGET, AddedLatency
from bench.load.load_test import Load
from bench.load.streams import Streams
from bench.report import Measure, publish, table

OURS, PEER, ARTICLE = "Footnote", "LangChain", "the article's"
PARTS = ("all", "service", "Elasticsearch", "stand-in", "users")


def report(
    loads: Sequence[Load],
    added: Mapping[str, AddedLatency],
    alone: float,
    streams: Sequence[Streams],
    users: int,
) -> None:
    rows = [load.row() for load in loads]
    table(("", "questions", "users", "answers/s", "rounds", "p50 ms", "p99 ms", "errors"), rows)
    print()
    shares = [(f"{load.contender}, {load.asked}", *_shares(load)) for load in loads]
    table(("processor ms an answer", *PARTS), shares)
    print()
    publish(
        "load",
        [*throughput(loads, alone), *_added(added), *streaming(streams, users)],
        users=users,
        loads=[load.document() for load in loads],
        stages_ms={kind: each.stages for kind, each in added.items()},
    )


def throughput(loads: Sequence[Load], alone: float) -> list[Measure]:
    ours = [load for load in loads if load.contender.startswith(OURS)]
    errors = sum(load.errors for load in ours)
    kinds = dict.fromkeys(load.asked for load in ours)
    beside = [measure for kind in kinds for measure in _beside(kind, loads)]
    floor = Measure("searches of new questions, Elasticsearch alone", alone, "questions/s")
    return [Measure(f"errors of {ours[0].users} users", errors, "", 0), *beside, floor]


def _beside(kind: str, loads: Sequence[Load]) -> list[Measure]:
    """The best of each side, each as many processes as suit it; the peers remember nothing."""
    ours = _best(OURS, [load for load in loads if load.asked == kind])
    return [
        _times(f"questions {kind}: throughput beside LangChain, tuned", ours, _best(PEER, loads), 5),
        _times(f"questions {kind}: throughput beside the article's", ours, _best(ARTICLE, loads), 100),
    ]


def _best(name: str, loads: Sequence[Load]) -> float:
    return max(load.outcome.rate for load in loads if load.contender.startswith(name))


def _times(name: str, ours: float, theirs: float, target: float) -> Measure:
    return Measure(name, ours / theirs, "times", target, "at least")


def _added(added: Mapping[str, AddedLatency]) -> list[Measure]:
    found: list[Measure] = []
    for kind, each in added.items():
        name = f"added to a question of one user, {kind}"
        found.append(Measure(name, each.total, "ms", TARGET))
        found += [Measure(f"{name}: {stage}", value, "ms") for stage, value in each.stages.items()]
    return found


def streaming(streams: Sequence[Streams], users: int) -> list[Measure]:
    first, second = streams
    broken = users - first.outcome.answers + users - second.outcome.answers
    each = (second.peak - first.before) / users
    return [
        Measure("streams open at once in one process", second.most, "", users, "at least"),
        Measure("streams that broke off", broken, "", 0),
        Measure("memory at the peak", second.peak / 1e6, "MB"),
        Measure("memory of a stream", each / 1e3, "kB"),
        Measure("peak of as many again", second.peak / first.peak, "times", 1.1),
    ]


def _shares(load: Load) -> tuple[str, ...]:
    shares = load.shares()
    others = sum(shares[name] for name in PARTS[2:])
    numbers = {**shares, "all": sum(shares.values()), "service": sum(shares.values()) - others}
    return tuple(f"{numbers[name]:.2f}" for name in PARTS)
