"""A history: objects change, parties hear of it or not, fail and die, and readers look all the time."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from footnote.contracts import Filter
from footnote.errors import FingerprintMismatch, Unavailable
from footnote.store import Query, Store
from functions.ingest.reconciler import Reconciler
from tests.histories.activities import Activity, Call, Killed, boundary, turns
from tests.histories.chronicle import Mismatch, Reader
from tests.histories.moves import (
    Change,
    Fault,
    Hear,
    Kill,
    Look,
    Lose,
    Move,
    Refresh,
    Replace,
    Step,
)
from tests.histories.objects import GROUP, Objects
from tests.histories.operator import Operator
from tests.histories.parties import Party

NOBODY = -1
"""The party of what cannot be killed."""
Work = Callable[[], Coroutine[Any, Any, None]]


class History:
    """On stores that others may have used: all its keys are in a folder of its own."""

    def __init__(
        self,
        number: int,
        parties: Sequence[Party],
        reading: Store,
        looking: Store,
        settle: Callable[[], None],
    ) -> None:
        """`looking` is of a process that only reads, a call at a time, and `reading` of one that reads
        at once; `settle` makes searches see what is written."""
        self.counts: Counter[str] = Counter()
        self.objects = Objects(f"{number}", f"heron{number}")
        self.owed: set[str] = set()
        """Keys of which a notification is on its way: not delivered yet, or to be delivered again."""
        self.unfinished = ""
        """Why work on a key was not finished, the last time."""
        self.lost: set[str] = set()
        self.smooth = True
        """Whether nothing failed and nobody died."""
        self._moved = False
        """Whether the index may have changed since readers looked."""
        self._reading = reading
        self._looking = looking
        self._settle = settle
        self._parties = parties
        self._reconcilers = [party.reconciler(self.objects.shelf) for party in parties]
        self._working: list[tuple[int, Activity]] = []
        self._readers = [Reader(self.objects.chronicle, insider=insider) for insider in (True, False)]

    async def play(self, moves: Sequence[Move]) -> None:
        """Ends when nobody is at work any more. Raises Mismatch."""
        for move in moves:
            self.counts[type(move).__name__.lower()] += 1
            await self._make(move)
            if self._moved:
                await self._look()
        await self.rest()

    async def hear(self, key: str, party: int = 0, why: str = "") -> Activity:
        """`why`: what a comparison said of the key, if that is how the party hears of it."""
        self.owed.discard(key)
        reconciler = self._reconcilers[party]
        return await self._begin(party, lambda: self._converge(reconciler, key, why))

    async def rest(self) -> None:
        """Let all that is begun be done, what began first before the others."""
        while waiting := self._waiting():
            await self._step(waiting[0])
        stuck = [activity for _, activity in self._working if not activity.task.done()]
        assert not stuck, "Someone waits for what is no boundary."
        await asyncio.gather(*(activity.task for _, activity in self._working))
        self._working.clear()
        await self._look()

    async def end(self) -> None:
        """Whatever is still at work ends, in whichever state."""
        for _, activity in self._working:
            activity.task.cancel()
        await asyncio.gather(*(activity.task for _, activity in self._working), return_exceptions=True)

    async def _make(self, move: Move) -> None:
        match move:
            case Change():
                self.owed |= self.objects.change(move)
            case Hear():
                activity = await self.hear(self.objects.key(move.name), move.party)
                await self._steps(activity, move.calls)
            case Step():
                if waiting := await self._at_work(move.which):
                    await self._steps(waiting[move.which % len(waiting)], move.calls, move.fault)
            case Lose():
                self.lost |= self.owed & {self.objects.key(move.name)}
                self.owed -= self.lost
            case Kill():
                await self._at_work(move.which)
                if dying := [
                    party for party, activity in self._working if party >= 0 and activity.calls
                ]:
                    await self._kill(move.late, dying[move.which % len(dying)])
            case Look():
                await self._begin(NOBODY, self._look_slowly)
            case Refresh():
                self._settle()
                self._moved = True
            case Replace():
                await self._begin(move.party, lambda: self._replace(move))

    async def _begin(self, party: int, work: Work) -> Activity:
        activity = Activity(work)
        self._working.append((party, activity))
        await turns()
        return activity

    async def _converge(self, reconciler: Reconciler, key: str, why: str) -> None:
        try:
            await reconciler.converge(key, sweep=why == "leftovers", backfill=why == "behind")
        except (Unavailable, Killed) as error:
            self.owed.add(key)
            self.unfinished = repr(error)
        except Exception as error:
            raise Mismatch(f"{key} was not worked on: {error!r}") from error

    async def _replace(self, move: Replace) -> None:
        reconciler = self._reconcilers[move.party]
        operator = Operator(self._parties[move.party].store, reconciler, self.objects.folder)
        try:
            await operator(move.what)
        except (Unavailable, Killed):
            return
        except Exception as error:
            raise Mismatch(f"An operator could not {move.what}: {error!r}") from error

    def _waiting(self) -> list[Activity]:
        return [activity for _, activity in self._working if activity.calls]

    async def _at_work(self, which: int) -> list[Activity]:
        """Where nobody is, somebody hears of what is owed."""
        if self.owed and not self._waiting():
            await self.hear(min(self.owed), which % len(self._parties))
        return self._waiting()

    async def _steps(self, activity: Activity, calls: int, fault: Fault | None = None) -> None:
        for left in range(calls, 0, -1):
            if not activity.calls:
                break
            await self._step(activity, fault if left == 1 else None)

    async def _step(self, activity: Activity, fault: Fault | None = None) -> None:
        call = await activity.step(fault)
        self._moved = True
        self.counts["calls"] += 1
        if fault:
            self.smooth = False
            self.counts[f"fault: {fault}"] += 1
        if fault == "late":
            await self._arrive_later(call)

    async def _kill(self, late: bool, party: int) -> None:
        """With all that it is doing; what it was about to ask may arrive nevertheless."""
        self.smooth = False
        for activity in [activity for owner, activity in self._working if owner == party]:
            for call in await activity.kill():
                self.counts["fault: killed"] += 1
                if late:
                    await self._arrive_later(call)
        self._reconcilers[party] = self._parties[party].reconciler(self.objects.shelf)

    async def _arrive_later(self, call: Call) -> None:
        async def arrive() -> None:
            with suppress(Exception):  # nobody hears of it
                await boundary(call.name, call.effect)

        await self._begin(NOBODY, arrive)

    async def _look(self) -> None:
        self._moved = False
        for reader in self._readers:
            if reader.insider or self.objects.ever_closed:
                await self._search(self._reading, reader)

    async def _look_slowly(self) -> None:
        with suppress(Unavailable):  # an error misleads nobody
            for reader in [reader.later() for reader in self._readers]:
                await self._search(self._looking, reader)

    async def _search(self, store: Store, reader: Reader) -> None:
        groups = frozenset({GROUP} if reader.insider else ())
        within = Filter(prefix=f"{self.objects.folder}/")
        query = Query(self.objects.word, "keyword", top_k=100, filter=within, groups=groups)
        found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        with suppress(FingerprintMismatch):  # where nothing was ever indexed
            for passage in (await store.search(query)).passages:
                key = passage.uri.removeprefix(f"{self.objects.shelf.uri}/")
                found[key].append((passage.start, passage.text))
        reader.sees({key: " ".join(text for _, text in sorted(parts)) for key, parts in found.items()})
        self.counts["looks"] += 1
