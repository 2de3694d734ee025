"""Work that goes on one call at a time, and only when it is let: so any order can be had again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from footnote.errors import Unavailable
from tests.histories.moves import Fault

Effect = Callable[[], Awaitable[Any]]
TURNS = 30
"""Of the event loop, within which whoever got an answer makes the next call."""


class Killed(BaseException):
    """What every call of a process that is no more ends with."""


@dataclass(frozen=True, slots=True)
class Call:
    """Of a port, about to be made."""

    name: str
    effect: Effect
    answer: asyncio.Future[Any]


class Activity:
    """Something a process does. Its calls wait in here, mostly one."""

    def __init__(self, work: Callable[[], Awaitable[object]]) -> None:
        self.calls: deque[Call] = deque()
        self._dead = False
        self.task = asyncio.create_task(self._run(work))

    async def _run(self, work: Callable[[], Awaitable[object]]) -> None:
        _acting.set(self)
        await work()

    async def call(self, name: str, effect: Effect) -> Any:
        if self._dead:
            raise Killed
        call = Call(name, effect, asyncio.get_running_loop().create_future())
        self.calls.append(call)
        return await call.answer

    async def step(self, fault: Fault | None = None) -> Call:
        """Let the first call be made, and wait until the next one waits, or it is over."""
        call = self.calls.popleft()
        if fault in ("fails", "late"):
            call.answer.set_exception(Unavailable(f"{call.name} is down."))
        else:
            await _carry_out(call, answered=fault is None)
        await turns()
        return call

    async def kill(self) -> list[Call]:
        """What it was about to do."""
        self._dead, calls = True, list(self.calls)
        self.calls.clear()
        for call in calls:
            call.answer.set_exception(Killed())
        await turns()
        return calls


async def turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def boundary(name: str, effect: Effect) -> Any:
    """The call of a port by whatever activity this is part of; who is part of none need not wait."""
    acting = _acting.get()
    return await (acting.call(name, effect) if acting else effect())


async def step(name: str) -> None:
    """The same for a call that has no effect."""
    await boundary(name, _nothing)


async def _nothing() -> None:
    return


async def _carry_out(call: Call, *, answered: bool) -> None:
    try:
        value = await call.effect()
    except Exception as error:
        call.answer.set_exception(error)
        return
    if answered:
        call.answer.set_result(value)
    else:
        call.answer.set_exception(Unavailable(f"{call.name} did not answer."))


_acting: ContextVar[Activity | None] = ContextVar("acting", default=None)
