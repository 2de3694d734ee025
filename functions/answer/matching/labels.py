"""Labels of numbered parts, at the start of a line or in a question: 2.2, Article 12, § 3, 第二条."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from functions.answer.matching.sentence import Sentence

_STEPS = "step item point schritt étape paso passo stap шаг"
_PARAGRAPHS = "paragraph para subsection absatz alinéa абзац"
_SECTIONS = """
§§ § clause section sec article art rule annex appendix schedule requirement chapter part
klausel abschnitt artikel ziffer punkt regel kapitel anhang chapitre annexe
cláusula sección artículo apartado capítulo clausola sezione articolo capitolo artigo clausule hoofdstuk
статья статьи статье статью пункт пункта пункте раздел раздела разделе
"""
STEPS = frozenset(_STEPS.split())
PARAGRAPHS = frozenset(_PARAGRAPHS.split())
SECTIONS = frozenset(_SECTIONS.split())
KINDS = sorted(STEPS | PARAGRAPHS | SECTIONS, reverse=True)
"""A longer one before its beginning."""

# Compiled when a question or a statement first names a part.
_KIND = f"(?P<kind>{'|'.join(KINDS)})"
_NUMBER = r"(?P<number>\d{1,4}(?:\.\d{1,3})*[a-z]?)"
_IDEOGRAPHIC = r"(?P<ideographic>第[\d〇零一二三四五六七八九十百]+[条條章节節款项項步])"
_NO = r"\.?\s*(?:no\.?\s*|number\s+)?"
_NAME = rf"(?i)(?<!\w){_KIND}(?![^\W\d_]){_NO}{_NUMBER}(?![.,]?\w)|{_IDEOGRAPHIC}"
_BARE_NAME = r"(?<![\w.,])(?P<number>\d{1,3}(?:\.\d{1,3})+)(?![.,]?\w)"
_LABEL = rf"(?i)[#*_\s]*(?:(?:{_KIND}\.?\s*)?{_NUMBER}(?P<mark>[*_]*[.):])?[*_]*(?!\S)|{_IDEOGRAPHIC})"


@dataclass(frozen=True, slots=True)
class Label:
    kind: str
    """In lower case; empty for a number alone."""
    number: str
    is_marked: bool = False
    """Whether a full stop, a bracket or a colon ends it."""

    @property
    def sentence(self) -> Sentence:
        return Sentence.parse(f"{self.kind} {self.number}")

    @property
    def depth(self) -> int:
        return self.number.count(".")

    @property
    def is_step(self) -> bool:
        return self.kind in STEPS

    def is_named(self, name: Label) -> bool:
        """Whether `name`, in a question, means the part with this label."""
        kinds = {self.kind, name.kind}
        return self.number == name.number and (len(kinds) == 1 or not kinds.isdisjoint(("", "§", "§§")))

    def ends(self, other: Label) -> bool:
        """Whether the part with this label is outside that with the other one, which began before it."""
        if other.kind:
            return self.kind == other.kind or self.kind in SECTIONS
        return bool(self.kind) or self.depth <= other.depth


@cache
def kind_terms() -> frozenset[str]:
    """The terms of the words for a part, one of which a statement has that names one."""
    return Sentence.parse(" ".join(KINDS)).terms


def find_name(question: str) -> tuple[Label, str] | None:
    """The part that a question names, and the rest of the question."""
    match = re.search(_NAME, question) or re.search(_BARE_NAME, question)
    return (_label(match), f"{question[: match.start()]} {question[match.end() :]}") if match else None


def parse_label(line: str) -> Label | None:
    """The label that a line begins with."""
    match = re.match(_LABEL, line)
    return _label(match) if match else None


def _label(match: re.Match[str]) -> Label:
    found = match.groupdict("")
    if ideographic := found.get("ideographic"):
        return Label(ideographic[-1], ideographic)
    return Label(found.get("kind", "").lower(), found["number"].lower(), bool(found.get("mark")))
