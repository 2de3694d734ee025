"""A question that goes back to the one before it, as far as its words show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from footnote.contracts import Passage
from functions.answer.checking.evidence import Evidence
from functions.answer.matching.sentence import Sentence
from functions.answer.matching.vocabulary import REFERRING

ASKING_ON = Sentence.of(
    "continue detail elaborate example explain give go please say show summarise summarize summary tell"
).terms
"""They ask for more of what was spoken of."""

FEW = 3
"""Terms beside a pronoun, names apart, up to which it stands for what was spoken of before; beside more,
mostly for what the question itself says.

Of 58 questions of XQuAD that have a pronoun and stand alone, each after either of two others, 90 of 116
answers are right, and 73 if any pronoun points back; of 150 with "it" for a name in the one before,
128 and 134.
"""

SPOKEN = 0.5
"""Share of its words, by weight, that one sentence must have of what was found with the question before.

Of 150 questions about articles of XQuAD that were not indexed, each after one about an article that was,
14 were answered, and 13 when asked alone; by any one word, 34.
"""

_EXPLETIVE = re.compile(
    r"\bit (?:allowed|legal|necessary|permitted|possible|required|safe|takes?|too \w+) to\b"
)
"""Stands for what follows, as in "Is it safe to swim here?"."""


def depends(question: str) -> bool:
    """Whether it says too little to be asked alone, as "Who founded it?" and "Tell me more." do."""
    said = Sentence.of(question)
    return said.terms <= ASKING_ON or (_points_back(question) and not said.names)


def continues(question: str, passages: Sequence[Passage]) -> bool:
    """Whether it is about passages that were found with the question before: its names are there, and
    it points back or has most of its words in one sentence."""
    evidence = Evidence(passages, question)
    return evidence.knows_names and (_points_back(question) or evidence.spoken >= SPOKEN)


def _points_back(question: str) -> bool:
    said = Sentence.of(question)
    words = re.findall(r"\w+", _EXPLETIVE.sub("", question.lower()))
    return not REFERRING.isdisjoint(words) and len(said.terms - said.names - ASKING_ON) <= FEW
