"""Replaces the index by one with another model or chunking, while questions are answered from it.

Every step can be interrupted: running the command again continues from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click
from rich.console import Console

from footnote.calls import http
from footnote.cli import index
from footnote.cli.embedding import probe_model
from footnote.cli.on_demand import running_or_on_demand
from footnote.cli.reindexing.backfill import Backfill
from footnote.cli.reindexing.comparison import Question, compare, report_lines, sample_questions
from footnote.cli.terminal import printable
from footnote.errors import FootnoteError, InvalidRequest
from footnote.settings import Settings
from footnote.store import Generation, Recipe, Store
from footnote.text.chunking import Chunking

SHOWN = 20
"""Most missing documents that are printed by name."""


@dataclass(frozen=True, slots=True)
class Target:
    """The generation that is to become live."""

    model: str | None = None
    """None: embed's default model."""
    chunking: str | None = None
    """None: as the settings say."""
    rollback: bool = False
    """Go back to the previous generation if the live one has this model and chunking; None is any."""
    questions: Sequence[str] = ()
    """Questions to compare by; if empty, sentences from documents."""


async def reindex(settings: Settings, target: Target, confirm: Callable[[], bool]) -> int:
    """Build the target, compare it, and switch to it if `confirm` agrees. Returns the exit code."""
    async with index.opened_existing(settings) as store, running_or_on_demand(settings) as located:
        try:
            return await _Reindexing(located, store, target).run(confirm)
        finally:
            await http.close()


async def drop(settings: Settings) -> int:
    """Remove the generations that are not live. Returns the exit code."""
    async with index.opened_existing(settings) as store:
        others = (await store.generations())[1:]
        for generation in others:
            await store.drop(generation)
            click.echo(f"Removed the index {generation.name}.")
    if not others:
        click.echo("There is no index other than the live one.")
    return 0


async def status(settings: Settings) -> int:
    """Print the generations. Returns the exit code."""
    async with index.opened_existing(settings) as store:
        lines = await index.describe_generations(store, settings.index_days)
    click.echo("\n".join(lines) or "Nothing has been indexed yet.")
    return 0


class _Reindexing:
    def __init__(self, settings: Settings, store: Store, target: Target) -> None:
        self._settings = settings
        self._store = store
        self._target = target

    async def run(self, confirm: Callable[[], bool]) -> int:
        live = await self._live()
        if self._target.rollback and not await self._matches_target(live):
            click.echo(f"Not rolled back: the live index has {live.recipe}.")
            return 0
        new = await (self._previous() if self._target.rollback else self._next())
        if new.name == live.name:
            click.echo(f"The index already has {live.recipe}.")
            return 0
        click.echo(f"From {live.recipe}\n  to {new.recipe}", err=True)
        backfill = Backfill(self._settings, self._store, new, Console(stderr=True, markup=False))
        if missing := await backfill.run():
            rest = f"so nothing was switched: {_describe(new)} lacks them. Run the command again."
            return _report_missing(missing, rest)
        await self._store.optimize()
        await self._compare(live, new)
        if not confirm():
            click.echo("Nothing was switched; both indices are kept up to date. Use --yes to switch.")
            return 0
        return await self._switch(new, backfill)

    async def _live(self) -> Generation:
        for generation in await self._store.generations():
            return generation
        raise InvalidRequest("Nothing has been indexed yet.")

    async def _matches_target(self, live: Generation) -> bool:
        """Keeps a repeated rollback from switching forward again."""
        model, chunking = self._target.model, self._target.chunking
        if chunking and str(Chunking.parse(chunking)) != live.recipe.chunking:
            return False
        return model is None or (await probe_model(self._settings, model))[0] == live.recipe.model

    async def _next(self) -> Generation:
        chunking = self._target.chunking or str(Chunking.from_settings(self._settings))
        model, dimensions = await probe_model(self._settings, self._target.model)
        return await self._store.create_next(Recipe(model, dimensions, str(Chunking.parse(chunking))))

    async def _previous(self) -> Generation:
        for generation in await self._store.generations():
            if generation.live_until:
                await self._check_model(generation)
                return generation
        raise InvalidRequest("There is no index to roll back to.")

    async def _check_model(self, generation: Generation) -> None:
        """Raises InvalidRequest if its model is not available to embed documents and questions."""
        try:
            await probe_model(self._settings, generation.recipe.model, exact=True)
        except FootnoteError as error:
            lacking = await self._lacking(generation)
            raise InvalidRequest(
                f"Nothing was switched: {_describe(generation)} lacks {lacking} documents, "
                f"and its model is not available: {error.message}"
            ) from None

    async def _lacking(self, generation: Generation) -> int:
        return len([manifest async for manifest in self._store.missing_from(generation)])

    async def _compare(self, live: Generation, new: Generation) -> None:
        given = [Question(text) for text in self._target.questions]
        questions = given or await sample_questions(self._store)
        comparisons = await compare(self._settings, self._store, questions, [live, new])
        click.echo("\n".join(report_lines(comparisons)))

    async def _switch(self, new: Generation, backfill: Backfill) -> int:
        # Commits during the comparison went to both; this finds documents that a dead writer left out.
        if await self._lacking(new):
            raise InvalidRequest("Some documents are missing from the new index; run the command again.")
        await self._store.switch(new)
        # Until the switch a commit was allowed to leave the new generation out.
        missing = await backfill.run() if await self._lacking(new) else {}
        click.echo(
            f"Answers now come from {new.recipe}. The previous index is kept up to date "
            f"for {self._settings.index_days} days; `footnote reindex --rollback` switches back to it."
        )
        rest = f"and {_describe(new)} lacks them. `footnote reconcile` retries them."
        return _report_missing(missing, rest) if missing else 0


def _describe(generation: Generation) -> str:
    return f"the index {generation.name} of {generation.recipe.model}"


def _report_missing(missing: dict[str, str], rest: str) -> int:
    for uri, reason in sorted(missing.items())[:SHOWN]:
        click.echo(printable(f"{uri}: {reason}"), err=True)
    click.echo(f"{len(missing)} documents could not be indexed, {rest}")
    return 1
