"""Checks an answer while it arrives, and gives its statements citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from footnote.contracts import Citation, Passage, Statement
from footnote.text.sentences import FENCE
from functions.answer.checking.bare_markers import BareMarkers
from functions.answer.checking.claims import claims, is_heading, parse_claim, with_claims
from functions.answer.checking.denial import is_apology, is_courtesy, split_denial
from functions.answer.checking.markers import Segment, segments
from functions.answer.checking.sanitizer import sanitize, strip_invisible, visible_urls
from functions.answer.checking.source_list import SourceList
from functions.answer.checking.splitter import StatementSplitter
from functions.answer.checking.support import Quote, SupportChecker
from functions.answer.matching.corpus import Corpus, Source
from functions.answer.matching.lists import is_introduction, is_item, parse_item
from functions.answer.matching.sentence import Sentence

_BRACKETS = str.maketrans("［］", "[]")
"""In Chinese and Japanese some models write markers with full-width brackets."""
_LINK_MARKUP = ("(", ":")
"""Directly after a marker, each would turn it into a link."""
_ROW = re.compile(r"\s*\|.*\S\s*\|$")
_DELIMITER_ROW = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?")
"""The row below the head of a table."""
_AROUND_REFUSAL = " *_.\"'“”‘’"
"""What a model may add to the refusal, or leave out."""


class CitationChecker:
    """Takes the text of a model in pieces and yields the checked text, each citation before its marker.

    A marker [n] of the model refers to passages[n - 1]. The yielded markers are numbered by first use,
    and each stands for one quote. A marker without a passage is dropped, and the text before it counts
    as unsupported. A statement without a marker gets one if a passage supports it.
    """

    def __init__(self, passages: Sequence[Passage], question: str, refusal: str = "") -> None:
        """`refusal` is a sentence that needs no support: that the passages do not hold an answer."""
        corpus = Corpus(passages)
        self.sources = corpus.sources
        self.source_list = SourceList(self.sources)
        self.support = SupportChecker(corpus, Sentence.parse(question))
        self.allowed_urls = visible_urls(passage.text for passage in passages)
        self.allowed_urls |= {passage.uri for passage in passages}
        self.refusal = refusal
        self.bare_markers = BareMarkers(passages)
        self.splitter = StatementSplitter()
        self.emitted = ""
        """The part of the pending statement that was yielded already."""
        self.answer = ""
        """All text that was yielded."""
        self.citations: list[Citation] = []
        self.numbers: dict[Source, set[int]] = {source: set() for source in self.sources}
        """Those of the citations from each passage."""
        self.statements: list[Statement] = []
        self.introduction: Sentence | None = None
        """That of the list whose items the next statements are."""
        self.in_code_block = False
        self.refused = False
        """Whether the text has `refusal`, or says in other words what the documents lack."""

    @property
    def grounded(self) -> bool:
        return bool(self.statements) and all(statement.supported for statement in self.statements)

    def feed(self, text: str) -> Iterator[str | Citation]:
        text = self.bare_markers.feed(strip_invisible(text).translate(_BRACKETS))
        for raw in self.splitter.feed(text):
            yield from self._complete(raw)
        yield from self._emit(self.splitter.stable)

    def close(self) -> Iterator[str | Citation]:
        for raw in (*self.splitter.feed(self.bare_markers.close()), *self.splitter.close()):
            yield from self._complete(raw.rstrip())

    def _emit(self, text: str) -> Iterator[str]:
        """Yield what was not yielded yet of the pending statement, which begins with `text`."""
        fresh = text[len(self.emitted) :]
        if fresh:
            self.emitted += fresh
            self.answer += fresh
            yield fresh

    def _complete(self, raw: str) -> Iterator[str | Citation]:
        known = len(self.citations)
        clean = sanitize(raw, self.allowed_urls)
        if self.answer.endswith("]") and clean.startswith(_LINK_MARKUP):
            clean = f" {clean}"
        text = self._annotate(clean, len(self.answer) - len(self.emitted))
        yield from self.citations[known:]
        yield from self._emit(text)
        self.emitted = ""

    def _annotate(self, raw: str, start: int) -> str:
        """The statement that starts at `start` of the answer, with its final markers."""
        fence = FENCE.match(raw)
        if fence and (not start or "\n" in fence["space"]):
            return self._fence(fence, start)
        words = _words(raw)
        if self._is_refusal(words):
            self.refused = True
            return words
        if _DELIMITER_ROW.fullmatch(raw.strip()):
            self._drop_head(self.answer[:start].rstrip())
            return raw
        if not self.in_code_block and self.source_list.has(words):
            return self._with_known_numbers(raw)
        denied = self._denial(raw)
        text, numbers, supported = self._checked(raw[len(denied) :])
        if is_introduction(words):
            self.introduction = Sentence.parse(words)
        elif raw.lstrip(" ").startswith("\n") and not is_item(words):
            self.introduction = None
        denial = _words(denied)
        if text.strip() and supported is not None and (supported or not self._is_courtesy(words)):
            self._record(text, start + len(denial), numbers, supported)
        return denial + text

    def _denial(self, raw: str) -> str:
        """The start of a statement that says what the documents lack, unless a passage says the same."""
        end = None if self.in_code_block else split_denial(raw)
        if end is None or self._best_quote(_words(raw[:end])).supported:
            return ""
        self.refused = True
        return raw[:end]

    def _is_courtesy(self, words: str) -> bool:
        return is_apology(words) or (self.refused and is_courtesy(words))

    def _is_refusal(self, words: str) -> bool:
        bare = words.strip().strip(_AROUND_REFUSAL)
        return bool(bare) and bare.lower() == self.refusal.strip(_AROUND_REFUSAL).lower()

    def _with_known_numbers(self, raw: str) -> str:
        """The text with only those markers whose passages were cited before."""
        text = ""
        for segment in segments(raw):
            sources = self._numbered(segment.numbers)
            numbers = set[int]().union(*(self.numbers[source] for source in sources))
            gap = segment.gap if numbers or "\n" in segment.gap else ""
            text = _appended(text, segment) + gap + "".join(f"[{one}]" for one in sorted(numbers))
        return text

    def _drop_head(self, before: str) -> None:
        """Drop the statement of a table's head if it claims nothing, like a heading.

        `before`: the text before the delimiter row, which ends with the head.
        """
        if not self.statements or self.in_code_block:
            return
        last = self.statements[-1]
        head = before[last.start :].strip(" |")
        if last.end == len(before) and not last.citations and is_heading(head):
            self.statements.pop()

    def _fence(self, line: re.Match[str], start: int) -> str:
        """A line of ``` or ~~~; an info string of more than one word is checked.

        A marker after a code block has no words to support and is dropped; one inside it is code.
        """
        self.in_code_block = not self.in_code_block
        info = line["info"]
        if len(info.split()) > 1 and claims(info):
            self._record(info, start + line.start("info"), [], self._best_quote(info).supported)
        return line.string if self.in_code_block else line[0]

    def _checked(self, raw: str) -> tuple[str, list[int], bool | None]:
        """The text with its markers, their numbers, and whether it is supported; None if it claims
        nothing."""
        found = segments(raw)
        if any(segment.numbers for segment in found) and not self.in_code_block:
            return self._cited(found)
        if claims(raw):
            return self._uncited(raw)
        return raw, [], None

    def _record(self, text: str, start: int, numbers: Iterable[int], supported: bool) -> None:
        begin, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        cited = sorted(set(numbers))
        self.statements.append(Statement(start=begin, end=end, citations=cited, supported=supported))

    def _uncited(self, raw: str) -> tuple[str, list[int], bool]:
        best = self._best_quote(raw)
        if not best.supported or self.in_code_block:
            return raw, [], best.supported
        number = self._number(best)
        words = raw.rstrip()
        text, bar = (words[:-1].rstrip(), " |") if _ROW.match(words) else (words, "")
        return f"{text} [{number}]{bar}", [number], True

    def _parse(self, claim: str) -> Sentence:
        statement = parse_claim(claim)
        return parse_item(self.introduction, statement) if self.introduction else statement

    def _best_quote(self, claim: str) -> Quote:
        return self.support.best_quotes(self._parse(claim), self.sources)[0]

    def _cited(self, found: list[Segment]) -> tuple[str, list[int], bool]:
        text, numbers, supported = "", list[int](), True
        for segment, claim in with_claims(found):
            text = _appended(text, segment)
            if not segment.numbers:
                continue
            quotes = self._quotes(self._parse(claim), segment.numbers)
            supported = supported and any(quote.supported for quote in quotes)
            fresh = list(dict.fromkeys(self._number(quote) for quote in quotes))
            text += segment.gap * bool(fresh) + "".join(f"[{number}]" for number in fresh)
            numbers += fresh
        return text, numbers, supported

    def _quotes(self, claim: Sentence, numbers: Sequence[int]) -> list[Quote]:
        return self.support.joined(claim, self.support.best_quotes(claim, self._numbered(numbers)))

    def _numbered(self, numbers: Iterable[int]) -> list[Source]:
        return [self.sources[number - 1] for number in numbers if 1 <= number <= len(self.sources)]

    def _number(self, quote: Quote) -> int:
        """The number of the citation of this quote, which is added if it is new."""
        number = self._number_of(quote)
        self.numbers[quote.source].add(number)
        return number

    def _number_of(self, quote: Quote) -> int:
        citation = _citation(quote, len(self.citations) + 1)
        for known in self.citations:
            if known.model_copy(update={"number": citation.number}) == citation:
                return known.number
        self.citations.append(citation)
        return citation.number


def _words(raw: str) -> str:
    """The text without its markers."""
    return "".join(segment.text for segment in segments(raw))


def _appended(text: str, segment: Segment) -> str:
    """Both texts joined, with a space where the second would turn a marker of the first into a link."""
    return text + " " * (text[-1:] == "]" and segment.text[:1] in _LINK_MARKUP) + segment.text


def _citation(quote: Quote, number: int) -> Citation:
    passage = quote.source.passage
    start, end = quote.span
    return Citation(
        number=number,
        document=passage.document,
        uri=passage.uri,
        version=passage.version,
        title=passage.title,
        page=passage.page,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        supported=quote.supported,
    )
