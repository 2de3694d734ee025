"""What the check says of a statement, by passages."""

from __future__ import annotations

from footnote.contracts import Passage
from functions.answer.checking.support import Quote, SupportChecker
from functions.answer.matching.corpus import Corpus
from functions.answer.matching.sentence import Sentence

QUESTION = "What is known?"


def checker_of(passages: list[Passage], question: str = QUESTION) -> SupportChecker:
    return SupportChecker(Corpus(passages), Sentence.parse(question))


def quotes(checker: SupportChecker, statement: str) -> list[Quote]:
    return checker.best_quotes(Sentence.parse(statement), checker.corpus.sources)
