"""The index replaced by one of another model or chunking, while questions are answered from it.

Each step may be the last: whoever does it again goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click
from rich.console import Console

from footnote.calls import http
from footnote.cli import index
from footnote.cli.backfill import Completion
from footnote.cli.comparison import Question, compare, report, sampled
from footnote.cli.embedding import probed
from footnote.cli.on_demand import running_or_on_demand
from footnote.cli.terminal import printable
from footnote.errors import FootnoteError, InvalidRequest
from footnote.settings import Settings
from footnote.store import Generation, Store
from footnote.text.chunking import Chunking

SHOWN = 20
"""Documents that are named of those that could not be done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    model: str | None = None
    """None: embed's own."""
    chunking: str | None = None
    """None: as the settings say."""
    back: bool = False
    """To the index that was live before: back from one of this model and chunking, None: from any."""
    questions: Sequence[str] = ()
    """To compare by; if none, sentences of documents."""


async def replace(settings: Settings, wanted: Wanted, agreed: Callable[[], bool]) -> int:
    """Build, compare, and once `agreed` switch. Returns the exit code."""
    async with index.existing(settings) as store, running_or_on_demand(settings) as located:
        try:
            return await _Replacement(located, store, wanted).run(agreed)
        finally:
            await http.close()


async def drop(settings: Settings) -> int:
    """Remove the index that is kept beside the live one."""
    async with index.existing(settings) as store:
        beside = (await store.generations())[1:]
        for generation in beside:
            await store.drop(generation)
            click.echo(f"Removed the index {generation.name}.")
    if not beside:
        click.echo("No index is kept beside the live one.")
    return 0


async def status(settings: Settings) -> int:
    async with index.existing(settings) as store:
        lines = await index.described(store, settings.index_days)
    click.echo("\n".join(lines) or "Nothing was indexed yet.")
    return 0


class _Replacement:
    def __init__(self, settings: Settings, store: Store, wanted: Wanted) -> None:
        self._settings = settings
        self._store = store
        self._wanted = wanted

    async def run(self, agreed: Callable[[], bool]) -> int:
        live = await self._live()
        if self._wanted.back and not await self._is_wanted(live):
            click.echo(f"There is nothing to go back from: it is of {live.model}, {live.chunking}.")
            return 0
        target = await (self._before() if self._wanted.back else self._next())
        if target.name == live.name:
            click.echo(f"The index is of {live.model}, {live.chunking} already.")
            return 0
        click.echo(
            f"From {live.model}, {live.chunking}\n  to {target.model}, {target.chunking}", err=True
        )
        completion = Completion(self._settings, self._store, Console(stderr=True, markup=False))
        if missing := await completion(target):
            rest = f"so nothing was switched; {_called(target)} lacks them. Run it again."
            return _told_missing(missing, rest)
        await self._compare(live, target)
        if not agreed():
            click.echo("Nothing was switched; both are kept current. With --yes it will be.")
            return 0
        return await self._switch(target, completion)

    async def _live(self) -> Generation:
        for generation in await self._store.generations():
            return generation
        raise InvalidRequest("Nothing was indexed yet.")

    async def _is_wanted(self, live: Generation) -> bool:
        """So that who goes back again, or after it was done, does not go forth."""
        model, chunking = self._wanted.model, self._wanted.chunking
        if chunking and str(Chunking.parse(chunking)) != live.chunking:
            return False
        return model is None or (await probed(self._settings, model))[0] == live.model

    async def _next(self) -> Generation:
        chunking = self._wanted.chunking or str(Chunking.from_settings(self._settings))
        made_with = await probed(self._settings, self._wanted.model)
        return await self._store.begin(*made_with, str(Chunking.parse(chunking)))

    async def _before(self) -> Generation:
        for generation in await self._store.generations():
            if generation.live_until:
                await self._check_model(generation)
                return generation
        raise InvalidRequest("There is no index to go back to.")

    async def _check_model(self, generation: Generation) -> None:
        """Raise InvalidRequest where its model cannot be asked, for documents or for questions."""
        try:
            await probed(self._settings, generation.model)
        except FootnoteError as error:
            lacking = await self._lacking(generation)
            raise InvalidRequest(
                f"Nothing was switched: {_called(generation)} lacks {lacking} documents, and its model "
                f"cannot be asked: {error.message}"
            ) from None

    async def _lacking(self, generation: Generation) -> int:
        return len([manifest async for manifest in self._store.lacking(generation)])

    async def _compare(self, live: Generation, target: Generation) -> None:
        given = [Question(text) for text in self._wanted.questions]
        questions = given or await sampled(self._store)
        compared = await compare(self._settings, self._store, questions, [live, target])
        click.echo("\n".join(report(compared)))

    async def _switch(self, target: Generation, completion: Completion) -> int:
        # What was written while it was compared is in both; this finds what a writer that died left.
        if await self._lacking(target):
            raise InvalidRequest("Documents were left out meanwhile; run it again.")
        await self._store.switch(target)
        # What was committed without it in the last moment, when it might still be.
        missing = await completion(target) if await self._lacking(target) else {}
        click.echo(
            f"Answers come from {target.model}, {target.chunking} now. The index before is kept current "
            f"for {self._settings.index_days} days; `footnote reindex --rollback` goes back to it."
        )
        rest = f"and {_called(target)} lacks them. `footnote reconcile` tries again."
        return _told_missing(missing, rest) if missing else 0


def _called(generation: Generation) -> str:
    return f"the index {generation.name} of {generation.model}"


def _told_missing(missing: dict[str, str], rest: str) -> int:
    for uri, reason in sorted(missing.items())[:SHOWN]:
        click.echo(printable(f"{uri}: {reason}"), err=True)
    click.echo(f"{len(missing)} documents could not be done, {rest}")
    return 1
