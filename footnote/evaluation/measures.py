"""Measures over the results of a question set; each is a share, 0 to 1."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from footnote.contracts import AnswerResponse
from footnote.evaluation.questions import Question
from footnote.evaluation.ranking import METRICS, Metric

MODES = ("keyword", "vector", "hybrid")

_MARKER = re.compile(r"\[\d+\]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """A statement of an answer, compared with the documents that it cites."""

    supported: bool
    """According to the answer itself."""
    quotes_match: bool
    """Whether each quote is the document's text at its position."""
    cites_relevant: bool
    """Whether it cites a document that is known to answer the question."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one question."""

    question: Question
    rankings: Mapping[str, Sequence[str]]
    """By mode, the ids of the documents found, best first."""
    answer: AnswerResponse
    checks: Sequence[StatementCheck]
    answer_without: AnswerResponse | None
    """The answer without the documents that answer the question; None if that was not asked."""


def measure_rankings(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """The METRICS of each mode."""
    return {
        mode: {name: _mean_of(metric, mode, results) for name, metric in METRICS.items()}
        for mode in MODES
    }


def _mean_of(metric: Metric, mode: str, results: Sequence[Result]) -> float:
    return fmean(metric(result.rankings[mode], result.question.relevant) for result in results)


def measure_answers(results: Sequence[Result]) -> dict[str, float]:
    """The measures that the question set allows: it may have no gold answers."""
    return {**_gold_answers(results), **_citations(results), **_refusals(results)}


def _gold_answers(results: Sequence[Result]) -> dict[str, float]:
    known = [result for result in results if result.question.answers]
    if not known:
        return {}
    answers = [(result.answer.answer, result.question) for result in known]
    return {
        "gold answer in the answer": fmean(contains_gold_answer(*each) for each in answers),
        "words of the gold answer in the answer": fmean(gold_word_recall(*each) for each in answers),
    }


def contains_gold_answer(text: str, question: Question) -> bool:
    """Whether the text contains a gold answer, apart from case, white space and markers."""
    return any(_normalized(answer) in _normalized(text) for answer in question.answers)


def gold_word_recall(text: str, question: Question) -> float:
    """The share of a gold answer's distinct words that the text has; the best of all gold answers."""
    words = set(_WORD.findall(_normalized(text)))
    golds = (set(_WORD.findall(_normalized(answer))) for answer in question.answers)
    return max(len(gold & words) / len(gold) if gold else 0.0 for gold in golds)


def _normalized(text: str) -> str:
    return " ".join(_MARKER.sub(" ", text).lower().split())


def _citations(results: Sequence[Result]) -> dict[str, float]:
    checks = [check for result in results for check in result.checks]
    if not checks:
        return {}
    return {
        "statements whose quotes are in place": fmean(check.quotes_match for check in checks),
        "statements that cite the right document": fmean(check.cites_relevant for check in checks),
        "statements supported": fmean(check.supported for check in checks),
    }


def _refusals(results: Sequence[Result]) -> dict[str, float]:
    answerable = {"answerable questions refused": fmean(result.answer.refused for result in results)}
    unanswerable = [result.answer_without for result in results if result.answer_without]
    if not unanswerable:
        return answerable
    return answerable | {
        "unanswerable questions refused": fmean(answer.refused for answer in unanswerable),
        "refusal AUC": auc(
            [result.answer.evidence for result in results],
            [answer.evidence for answer in unanswerable],
        ),
    }


def auc(high: Iterable[float], low: Iterable[float]) -> float:
    """How often a value of `high` is above one of `low`; equal values count half."""
    lows = sorted(low)
    below = [(bisect_left(lows, value) + bisect_right(lows, value)) / 2 for value in high]
    return fmean(below) / len(lows)
