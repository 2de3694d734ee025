"""Whether the passages that were found are likely to hold the answer."""

from __future__ import annotations

import math

from footnote.contracts import RetrieveResponse
from functions.answer.generators.prompt import REFUSAL
from functions.answer.matching.corpus import Corpus
from functions.answer.matching.relevance import Relevance
from functions.answer.matching.sentence import Sentence

EMPTY_INDEX = "There are no documents to answer from yet: put files into the bucket, then ask again."

# Logistic regressions of "the passage is there", over the questions of one half of XQuAD's articles with
# their passage and without it; the intercepts take six questions in seven to be answerable. A search by
# keywords has no cosine.
COVERAGE, COSINE, MATCH, INTERCEPT = 6.3, 4.0, 4.4, -5.2
KEYWORD_COVERAGE, KEYWORD_MATCH, KEYWORD_INTERCEPT = 7.2, 4.6, -3.7

NAMED_PART = 0.9
"""The probability for a question that names a part, such as "clause 2.2", if a passage has that part."""


def answerability(found: RetrieveResponse, query: str) -> float:
    """The probability that the passages hold the answer."""
    if not found.hits:
        return 0.0
    corpus = Corpus(found.hits)
    named = NAMED_PART if corpus.part(query) else 0.0
    return max(named, _regression(found, corpus, query))


def _regression(found: RetrieveResponse, corpus: Corpus, query: str) -> float:
    match = Relevance(corpus, Sentence.parse(query)).best_match
    cosines = [hit.cosine for hit in found.hits if hit.cosine is not None]
    if cosines:
        return _logistic(COVERAGE * found.coverage + COSINE * max(cosines) + MATCH * match + INTERCEPT)
    return _logistic(KEYWORD_COVERAGE * found.coverage + KEYWORD_MATCH * match + KEYWORD_INTERCEPT)


def refusal(found: RetrieveResponse, answerability: float, threshold: float) -> str | None:
    """The sentence that says why there is no answer, or None if one is likely enough."""
    if not found.index:
        return EMPTY_INDEX
    return None if found.hits and answerability >= threshold else REFUSAL


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
