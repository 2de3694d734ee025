"""Simulation of a history: objects change, controllers are notified, fail or die, readers search."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from footnote.contracts import Filter
from footnote.errors import FingerprintMismatch, Unavailable
from footnote.events import Why
from footnote.store import Query, Store
from functions.ingest.reconciler import Reconciler
from tests.simulation.actions import (
    Action,
    Change,
    DropNotification,
    Fault,
    Kill,
    Notify,
    Refresh,
    Reindex,
    StartSearch,
    Step,
)
from tests.simulation.controllers import Controller
from tests.simulation.objects import GROUP, Objects
from tests.simulation.operator import Operator
from tests.simulation.scheduling import Activity, Call, Killed, intercept, run_pending
from tests.simulation.timeline import Mismatch, Reader

NO_CONTROLLER = -1
"""Owner of an activity that cannot be killed."""
Work = Callable[[], Coroutine[Any, Any, None]]


class Simulation:
    """May use a store that others used before: all its keys are in a folder of its own."""

    def __init__(
        self,
        number: int,
        controllers: Sequence[Controller],
        store: Store,
        intercepted_store: Store,
        refresh: Callable[[], None],
    ) -> None:
        """`store` reads at once, and the calls of `intercepted_store` are scheduled; `refresh` makes new
        chunks searchable."""
        self.counts: Counter[str] = Counter()
        self.objects = Objects(f"{number}", f"heron{number}")
        self.pending: set[str] = set()
        """Keys with a notification that was not delivered yet, or is to be delivered again."""
        self.last_error = ""
        """Why a notification is to be delivered again."""
        self.dropped: set[str] = set()
        """Keys of which a notification was dropped."""
        self.fault_free = True
        """Whether no call failed and no controller was killed."""
        self._changed = False
        """Whether the index may have changed since readers searched."""
        self._store = store
        self._intercepted_store = intercepted_store
        self._refresh = refresh
        self._controllers = controllers
        self._reconcilers = [each.reconciler(self.objects.bucket) for each in controllers]
        self._activities: list[tuple[int, Activity]] = []
        self._readers = [Reader(self.objects.timelines, insider=insider) for insider in (True, False)]

    async def run(self, history: Sequence[Action]) -> None:
        """Carry out the actions, and complete all activities. Raises Mismatch."""
        for action in history:
            self.counts[type(action).__name__] += 1
            await self._carry_out(action)
            if self._changed:
                await self._search_as_readers()
        await self.run_to_completion()

    async def notify(self, key: str, controller: int = 0, why: Why = "") -> Activity:
        """Start the work on a key. `why`: the difference that a reconciliation found, if it notifies."""
        self.pending.discard(key)
        reconciler = self._reconcilers[controller]
        return await self._start(controller, lambda: self._converge(reconciler, key, why))

    async def run_to_completion(self) -> None:
        """Complete all activities, the oldest first."""
        while waiting := self._waiting():
            await self._step(waiting[0])
        stuck = [activity for _, activity in self._activities if not activity.task.done()]
        assert not stuck, "An activity waits for something that is not intercepted."
        await asyncio.gather(*(activity.task for _, activity in self._activities))
        self._activities.clear()
        await self._search_as_readers()

    async def search_settled(self) -> None:
        """Search once nothing is left to do: what is found must be what the bucket has now."""
        now = {key: states[-1:] for key, states in self.objects.timelines.items()}
        for insider in (True, False):
            await self._search_at_once(Reader(now, insider=insider))

    async def cancel(self) -> None:
        """End the activities that are not complete."""
        for _, activity in self._activities:
            activity.task.cancel()
        await asyncio.gather(
            *(activity.task for _, activity in self._activities), return_exceptions=True
        )

    async def _carry_out(self, action: Action) -> None:
        match action:
            case Change():
                self.pending |= self.objects.change(action)
            case Notify():
                activity = await self.notify(self.objects.key(action.name), action.controller)
                await self._steps(activity, action.calls)
            case Step():
                if waiting := await self._waiting_or_notified(action.which):
                    await self._steps(waiting[action.which % len(waiting)], action.calls, action.fault)
            case DropNotification():
                self.dropped |= self.pending & {self.objects.key(action.name)}
                self.pending -= self.dropped
            case Kill():
                await self._waiting_or_notified(action.which)
                if owners := [
                    owner
                    for owner, activity in self._activities
                    if owner != NO_CONTROLLER and activity.calls
                ]:
                    await self._kill(action.late, owners[action.which % len(owners)])
            case StartSearch():
                await self._start(NO_CONTROLLER, self._search_intercepted)
            case Refresh():
                self._refresh()
                self._changed = True
            case Reindex():
                await self._start(action.controller, lambda: self._reindex(action))

    async def _start(self, owner: int, work: Work) -> Activity:
        activity = Activity(work)
        self._activities.append((owner, activity))
        await run_pending()
        return activity

    async def _converge(self, reconciler: Reconciler, key: str, why: Why) -> None:
        try:
            await reconciler.converge(key, why)
        except (Unavailable, Killed) as error:
            self.pending.add(key)
            self.last_error = repr(error)
        except Exception as error:
            raise Mismatch(f"{key} could not be indexed: {error!r}") from error

    async def _reindex(self, action: Reindex) -> None:
        reconciler = self._reconcilers[action.controller]
        store = self._controllers[action.controller].store
        operator = Operator(store, reconciler, self.objects.folder)
        try:
            await operator(action.step)
        except (Unavailable, Killed):
            return
        except Exception as error:
            raise Mismatch(f"An operator could not {action.step}: {error!r}") from error

    def _waiting(self) -> list[Activity]:
        return [activity for _, activity in self._activities if activity.calls]

    async def _waiting_or_notified(self, which: int) -> list[Activity]:
        """The activities that wait for a call. If there are none, first deliver a notification."""
        if self.pending and not self._waiting():
            await self.notify(min(self.pending), which % len(self._controllers))
        return self._waiting()

    async def _steps(self, activity: Activity, calls: int, fault: Fault | None = None) -> None:
        """Continue the activity by that many calls; the last one meets the fault."""
        for left in range(calls, 0, -1):
            if not activity.calls:
                break
            await self._step(activity, fault if left == 1 else None)

    async def _step(self, activity: Activity, fault: Fault | None = None) -> None:
        call = await activity.step(fault)
        self._changed = True
        self.counts["calls"] += 1
        if fault:
            self.fault_free = False
            self.counts[f"fault: {fault}"] += 1
        if fault == "late":
            await self._execute_later(call)

    async def _kill(self, late: bool, controller: int) -> None:
        """Kill the activities of a controller; with `late` their calls are carried out later."""
        self.fault_free = False
        for activity in [activity for owner, activity in self._activities if owner == controller]:
            for call in await activity.kill():
                self.counts["fault: killed"] += 1
                if late:
                    await self._execute_later(call)
        self._reconcilers[controller] = self._controllers[controller].reconciler(self.objects.bucket)

    async def _execute_later(self, call: Call) -> None:
        async def execute() -> None:
            with suppress(Exception):  # its caller is gone
                await intercept(call.name, call.effect)

        await self._start(NO_CONTROLLER, execute)

    async def _search_as_readers(self) -> None:
        self._changed = False
        for reader in self._readers:
            if reader.insider or self.objects.ever_restricted:
                await self._search_at_once(reader)

    async def _search_at_once(self, reader: Reader) -> None:
        try:
            await self._search(self._store, reader)
        except Mismatch:
            raise
        except Exception as error:
            raise Mismatch(f"A search without faults failed: {error!r}") from error

    async def _search_intercepted(self) -> None:
        with suppress(Unavailable):  # an error is no wrong result
            for reader in [reader.copy() for reader in self._readers]:
                await self._search(self._intercepted_store, reader)

    async def _search(self, store: Store, reader: Reader) -> None:
        groups = frozenset({GROUP} if reader.insider else ())
        within = Filter(prefix=f"{self.objects.folder}/")
        query = Query(self.objects.word, "keyword", top_k=100, filter=within, groups=groups)
        found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        with suppress(FingerprintMismatch):  # nothing was indexed yet
            for passage in (await store.search(query)).passages:
                key = passage.uri.removeprefix(f"{self.objects.bucket.uri}/")
                found[key].append((passage.start, passage.text))
        reader.check({key: " ".join(text for _, text in sorted(parts)) for key, parts in found.items()})
        self.counts["searches"] += 1
