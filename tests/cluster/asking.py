"""Questions all the time, of which none may fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.cluster.footnote import Footnote

QUESTION = "How many steps lead to the beacon of Tarn Point?"
ANSWER = "212 steps"


@contextmanager
def asking(ask: Callable[[], None], clients: int = 4) -> Iterator[list[str]]:
    """Ask again and again all through the block; yields what went wrong."""
    failures: list[str] = []
    answered: list[None] = []
    stop = threading.Event()

    def client() -> None:
        while not stop.is_set():
            try:
                ask()
                answered.append(None)
            except (AssertionError, OSError) as error:
                failures.append(f"{type(error).__name__}: {error}")

    with ThreadPoolExecutor(clients) as pool:
        try:
            for _ in range(clients):
                pool.submit(client)
            yield failures
        finally:
            stop.set()
    print(f"{len(answered)} answers, {len(failures)} failures", *failures[:3])
    assert answered


def asked(footnote: Footnote) -> Callable[[], None]:
    def ask() -> None:
        assert any(ANSWER in quote for quote in footnote.cited(QUESTION))

    return ask
