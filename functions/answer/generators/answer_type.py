"""What kind of words the answer to a question should hold: a number, a date, a name, a reason."""

from __future__ import annotations

import re
from collections.abc import Callable

from functions.answer.matching.sentence import Sentence

Expectation = Callable[[str, Sentence, Sentence], bool]
"""Whether a sentence (its text and itself) holds what the question (the last) asks for."""

_QUANTITY = re.compile(
    r"\bhow (?:many|much|long|old|far|high|tall|large|big|deep|fast|often|wide)\b"
    r"|\b(?:what|which) (?:percent|percentage|number|port|size|limit|version)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time|era)\b", re.IGNORECASE
)
_NAME = re.compile(
    r"\b(?:who|whom|whose|where)\b|\b(?:what|which) (?:city|country|state|place|town|region|person)\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"\bwhy\b", re.IGNORECASE)

_DATE = re.compile(
    r"\b(?:1\d{3}|20\d\d|\d+s|\d+(?:st|nd|rd|th)|January|February|March|April|May|June|July|August"
    r"|September|October|November|December|century|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_BECAUSE = re.compile(
    r"\b(?:because|due to|since|as a result|in order to|so that|reasons?|therefore)\b", re.IGNORECASE
)


def expectation(question: str) -> Expectation:
    if _QUANTITY.search(question):
        return lambda _, sentence, asked: bool(sentence.numbers - asked.numbers)
    if _TIME.search(question):
        return lambda text, *_: bool(_DATE.search(text))
    if _NAME.search(question):
        return lambda _, sentence, asked: bool(sentence.names - asked.terms)
    if _REASON.search(question):
        return lambda text, *_: bool(_BECAUSE.search(text))
    return lambda *_: False
