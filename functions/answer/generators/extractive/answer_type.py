"""The expected answer type of a question: a number, a date, a name or a reason."""

from __future__ import annotations

import re
from collections.abc import Callable

from functions.answer.matching.sentence import Sentence

AnswerTypeMatcher = Callable[[str, Sentence, Sentence], bool]
"""Given the text of a sentence, the sentence and the question: whether the sentence has that type."""

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|high|tall|large|big|deep|fast|often|wide)\b"
    r"|\b(?:what|which) (?:percent|percentage|number|port|size|limit|version)\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time|era)\b", re.IGNORECASE
)
_ASKS_NAME = re.compile(
    r"\b(?:who|whom|whose|where)\b|\b(?:what|which) (?:city|country|state|place|town|region|person)\b",
    re.IGNORECASE,
)
_ASKS_REASON = re.compile(r"\bwhy\b", re.IGNORECASE)
_ASKS_HOW = (
    r"(?i)\bhow (?:do|does|can|could|should|would|to|is|are)\b|\bsteps\b"
    r"|^\W*(?:wie|comment|cómo|como|come|hoe|как)\b|如何|怎么|どうやって"
)
"""Compiled when a passage first has numbered items."""
_ASKS_YES_OR_NO = re.compile(
    r"\W*(?:am|is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may|must)\b"
    r"|.*[吗嗎か][?？。]?\s*$",
    re.IGNORECASE | re.DOTALL,
)

_DATE = re.compile(
    r"\b(?:1\d{3}|20\d\d|\d+s|\d+(?:st|nd|rd|th)|January|February|March|April|May|June|July|August"
    r"|September|October|November|December|century|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|since|as a result|in order to|so that|reasons?|therefore)\b", re.IGNORECASE
)


def answer_type_matcher(question: str) -> AnswerTypeMatcher:
    """It matches nothing if the question does not show the type of its answer."""
    if _ASKS_NUMBER.search(question):
        return lambda _, sentence, asked: bool(sentence.numbers - asked.numbers)
    if _ASKS_TIME.search(question):
        return lambda text, *_: bool(_DATE.search(text))
    if _ASKS_NAME.search(question):
        return lambda _, sentence, asked: bool(sentence.names - asked.terms)
    if _ASKS_REASON.search(question):
        return lambda text, *_: bool(_REASON.search(text))
    return lambda *_: False


def asks_how(question: str) -> bool:
    """Whether the steps of something may be the answer."""
    return re.search(_ASKS_HOW, question) is not None


def asks_yes_or_no(question: str) -> bool:
    return _ASKS_YES_OR_NO.match(question) is not None
