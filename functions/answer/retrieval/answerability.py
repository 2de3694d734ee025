"""Whether the passages hold the answer at all, as far as numbers tell."""

from __future__ import annotations

import math

from footnote.contracts import RetrieveResponse
from functions.answer.checking.evidence import Evidence
from functions.answer.generators.prompt import REFUSAL

EMPTY_INDEX = "There are no documents to answer from yet: put files into the bucket, then ask again."

# Logistic regressions of "the passage is there", over the questions of one half of XQuAD's articles with
# their passage and without it; the intercepts take six questions in seven to be answerable. A search by
# keywords has no cosine.
COVERAGE, COSINE, NEARNESS, INTERCEPT = 6.3, 4.0, 4.4, -5.2
COVERAGE_ALONE, NEARNESS_ALONE, INTERCEPT_ALONE = 7.2, 4.6, -3.7


def evidence(found: RetrieveResponse, query: str) -> float:
    """How likely it is that the passages hold the answer; 0 to 1."""
    if not found.hits:
        return 0.0
    near = Evidence(found.hits, query).nearness
    cosines = [hit.cosine for hit in found.hits if hit.cosine is not None]
    if cosines:
        return _logistic(COVERAGE * found.coverage + COSINE * max(cosines) + NEARNESS * near + INTERCEPT)
    return _logistic(COVERAGE_ALONE * found.coverage + NEARNESS_ALONE * near + INTERCEPT_ALONE)


def refusal(found: RetrieveResponse, evidence: float, threshold: float) -> str | None:
    """The sentence that says why there is no answer; None when there is evidence enough for one."""
    if not found.index:
        return EMPTY_INDEX
    return None if found.hits and evidence >= threshold else REFUSAL


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
