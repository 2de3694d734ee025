"""Whether the passages hold the answer at all, as far as numbers tell."""

from __future__ import annotations

import math

from footnote.contracts import RetrieveResponse
from functions.answer.generators.prompt import REFUSAL

EMPTY_INDEX = "There are no documents to answer from yet: put files into the bucket, then ask again."

# A logistic regression of "the passage is there" on coverage and the best cosine, over the questions of
# XQuAD with their passage and without it; its intercept takes four questions in five to be answerable.
COVERAGE, COSINE, INTERCEPT = 8.9, 5.5, -6.4
COVERAGE_ALONE, INTERCEPT_ALONE = 10.0, -4.2


def evidence(found: RetrieveResponse) -> float:
    """How likely it is that the passages hold the answer; 0 to 1."""
    if not found.hits:
        return 0.0
    cosines = [hit.cosine for hit in found.hits if hit.cosine is not None]
    if cosines:
        return _logistic(COVERAGE * found.coverage + COSINE * max(cosines) + INTERCEPT)
    return _logistic(COVERAGE_ALONE * found.coverage + INTERCEPT_ALONE)


def refusal(found: RetrieveResponse, threshold: float) -> str | None:
    """The sentence that says why there is no answer; None when there is evidence enough for one."""
    if not found.index:
        return EMPTY_INDEX
    return None if found.hits and evidence(found) >= threshold else REFUSAL


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
