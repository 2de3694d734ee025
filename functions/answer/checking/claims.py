"""Which parts of an answer claim something, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from functions.answer.checking.markers import Segment
from functions.answer.matching.sentence import Sentence

_LIST_LABEL = re.compile(
    r"\A\s*(?:[-*+•]\s+)?(?:[*_]{0,3}(?:step\s+\d{1,3}:|\(?\d{1,3}[.)])[*_]{0,3}\s+)?", re.IGNORECASE
)
_SENTENCE = r"\s*(?:\S+\s+){3}.*[.!][\"'”’)*_#\s]*$"
"""Of four words at least, and with its full stop."""
_NO_CLAIM = re.compile(rf"\s*#{{1,6}}\s(?!{_SENTENCE})|.*[:?][*_\s]*$", re.DOTALL)
"""A heading that is not a whole sentence, an introduction, or a question."""


def parse_claim(text: str) -> Sentence:
    """The statement without its bullet or number."""
    return Sentence.parse(_LIST_LABEL.sub("", text, count=1))


def claims(text: str) -> bool:
    """Whether the text claims something that a passage must support."""
    return not _NO_CLAIM.match(text) and bool(parse_claim(text).terms)


def is_heading(text: str) -> bool:
    """Whether the text would claim nothing if it stood in a heading."""
    return _NO_CLAIM.match(f"# {text}") is not None


def with_claims(found: Sequence[Segment]) -> Iterator[tuple[Segment, str]]:
    """Each segment with the words that its markers must support.

    Words too few to be a claim are added to the next claim; those after the last marker, to the last.
    """
    waiting, tail = "", found[-1].text if not found[-1].numbers else ""
    last = max(index for index, segment in enumerate(found) if segment.numbers)
    for index, segment in enumerate(found):
        waiting += segment.text
        if index == last:
            yield segment, waiting + tail
        else:
            yield segment, waiting
            if segment.numbers and len(parse_claim(waiting).terms) > 1:
                waiting = ""
