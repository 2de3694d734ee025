"""What the users ask: the questions of a set, as they come or each of them new."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

SEED = 20
MANY = 40_000
"""More than anybody answers in one run."""


def as_they_come(questions: Sequence[str]) -> Iterator[str]:
    """Any of them, again and again, in the same order for everybody."""
    chance = random.Random(SEED)
    while True:
        yield chance.choice(questions)


def all_new(questions: Sequence[str]) -> Iterator[str]:
    """Each asked once: one of them with a word replaced by that of another."""
    chance, words = random.Random(SEED), [question.split() for question in questions]
    said = set(questions)
    while len(said) < len(questions) + MANY:
        question, other = list(chance.choice(words)), chance.choice(words)
        question[chance.randrange(len(question))] = chance.choice(other)
        if (text := " ".join(question)) not in said:
            said.add(text)
            yield text
