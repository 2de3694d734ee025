"""The numbers of Word's lists and headings: a file has only the rules by which they are counted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.ingest.parsers.office.ordinals import written
from functions.ingest.parsers.word.styles import WORD, Styles, child, value

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_PLACE = re.compile("%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    start: int
    format: str
    text: str
    """With %1 in the place of the number of the first level, and so on."""
    restart: int
    """The level is counted anew after an item of the first so many levels."""
    in_digits: bool
    """Whether the numbers of the levels above are written in digits, whatever their format."""
    style: str
    """The paragraph style that belongs to this level."""


@dataclass(frozen=True, slots=True)
class List:
    definition: str
    """Lists of the same definition continue each other."""
    levels: Mapping[int, Level]
    starts: Mapping[int, int]
    """Where a level starts instead of continuing the list before."""


class Numbering:
    """Counts the paragraphs of a document as they are asked for."""

    def __init__(self, document: WordDocument, styles: Styles) -> None:
        self._styles = styles
        self._lists = _lists(document)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        """Of the levels of each definition."""
        self._begun: set[tuple[str, int]] = set()
        """Lists and their levels."""

    def marker(self, paragraph: Any) -> str:
        """What stands before the paragraph, such as `2.` or `(a)`; `-` for any bullet."""
        id, at = self._place(paragraph)
        found = self._lists.get(id)
        if found is None or at not in found.levels:
            return ""
        level, counts = found.levels[at], self._counts[found.definition]
        following = counts.get(at, level.start - 1) + 1
        counts[at] = following if (id, at) in self._begun else found.starts.get(at, following)
        self._begun.add((id, at))
        for below, deeper in found.levels.items():
            if at < below and at < deeper.restart:
                counts.pop(below, None)
        return _shown(level, found.levels, counts)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and the level of the paragraph: its own, or those of its style."""
        properties = paragraph.find(f"{WORD}pPr")
        styles = dict(self._styles.with_bases(value(properties, "pStyle")))
        own = child(properties, "numPr")
        given = [own, *(child(child(style, "pPr"), "numPr") for style in styles.values())]
        id = next(filter(None, (value(found, "numId") for found in given)), "")
        levels = self._lists[id].levels if id in self._lists else {}
        linked = (str(at) for style in styles for at in levels if levels[at].style == style)
        inherited = (value(found, "ilvl") for found in given)
        return id, _number(next(filter(None, (value(own, "ilvl"), *linked, *inherited)), ""))


def _lists(document: WordDocument) -> dict[str, List]:
    """The lists by their ids."""
    from docx.oxml import parse_xml

    relations = document.part.rels.values()
    parts = (each.target_part.blob for each in relations if each.reltype.endswith("/numbering"))
    return {id: found for part in parts for id, found in _defined(parse_xml(part))}


def _defined(root: Any) -> Iterator[tuple[str, List]]:
    definitions = {each.get(f"{WORD}abstractNumId"): each for each in root.findall(f"{WORD}abstractNum")}
    by_style = {link: each for each in definitions.values() if (link := value(each, "styleLink"))}
    for each in root.findall(f"{WORD}num"):
        own = definitions.get(value(each, "abstractNumId"))
        definition = by_style.get(value(own, "numStyleLink"), own)
        if definition is not None:
            yield each.get(f"{WORD}numId"), _list(each, definition)


def _list(numbering: Any, definition: Any) -> List:
    levels = _levels(definition)
    starts: dict[int, int] = {}
    for override in numbering.findall(f"{WORD}lvlOverride"):
        levels |= _levels(override)
        if start := value(override, "startOverride"):
            starts[_number(override.get(f"{WORD}ilvl"))] = _number(start)
    return List(definition.get(f"{WORD}abstractNumId"), levels, starts)


def _levels(parent: Any) -> dict[int, Level]:
    return {
        (at := _number(level.get(f"{WORD}ilvl"))): Level(
            start=_number(value(level, "start")),
            format=value(level, "numFmt"),
            text=value(level, "lvlText"),
            restart=_number(value(level, "lvlRestart", str(at))),
            in_digits=child(level, "isLgl") is not None,
            style=value(level, "pStyle"),
        )
        for level in parent.findall(f"{WORD}lvl")
    }


def _shown(level: Level, levels: Mapping[int, Level], counts: Mapping[int, int]) -> str:
    if level.format == "bullet":
        return "-"

    def number(place: re.Match[str]) -> str:
        at = int(place.group(1)) - 1
        if at not in levels:
            return ""
        format = "decimal" if level.in_digits else levels[at].format
        return written(counts.get(at, levels[at].start), format)

    return _PLACE.sub(number, level.text).strip()


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
