"""Checking an answer to a question that two passages are about."""

from __future__ import annotations

from footnote.contracts import Citation
from functions.answer.checking.citations import CitationChecker
from tests.unit.functions.answer.samples import two

QUESTION = "What is known?"
UNKNOWN = "That is not known."
TRUE = "Elasticsearch listens on port 9200"
ALSO_TRUE = "The Panthers defense gave up just 308 points"
FALSE = "The Panthers defense listens on port 9200"


def check(*pieces: str) -> tuple[CitationChecker, list[str | Citation]]:
    footnotes = CitationChecker(two(), QUESTION, refusal=UNKNOWN)
    events = [event for piece in pieces for event in footnotes.feed(piece)]
    return footnotes, [*events, *footnotes.close()]


def whole(text: str) -> CitationChecker:
    return check(text)[0]
