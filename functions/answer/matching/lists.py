"""Lists in a text: an item says little without its introduction, and that says nothing without items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from footnote.text.sentences import ITEM, Span
from functions.answer.matching.sentence import Sentence

MAX_BETWEEN = 3
"""Sentences of paragraphs between two numbered items, which belong to the first of them."""
_COLONS = (":", "：")
_STEPS = ("step", "schritt", "étape", "paso", "passo", "stap", "krok", "шаг")


@dataclass(frozen=True, slots=True)
class ItemList:
    """The sentences [first, stop) of a text."""

    first: int
    stop: int
    introduced: bool
    """Whether the sentence before the first item introduces it."""
    numbered: bool

    @property
    def sentences(self) -> range:
        return range(self.first, self.stop)


def is_item(sentence: str) -> bool:
    return bool(_label(sentence))


def is_introduction(sentence: str) -> bool:
    """Whether it introduces the list that follows it, if one does."""
    return sentence.rstrip("*_ ").endswith(_COLONS)


def find_lists(text: str, spans: Sequence[Span]) -> Iterator[ItemList]:
    """The lists among the sentences `spans` of the text, in order."""
    sentences = [text[start:end] for start, end in spans]
    labels = [_label(sentence) for sentence in sentences]
    index = 0
    while index < len(labels):
        if not labels[index]:
            index += 1
            continue
        first, index = index, _stop(text, spans, labels, index)
        introduced = first > 0 and is_introduction(sentences[first - 1])
        yield ItemList(first, index, introduced, _number(labels[first]) > 0)


def parse_item(introduction: Sentence, item: Sentence) -> Sentence:
    """An item as it is to be read after the introduction of its list."""
    both = introduction, item
    affirmed = frozenset[str]().union(*(one.terms - one.negated for one in both))
    negated = (introduction.negated | item.negated) - affirmed
    is_bare = introduction.negative and not introduction.terms  # as "Do not:" is
    return replace(
        item,
        terms=introduction.terms | item.terms,
        negators=introduction.negators + item.negators,
        negated=item.terms if is_bare else negated,
        introduced=introduction.terms,
    )


def _stop(text: str, spans: Sequence[Span], labels: Sequence[str], first: int) -> int:
    """The end of the list that begins at `first`."""
    stop, number = first, 0
    while True:
        number = _number(labels[stop]) or number
        stop = _end_of_line(text, spans, labels, stop)
        item = _next_item(labels, stop, number + 1)
        if item is None:
            return stop
        stop = item


def _end_of_line(text: str, spans: Sequence[Span], labels: Sequence[str], index: int) -> int:
    """The first sentence after `index` that is an item or begins a line."""
    return next(
        (
            at
            for at in range(index + 1, len(spans))
            if labels[at] or "\n" in text[spans[at - 1][1] : spans[at][0]]
        ),
        len(spans),
    )


def _next_item(labels: Sequence[str], at: int, number: int) -> int | None:
    """The item at `at`, or the one with the next number behind a few sentences that are no items."""
    if at < len(labels) and labels[at]:
        return at
    following = range(at, min(at + MAX_BETWEEN + 1, len(labels)))
    item = next((one for one in following if labels[one]), None)
    return item if item is not None and number > 1 and _number(labels[item]) == number else None


def _label(sentence: str) -> str:
    """The bullet or number that the sentence begins with; empty if it is no item."""
    if item := ITEM.match(sentence):
        return item[1]
    word, _, rest = sentence[:20].lower().partition(" ")
    number = rest[:3].rstrip(":.) ")
    return number if word in _STEPS and number.isdecimal() else ""


def _number(label: str) -> int:
    digits = label.strip("().")
    return int(digits) if digits.isdecimal() else 0
