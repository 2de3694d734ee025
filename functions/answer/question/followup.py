"""Whether a question follows up on the one before it, judged by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from footnote.contracts import Passage
from functions.answer.matching.corpus import Corpus
from functions.answer.matching.relevance import Relevance
from functions.answer.matching.sentence import Sentence
from functions.answer.matching.vocabulary import PRONOUNS

CONTINUATION_TERMS = Sentence.parse(
    "continue detail elaborate example explain give go please say show summarise summarize summary tell"
).terms
"""They ask for more about the same topic."""

MAX_TERMS = 3
"""Terms beside a pronoun, without names, up to which the pronoun refers to the question before; beside
more, it mostly refers to something in the question itself.

Of 58 questions of XQuAD that have a pronoun and stand alone, each after either of two others, 90 of 116
answers are right, and 73 if any pronoun refers back; of 150 with "it" for a name in the question before,
128 and 134.
"""

MIN_COVERAGE = 0.5
"""Share of the question's terms, by weight, that a sentence of the first passage found with the question
before must have. A later passage may be there for this question alone, and then has a low score: of 529
changes of topic between 24 questions about policies and tables, 490 answers are right if the sentences
of all passages count, and 528 if those of the first do.

Of 150 questions about articles of XQuAD that were not indexed, each after one about an article that was,
at most 14 were answered, and 13 when asked alone; if any one term is enough, 34.
"""

_EXPLETIVE_IT = re.compile(
    r"\bit (?:allowed|legal|necessary|permitted|possible|required|safe|takes?|too \w+) to\b"
)
"""It refers to what follows, as in "Is it safe to swim here?"."""


def has_topic(question: str) -> bool:
    """Whether a question names what it is about, as "Tell me more." and "Why?" do not."""
    return not Sentence.parse(question).terms <= CONTINUATION_TERMS


def is_dependent(question: str) -> bool:
    """Whether a question says too little to stand alone, as "Who founded it?" and "Tell me more." do."""
    parsed = Sentence.parse(question)
    return not has_topic(question) or (_refers_back(question, parsed) and not parsed.names)


def continues(question: str, passages: Sequence[Passage]) -> bool:
    """Whether the question is about passages that were found with the question before, the best first:
    they have its names, and it refers back or a sentence of the first passage has most of its terms."""
    parsed = Sentence.parse(question)
    relevance = Relevance(Corpus(passages), parsed)
    return relevance.has_all_names and (
        _refers_back(question, parsed) or relevance.first_coverage >= MIN_COVERAGE
    )


def _refers_back(question: str, parsed: Sentence) -> bool:
    words = re.findall(r"\w+", _EXPLETIVE_IT.sub("", question.lower()))
    terms = parsed.terms - parsed.names - CONTINUATION_TERMS
    return not PRONOUNS.isdisjoint(words) and len(terms) <= MAX_TERMS
