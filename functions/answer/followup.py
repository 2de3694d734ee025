"""A question that goes back to the one before it, as far as its words show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from footnote.contracts import Passage
from functions.answer.checking.evidence import Evidence
from functions.answer.checking.sentence import Sentence
from functions.answer.checking.vocabulary import REFERRING

SPOKEN = 0.5
"""Share of its words, by weight, that one sentence must have of what was found with the question before.

Of 150 questions about articles of XQuAD that were not indexed, each after one about an article that was,
11 were answered, and 9 when asked alone; by any one word, 46.
"""


def depends(question: str) -> bool:
    """Whether it says too little to be asked alone, as "Who founded it?" does."""
    return _points_back(question) and not Sentence.of(question).names


def continues(question: str, passages: Sequence[Passage]) -> bool:
    """Whether it is about passages that were found with the question before: its names are there, and
    it points back or has most of its words in one sentence."""
    evidence = Evidence(passages, question)
    return evidence.knows_names and (_points_back(question) or evidence.spoken >= SPOKEN)


def _points_back(question: str) -> bool:
    return not REFERRING.isdisjoint(re.findall(r"\w+", question.lower()))
