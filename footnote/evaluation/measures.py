"""What the results of a question set come to: each measure a share, 0 to 1."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from footnote.contracts import AnswerResponse
from footnote.evaluation.questions import Question
from footnote.evaluation.ranking import METRICS

MODES = ("keyword", "vector", "hybrid")

_MARK = re.compile(r"\[\d+\]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """A statement of an answer, held against the documents it cites."""

    supported: bool
    """As the answer says itself."""
    in_place: bool
    """Whether each of its quotes is what its document holds there."""
    right: bool
    """Whether it cites a document that is known to answer the question."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question."""

    question: Question
    rankings: Mapping[str, Sequence[str]]
    """By mode, the ids of the documents found, the best first."""
    answer: AnswerResponse
    cited: Sequence[StatementCheck]
    without: AnswerResponse | None
    """The answer once the documents that answer it are gone; None where nobody asked."""


def rankings(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """For each mode, its METRICS."""
    return {
        mode: {name: _mean(results, _metric(of, mode)) for name, of in METRICS.items()} for mode in MODES
    }


def _metric(
    of: Callable[[Sequence[str], Mapping[str, float]], float], mode: str
) -> Callable[[Result], float]:
    return lambda result: of(result.rankings[mode], result.question.relevant)


def _mean(results: Sequence[Result], of: Callable[[Result], float]) -> float:
    return fmean(map(of, results))


def answers(results: Sequence[Result]) -> dict[str, float]:
    """Those that the set allows: a set may have no gold answers."""
    return {**_gold(results), **_citations(results), **_refusals(results)}


def _gold(results: Sequence[Result]) -> dict[str, float]:
    known = [result for result in results if result.question.answers]
    if not known:
        return {}
    return {
        "gold answer in the answer": _mean(known, lambda one: holds(one.answer.answer, one.question)),
        "words of the gold answer in the answer": _mean(
            known, lambda one: shares(one.answer.answer, one.question)
        ),
    }


def holds(text: str, question: Question) -> bool:
    """Whether a gold answer stands in the text, but for case, spaces and footnote marks."""
    return any(_plain(answer) in _plain(text) for answer in question.answers)


def shares(text: str, question: Question) -> float:
    """Of the distinct words of a gold answer, the share that the text has; the best of all answers."""
    said = set(_WORD.findall(_plain(text)))
    golds = (set(_WORD.findall(_plain(answer))) for answer in question.answers)
    return max(len(gold & said) / len(gold) if gold else 0.0 for gold in golds)


def _plain(text: str) -> str:
    return " ".join(_MARK.sub(" ", text).lower().split())


def _citations(results: Sequence[Result]) -> dict[str, float]:
    cited = [one for result in results for one in result.cited]
    if not cited:
        return {}
    return {
        "statements whose quotes are in place": fmean(one.in_place for one in cited),
        "statements that cite the right document": fmean(one.right for one in cited),
        "statements supported": fmean(one.supported for one in cited),
    }


def _refusals(results: Sequence[Result]) -> dict[str, float]:
    told = {"answerable questions refused": _mean(results, lambda one: one.answer.refused)}
    without = [result.without for result in results if result.without]
    if not without:
        return told
    return told | {
        "unanswerable questions refused": fmean(answer.refused for answer in without),
        "refusal AUC": auc(
            [result.answer.evidence for result in results], [answer.evidence for answer in without]
        ),
    }


def auc(high: Iterable[float], low: Iterable[float]) -> float:
    """How often one of `high` is above one of `low`; equals count half."""
    lows = sorted(low)
    below = [(bisect_left(lows, value) + bisect_right(lows, value)) / 2 for value in high]
    return fmean(below) / len(lows)
