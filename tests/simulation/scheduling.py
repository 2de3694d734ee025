"""Deterministic scheduling: an activity stops before each call of a port, until it is continued."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from footnote.errors import Unavailable
from tests.simulation.actions import Fault

Effect = Callable[[], Awaitable[Any]]
LOOP_TURNS = 30
"""Turns of the event loop within which an activity that got a result makes its next call."""


class Killed(BaseException):
    """Raised by every call of a killed activity."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a port that was not carried out yet."""

    name: str
    effect: Effect
    result: asyncio.Future[Any]


class Activity:
    """Work of one process. Its calls, mostly one at a time, wait in `calls`."""

    def __init__(self, work: Callable[[], Awaitable[object]]) -> None:
        self.calls: deque[Call] = deque()
        self._killed = False
        self.task = asyncio.create_task(self._run(work))

    async def _run(self, work: Callable[[], Awaitable[object]]) -> None:
        _current.set(self)
        await work()

    async def call(self, name: str, effect: Effect) -> Any:
        if self._killed:
            raise Killed
        call = Call(name, effect, asyncio.get_running_loop().create_future())
        self.calls.append(call)
        return await call.result

    async def step(self, fault: Fault | None = None) -> Call:
        """Carry out the first call, and run the activity until its next call or its end."""
        call = self.calls.popleft()
        if fault in ("fails", "late"):
            call.result.set_exception(Unavailable(f"{call.name} is down."))
        else:
            await _execute(call, answered=fault is None)
        await run_pending()
        return call

    async def kill(self) -> list[Call]:
        """Returns the calls that were not carried out."""
        self._killed, calls = True, list(self.calls)
        self.calls.clear()
        for call in calls:
            call.result.set_exception(Killed())
        await run_pending()
        return calls


async def run_pending() -> None:
    """Let activities run until they wait for a call."""
    for _ in range(LOOP_TURNS):
        await asyncio.sleep(0)


async def intercept(name: str, effect: Effect) -> Any:
    """Carry out `effect` once the current activity is continued; at once outside an activity."""
    activity = _current.get()
    return await (activity.call(name, effect) if activity else effect())


async def checkpoint(name: str) -> None:
    """Like `intercept`, for a call without effect."""
    await intercept(name, _nothing)


async def _nothing() -> None:
    return


async def _execute(call: Call, *, answered: bool) -> None:
    try:
        value = await call.effect()
    except Exception as error:
        call.result.set_exception(error)
        return
    if answered:
        call.result.set_result(value)
    else:
        call.result.set_exception(Unavailable(f"{call.name} did not answer."))


_current: ContextVar[Activity | None] = ContextVar("current", default=None)
