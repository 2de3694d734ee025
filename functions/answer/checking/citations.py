"""Checks an answer while it arrives, and gives it footnotes that hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from footnote.contracts import Citation, Passage, Statement
from footnote.text.sentences import FENCE
from functions.answer.checking.evidence import Evidence, Finding
from functions.answer.checking.markers import Part, parts
from functions.answer.checking.sanitizer import scrub, urls, visible
from functions.answer.checking.statements import Statements
from functions.answer.matching.sentence import Sentence

_LABEL = re.compile(r"\A\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_LINKING = ("(", ":")
"""Right behind a marker they would make a link of it."""
_SENTENCE = r"\s*(?:\S+\s+){3}.*[.!][\"'”’)*_#\s]*$"
"""Of four words at least, and with its full stop."""
_NO_CLAIM = re.compile(rf"\s*#{{1,6}}\s(?!{_SENTENCE})|.*[:?][*_\s]*$", re.DOTALL)
"""A heading that is no whole sentence, an introduction, a question."""


class Footnotes:
    """Text of a model in; text to show out, and each citation before the text that bears its marker.

    The text out, put together, is `answer`. A marker [n] of the model means passages[n - 1]; the
    markers that come out are numbered by first use, and each stands for one quote. A marker that means
    no passage goes, and what it stood behind counts as unsupported. A statement without a marker gets
    one where a passage bears it out.
    """

    def __init__(self, passages: Sequence[Passage], question: str, unclaimed: str = "") -> None:
        """`unclaimed` is a sentence that claims nothing: the one that says nothing is known."""
        self.evidence = Evidence(passages, question)
        self.links = urls(passage.text for passage in passages) | {passage.uri for passage in passages}
        self.unclaimed = unclaimed
        self.arriving = Statements()
        self.shown = ""
        """What of the statement that is arriving is out already."""
        self.answer = ""
        self.citations: list[Citation] = []
        self.statements: list[Statement] = []
        self.fenced = False
        self.declined = False
        """Whether `unclaimed` was said."""

    @property
    def grounded(self) -> bool:
        return bool(self.statements) and all(statement.supported for statement in self.statements)

    def feed(self, text: str) -> Iterator[str | Citation]:
        for raw in self.arriving.feed(visible(text)):
            yield from self._complete(raw)
        yield from self._show(self.arriving.safe)

    def close(self) -> Iterator[str | Citation]:
        for raw in self.arriving.close():
            yield from self._complete(raw.rstrip())

    def _show(self, text: str) -> Iterator[str]:
        """Let out what of the arriving statement is not out yet."""
        fresh = text[len(self.shown) :]
        if fresh:
            self.shown += fresh
            self.answer += fresh
            yield fresh

    def _complete(self, raw: str) -> Iterator[str | Citation]:
        known = len(self.citations)
        left = scrub(raw, self.links)
        if self.answer.endswith("]") and left.startswith(_LINKING):
            left = f" {left}"
        text = self._annotate(left, len(self.answer) - len(self.shown))
        yield from self.citations[known:]
        yield from self._show(text)
        self.shown = ""

    def _annotate(self, raw: str, start: int) -> str:
        """The statement that starts at `start` of the answer, with the markers that it shall have."""
        fence = FENCE.match(raw)
        if fence and (not start or "\n" in fence["space"]):
            return self._fence(fence, start)
        words = "".join(part.text for part in parts(raw))
        if words.strip() == self.unclaimed:
            self.declined = True
            return words
        text, numbers, supported = self._checked(raw)
        if text.strip() and supported is not None:
            self._note(text, start, numbers, supported)
        return text

    def _fence(self, line: re.Match[str], start: int) -> str:
        """A line of ``` or ~~~; what it says in more than one word is checked.

        A marker behind the listing has no words to bear out, and goes; one in it is code.
        """
        self.fenced = not self.fenced
        info = line["info"]
        if len(info.split()) > 1 and self._claims(info):
            self._note(info, start + line.start("info"), [], self._best(info).supported)
        return line.string if self.fenced else line[0]

    def _checked(self, raw: str) -> tuple[str, list[int], bool | None]:
        """With markers and their numbers, and whether it is supported; None where it claims nothing."""
        found = parts(raw)
        if any(part.numbers for part in found) and not self.fenced:
            return self._cited(found)
        if self._claims(raw):
            return self._uncited(raw)
        return raw, [], None

    def _note(self, text: str, start: int, numbers: Iterable[int], supported: bool) -> None:
        begin, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        cited = sorted(set(numbers))
        self.statements.append(Statement(start=begin, end=end, citations=cited, supported=supported))

    def _claims(self, text: str) -> bool:
        return not _NO_CLAIM.match(text) and bool(_read(text).terms)

    def _uncited(self, raw: str) -> tuple[str, list[int], bool]:
        best = self._best(raw)
        if not best.supported or self.fenced:
            return raw, [], best.supported
        number = self._number(best)
        return f"{raw.rstrip()} [{number}]", [number], True

    def _best(self, claim: str) -> Finding:
        return self.evidence.find(_read(claim), self.evidence.sources)[0]

    def _cited(self, found: list[Part]) -> tuple[str, list[int], bool]:
        text, numbers, supported = "", list[int](), True
        for part, claim in _claimed(found):
            text += " " * (text[-1:] == "]" and part.text[:1] in _LINKING) + part.text
            if not part.numbers:
                continue
            findings = self._findings(_read(claim), part.numbers)
            supported = supported and any(finding.supported for finding in findings)
            fresh = list(dict.fromkeys(self._number(finding) for finding in findings))
            text += part.gap * bool(fresh) + "".join(f"[{number}]" for number in fresh)
            numbers += fresh
        return text, numbers, supported

    def _findings(self, claim: Sentence, numbers: Sequence[int]) -> list[Finding]:
        sources = self.evidence.sources
        cited = [sources[number - 1] for number in numbers if 1 <= number <= len(sources)]
        return self.evidence.join(claim, self.evidence.find(claim, cited))

    def _number(self, finding: Finding) -> int:
        """Of the citation of this quote, made if it is new."""
        citation = _citation(finding, len(self.citations) + 1)
        for known in self.citations:
            if known.model_copy(update={"number": citation.number}) == citation:
                return known.number
        self.citations.append(citation)
        return citation.number


def _read(text: str) -> Sentence:
    return Sentence.of(_LABEL.sub("", text, count=1))


def _claimed(found: list[Part]) -> Iterator[tuple[Part, str]]:
    """Each part with the words that its markers must bear out.

    Words too few to be a claim count with the markers that follow, those behind the last marker with it.
    """
    waiting, tail = "", found[-1].text if not found[-1].numbers else ""
    last = max(index for index, part in enumerate(found) if part.numbers)
    for index, part in enumerate(found):
        waiting += part.text
        if index == last:
            yield part, f"{waiting} {tail}"
        else:
            yield part, waiting
            if part.numbers and len(_read(waiting).terms) > 1:
                waiting = ""


def _citation(finding: Finding, number: int) -> Citation:
    passage = finding.source.passage
    start, end = finding.range
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
        supported=finding.supported,
    )
