"""The numbered part of a document that a question names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from functions.answer.matching.corpus import Corpus, Source
from functions.answer.matching.labels import Label, find_name, parse_label
from functions.answer.matching.sentence import Sentence

MAX_SENTENCES = 20
"""Of a part."""
MIN_COVERAGE = 0.5
"""Share of what else the question says, by weight, that the part has, or title and headings have."""
MAX_HEADING = 80
"""Characters."""
_QUESTION_TERMS = """
say state mean read contain mention cover requir regul describ summar explain quot tell deal content
list steht besagt sagt regelt lautet que qué dit dice cosa l le la el il de del
说 讲 了 什 么 的 内 容 是 规 定
"""
_ASKS = frozenset(_QUESTION_TERMS.split())
"""Terms of a question that asks for the text of a part."""


@dataclass(frozen=True, slots=True)
class Part:
    number: int
    """The number of its passage, from 1."""
    source: Source
    label: Label
    sentences: range

    @property
    def terms(self) -> frozenset[str]:
        """With those of the title and the headings above it."""
        inside = (self.source.sentences[index].terms for index in self.sentences)
        return self.source.context.terms.union(*inside)

    def rest(self, source: Source, first: int) -> range:
        """The sentences from `first` of the next passage that belong to the part: none to an item."""
        items = self.source.lists.get(self.sentences.start)
        if items and items.introduced:
            return range(0)
        headings = (at for at in range(first, len(source.spans)) if _is_heading(source, at))
        return range(first, min(_end(source, self.label, first - 1), next(headings, len(source.spans))))


def find_part(question: str, corpus: Corpus) -> Part | None:
    """The part that a question names and asks about; None if it names none, or the passages lack it."""
    if not (found := find_name(question)):
        return None
    name, text = found
    rest = Sentence.parse(text).terms - _ASKS

    def coverage(part: Part) -> float:
        return corpus.weight(rest & part.terms) / corpus.weight(rest) if rest else 1.0

    parts = _parts(name, corpus.sources)
    if not name.kind:  # The number may be any, unless the question says only of which document it is.
        parts = [part for part in parts if rest <= part.source.context.terms]
    best = max(parts, key=coverage, default=None)
    return best if best and coverage(best) >= MIN_COVERAGE else None


def _parts(name: Label, sources: Sequence[Source]) -> list[Part]:
    """The parts with this name; first those that are called so in the same words."""
    numbered = list(enumerate(sources, 1))
    parts = [part for number, source in numbered for part in _labeled(name, number, source)]
    parts += [part for number, source in numbered for part in _headed(name, number, source)]
    return sorted(parts, key=lambda part: part.label.kind != name.kind)


def _labeled(name: Label, number: int, source: Source) -> Iterator[Part]:
    """Those whose label is in the passage."""
    for index, label in source.labels.items():
        if label.is_named(name) and (label.kind or _may_be(name, source, index)):
            yield Part(number, source, label, range(index, _stop(source, label, index)))


def _headed(name: Label, number: int, source: Source) -> Iterator[Part]:
    """The one whose label is above the passage."""
    for label in filter(None, map(parse_label, source.passage.headings)):
        sentences = range(_stop(source, label, -1))
        if label.is_named(name) and sentences:
            yield Part(number, source, label, sentences)


def _may_be(name: Label, source: Source, index: int) -> bool:
    """Whether `name` may mean a number alone: a step is in a list, and others in none with an
    introduction."""
    items = source.lists.get(index)
    return items is not None if name.is_step else items is None or not items.introduced


def _stop(source: Source, label: Label, first: int) -> int:
    """The end of the part whose label is at the sentence `first`, or above the passage if that is -1."""
    items = source.lists.get(first)
    end = _end(source, label, first)
    end = min(end, items.stop) if items and items.introduced else end
    return next((at for at in _headings(source, first + 1) if at < end), end)


def _end(source: Source, label: Label, first: int) -> int:
    """The first sentence behind `first` with the label of another part, if there is one soon."""
    ends = (index for index, one in source.labels.items() if index > first and one.ends(label))
    return min(next(ends, len(source.spans)), first + MAX_SENTENCES)


def _headings(source: Source, start: int) -> Iterator[int]:
    """The lines that look like headings, after the first sentence or item from `start`."""
    body = False
    for index in range(start, len(source.spans)):
        if body and _is_heading(source, index):
            yield index
        body = body or source.is_body(index)


def _is_heading(source: Source, index: int) -> bool:
    sentence, text = source.sentences[index], source.text(index, index + 1)
    is_text = source.is_body(index) or sentence.interrogative or ":" in text
    return source.begins_line(index) and len(text) <= MAX_HEADING and not is_text
