"""The passages found for one question, cut into sentences, with the weight of each term in them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from footnote.contracts import Passage
from footnote.text.sentences import Span, sentences
from functions.answer.matching.lists import ItemList, find_lists, parse_item
from functions.answer.matching.reply import parse_after
from functions.answer.matching.sentence import Sentence

if TYPE_CHECKING:
    from functions.answer.matching.labels import Label
    from functions.answer.matching.parts import Part

WINDOW = 3
"""The most sentences that a window, and so a quote, has."""
LONG = 600
"""Characters above which a sentence is cut at its semicolons."""

_SECTION_NUMBER = re.compile(r"\d{1,3}(?:(?:\.\d{1,3})+\.?|[.)])\s+(?=[^\W\d_a-z])")
"""Before a heading."""
_SEMICOLON = re.compile(r";\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Window:
    """The sentences [first, stop) of a passage."""

    first: int
    stop: int
    terms: frozenset[str]


class Source:
    """A passage and its sentences; `spans` are their character ranges in the passage."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.spans = _sentence_spans(passage.text) or ((0, len(passage.text)),)
        texts = [passage.text[start:end] for start, end in self.spans]
        self.sentences = [parse_after(before, text) for before, text in pairwise(["", *texts])]
        for items in filter(lambda one: one.introduced, _lists(passage.text)):
            introduction = self.sentences[items.first - 1]
            for index in items.sentences:
                self.sentences[index] = parse_item(introduction, self.sentences[index])

    def text(self, first: int, stop: int) -> str:
        """The text of the sentences [first, stop)."""
        return self.passage.text[self.spans[first][0] : self.spans[stop - 1][1]]

    def unnumbered(self, index: int) -> Sentence:
        """The sentence, without its number if it may be a heading."""
        sentence = self.sentences[index]
        if sentence.declarative or sentence.introduced:
            return sentence
        text = self.text(index, index + 1)
        number = _SECTION_NUMBER.match(text)
        return Sentence.parse(text[number.end() :]) if number else sentence

    @cached_property
    def context(self) -> Sentence:
        """The title and the headings of the passage."""
        return Sentence.parse(". ".join((self.passage.title, *self.passage.headings)))

    @cached_property
    def windows(self) -> Sequence[Window]:
        """Runs of cohesive sentences: each refers back, replies to a question or repeats a term."""
        return tuple(self._windows())

    @cached_property
    def lists(self) -> Mapping[int, ItemList]:
        """The list of each sentence that belongs to one, or introduces one."""
        found = _lists(self.passage.text)
        return {index: one for one in found for index in range(one.first - one.introduced, one.stop)}

    @cached_property
    def labels(self) -> Mapping[int, Label]:
        """The labels of the sentences that begin a numbered part."""
        from functions.answer.matching.labels import parse_label

        lines = filter(self.begins_line, range(len(self.spans)))
        found = ((index, parse_label(self.text(index, index + 1))) for index in lines)
        return {index: label for index, label in found if label and not self._is_count(index, label)}

    def labels_above(self, index: int) -> list[Label]:
        """The labels of the parts that a sentence is in."""
        above: list[Label] = []
        for label in (label for at, label in self.labels.items() if at <= index):
            above = [one for one in above if not label.ends(one)] + [label]
        return above

    def _is_count(self, index: int, label: Label) -> bool:
        """Whether a number belongs to its sentence, as in "30 days are enough."."""
        bare = not (label.kind or label.is_marked or label.depth)
        return bare and self.is_declarative(index)

    def begins_line(self, index: int) -> bool:
        return index == 0 or "\n" in self.passage.text[self.spans[index - 1][1] : self.spans[index][0]]

    def is_declarative(self, index: int) -> bool:
        return index >= 0 and self.sentences[index].declarative != ""

    def is_body(self, index: int) -> bool:
        """Whether a sentence is no heading."""
        return self.is_declarative(index) or index in self.lists

    def introduces(self, index: int) -> bool:
        """Whether a sentence introduces a list."""
        return index in self.lists and index < self.lists[index].first

    def _windows(self) -> Iterator[Window]:
        for first in range(len(self.sentences)):
            terms: frozenset[str] = frozenset()
            for index in range(first, min(first + WINDOW, len(self.sentences))):
                sentence = self.sentences[index]
                if index > first and not self._continues(index, terms):
                    break
                terms |= sentence.terms
                yield Window(first, index + 1, terms)

    def _continues(self, index: int, terms: frozenset[str]) -> bool:
        """Whether a sentence continues those before it, which have these terms."""
        sentence, before = self.sentences[index], self.sentences[index - 1]
        refers = sentence.refers_back or before.interrogative or not terms.isdisjoint(sentence.terms)
        return refers and self._introduced_list(index) is self._introduced_list(index - 1)

    def _introduced_list(self, index: int) -> ItemList | None:
        items = self.lists.get(index)
        return items if items and items.introduced else None


class Corpus:
    """Terms are weighted by inverse document frequency, with each sentence as a document."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self.sources = [Source(passage) for passage in passages]
        self.sentences = [sentence for source in self.sources for sentence in source.sentences]
        frequencies = Counter(term for sentence in self.sentences for term in sentence.terms)
        total = len(self.sentences)
        self._unknown_weight = _idf(1, total)
        self._weights = {term: _idf(count, total) for term, count in frequencies.items()}

    @property
    def terms(self) -> KeysView[str]:
        return self._weights.keys()

    def part(self, question: str) -> Part | None:
        """The numbered part that the question names and asks about, if a passage has it."""
        if not any(char.isdigit() or char == "第" for char in question):
            return None
        from functions.answer.matching.parts import find_part

        return find_part(question, self)

    def weight(self, terms: Iterable[str]) -> float:
        """The sum over the terms. One that is in no sentence counts like one that is in a single one."""
        return sum(self._weights.get(term, self._unknown_weight) for term in terms)


@lru_cache(maxsize=512)
def _sentence_spans(text: str) -> tuple[Span, ...]:
    """Cached: the decision to answer, the answer and its check read the same passages."""
    return tuple(_cut(text))


@lru_cache(maxsize=512)
def _lists(text: str) -> tuple[ItemList, ...]:
    """Cached for the same reason."""
    return tuple(find_lists(text, _sentence_spans(text)))


def _cut(text: str) -> Iterator[Span]:
    for start, end in sentences(text):
        cuts = [cut.end() for cut in _SEMICOLON.finditer(text, start, end)] if end - start > LONG else []
        for first, stop in pairwise((start, *cuts, end)):
            yield first, first + len(text[first:stop].rstrip())


def _idf(frequency: int, total: int) -> float:
    return math.log1p((total - frequency + 0.5) / (frequency + 0.5))
