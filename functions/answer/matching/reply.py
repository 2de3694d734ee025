"""A reply of one word to a question before it, as lists of frequent questions have them."""

from __future__ import annotations

import re
from dataclasses import replace

from functions.answer.matching.sentence import Sentence
from functions.answer.matching.vocabulary import NO

_LABEL = r"\W*(?:(?:q|question|a|answer)?\s*\d{0,3}\s*[:.)]\W*)?"
_QUESTION_LABEL = re.compile(_LABEL, re.IGNORECASE)
_NO = re.compile(rf"{_LABEL}(?:{'|'.join(NO)})\b", re.IGNORECASE)


def parse_after(before: str, text: str) -> Sentence:
    """The sentence `text`, with the terms it denies if it answers the question `before` with "no"."""
    sentence = Sentence.parse(text)
    if not _NO.match(text):
        return sentence
    question = Sentence.parse(_QUESTION_LABEL.sub("", before, count=1))
    return replace(sentence, denied=question.terms) if question.interrogative else sentence
