"""Compares two generations of the index by asking both the same questions."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from footnote.cli.embedding import embed_queries
from footnote.contracts import Passage
from footnote.settings import Settings
from footnote.store import Generation, Manifest, Query, Store
from footnote.text.sentences import sentences

SAMPLE_SIZE = 50
TOP_K = 5
"""Passages compared for each question."""
QUESTION_LIMIT = 300
"""Characters."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    document: str | None = None
    """Id of the document that the text is a sentence of, if any."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The best passages for a question in the live generation and in the other one."""

    question: Question
    before: list[Passage]
    after: list[Passage]

    @property
    def overlap(self) -> float:
        """Share of the passages before that overlap with a passage after."""
        shared = sum(any(_overlap(one, other) for other in self.after) for one in self.before)
        return shared / len(self.before) if self.before else float(not self.after)

    @property
    def same_first(self) -> bool:
        return _first_document(self.before) == _first_document(self.after)


async def sample_questions(store: Store) -> list[Question]:
    """A sentence from each document of a random sample, which is the same every time."""
    indexed = [manifest async for manifest in store.manifests(state="indexed") if manifest.chunk_counts]
    rng = random.Random(0)
    sample = rng.sample(indexed, min(SAMPLE_SIZE, len(indexed)))
    return [question async for question in _questions(store, sample, rng)]


async def compare(
    settings: Settings, store: Store, questions: Sequence[Question], pair: Sequence[Generation]
) -> list[Comparison]:
    """Search both generations for each question, with permission to read every document."""
    if not questions:
        return []
    groups = {group async for manifest in store.manifests() for group in manifest.groups}
    found = []
    for generation in pair:
        texts = [each.text for each in questions]
        vectors = await embed_queries(settings, texts, generation.recipe.model)
        found.append(
            [
                await _search(store, question, vector, generation, frozenset(groups))
                for question, vector in zip(questions, vectors, strict=True)
            ]
        )
    return [Comparison(*each) for each in zip(questions, *found, strict=True)]


def report_lines(comparisons: Sequence[Comparison]) -> list[str]:
    """A summary, and the questions whose passages differ most."""
    count = len(comparisons)
    if not count:
        return ["There are no documents to compare with."]
    overlap = sum(each.overlap for each in comparisons) / count
    same_first = sum(each.same_first for each in comparisons)
    lines = [
        f"Compared with {count} questions: {overlap:.0%} of the best {TOP_K} passages are in both, and "
        f"the same document comes first for {same_first}."
    ]
    if sampled := [each for each in comparisons if each.question.document]:
        before = sum(_first_document(each.before) == each.question.document for each in sampled)
        after = sum(_first_document(each.after) == each.question.document for each in sampled)
        lines.append(
            f"Of {len(sampled)} sentences taken from documents, their document comes first for {before} "
            f"in the live index and for {after} in the other."
        )
    worst = sorted(comparisons, key=lambda each: each.overlap)[:3]
    lines += [f"  {each.overlap:4.0%} alike: {each.question.text}" for each in worst if each.overlap < 1]
    return lines


async def _questions(
    store: Store, manifests: Sequence[Manifest], rng: random.Random
) -> AsyncIterator[Question]:
    for manifest in manifests:
        if chunks := await store.chunks(manifest.id, None):
            text = rng.choice(chunks).text
            start, end = rng.choice([*sentences(text)])
            yield Question(text[start:end][:QUESTION_LIMIT], manifest.id)


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
        model=generation.recipe.model,
        top_k=TOP_K,
        groups=groups,
        index=generation.name,
    )
    return (await store.search(query)).passages


def _overlap(one: Passage, other: Passage) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end


def _first_document(passages: Sequence[Passage]) -> str | None:
    return passages[0].document if passages else None
