"""Two generations of the index, asked the same questions."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from footnote.cli.embedding import embed
from footnote.contracts import Passage
from footnote.settings import Settings
from footnote.store import Generation, Manifest, Query, Store
from footnote.text.sentences import sentences

SAMPLE = 50
"""Questions."""
BEST = 5
"""Passages of an answer to each."""
LONGEST = 300
"""Characters of a question."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    document: str | None = None
    """Id of the one that it is a sentence of, if any."""


@dataclass(frozen=True, slots=True)
class Compared:
    question: Question
    before: list[Passage]
    after: list[Passage]

    @property
    def common(self) -> float:
        """Share of the best passages before that overlap with one of those after."""
        shared = sum(any(_overlap(one, other) for other in self.after) for one in self.before)
        return shared / len(self.before) if self.before else float(not self.after)

    @property
    def same_first(self) -> bool:
        return _first(self.before) == _first(self.after)


async def sampled(store: Store) -> list[Question]:
    """A sentence each of documents chosen at random, the same ones each time."""
    held = [manifest async for manifest in store.manifests(state="indexed") if manifest.held]
    chance = random.Random(0)
    chosen = chance.sample(held, min(SAMPLE, len(held)))
    return [question async for question in _questions(store, chosen, chance)]


async def compare(
    settings: Settings, store: Store, questions: Sequence[Question], pair: Sequence[Generation]
) -> list[Compared]:
    """Searches as one who may read everything."""
    if not questions:
        return []
    groups = {group async for manifest in store.manifests() for group in manifest.groups}
    found = []
    for generation in pair:
        vectors = await embed(settings, [each.text for each in questions], generation.model)
        found.append(
            [
                await _search(store, question, vector, generation, frozenset(groups))
                for question, vector in zip(questions, vectors, strict=True)
            ]
        )
    return [Compared(*each) for each in zip(questions, *found, strict=True)]


def report(compared: Sequence[Compared]) -> list[str]:
    """What an operator decides by."""
    count = len(compared)
    if not count:
        return ["There is no document to compare by."]
    same = sum(each.common for each in compared) / count
    first = sum(each.same_first for each in compared)
    lines = [
        f"Compared by {count} questions: {same:.0%} of the best {BEST} passages are in both, "
        f"the same document comes first for {first}."
    ]
    if known := [each for each in compared if each.question.document]:
        before = sum(_first(each.before) == each.question.document for each in known)
        after = sum(_first(each.after) == each.question.document for each in known)
        lines.append(
            f"Of {len(known)} sentences taken from documents, their document comes first for {before} "
            f"in the live index, for {after} in the other."
        )
    least = sorted(compared, key=lambda each: each.common)[:3]
    lines += [f"  {each.common:4.0%} alike: {each.question.text}" for each in least if each.common < 1]
    return lines


async def _questions(
    store: Store, manifests: Sequence[Manifest], chance: random.Random
) -> AsyncIterator[Question]:
    for manifest in manifests:
        if chunks := await store.chunks(manifest.id, None):
            text = chance.choice(chunks).text
            start, end = chance.choice([*sentences(text)])
            yield Question(text[start:end][:LONGEST], manifest.id)


async def _search(
    store: Store,
    question: Question,
    vector: Sequence[float],
    generation: Generation,
    groups: frozenset[str],
) -> list[Passage]:
    query = Query(
        question.text,
        vector=vector,
        model=generation.model,
        top_k=BEST,
        groups=groups,
        index=generation.name,
    )
    return (await store.search(query)).passages


def _overlap(one: Passage, other: Passage) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end


def _first(passages: Sequence[Passage]) -> str | None:
    return passages[0].document if passages else None
