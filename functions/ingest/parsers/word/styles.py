"""The styles of a Word file: what they are based on, and which runs they hide."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH = f"{WORD}p"
HIDING = ("vanish", "strike", "dstrike")
"""Properties of what is hidden or struck through."""


class Styles:
    def __init__(self, document: WordDocument) -> None:
        root = document.styles.element
        self._styles = {each.get(f"{WORD}styleId"): each for each in root.findall(f"{WORD}style")}
        self._default = next((id for id, each in self._styles.items() if _is_default(each)), "")
        self._defaults = child(child(root, "docDefaults"), "rPrDefault")
        self._inherited = cache(self._hides)

    def with_bases(self, id: str) -> Iterator[tuple[str, Any]]:
        """The style and those that it is based on."""
        seen = set[str]()
        while id in self._styles and id not in seen:
            seen.add(id)
            yield id, self._styles[id]
            id = value(self._styles[id], "basedOn")

    def name(self, paragraph: Any) -> str:
        """The name of the paragraph's style. To ask python-docx took a millisecond each time."""
        return value(self._styles.get(self._id(paragraph), self._styles.get(self._default)), "name")

    def hide(self, run: Any) -> bool:
        """Whether the run is hidden or struck through: by its own properties, else by its style, that of
        its paragraph, or the defaults."""
        paragraph = next(run.iterancestors(PARAGRAPH), None)
        own = child(run, "rPr")
        inherited = self._inherited(value(own, "rStyle"), self._id(paragraph))
        return any(
            is_on(found) if (found := child(own, name)) is not None else name in inherited
            for name in HIDING
        )

    def _id(self, paragraph: Any) -> str:
        return value(child(paragraph, "pPr"), "pStyle", self._default)

    def _hides(self, *styles: str) -> set[str]:
        """The properties that are on for a run with these styles, the one that counts more first."""
        chain = [*(found for id in styles for _, found in self.with_bases(id)), self._defaults]
        hides = set[str]()
        for name in HIDING:
            given = (child(child(each, "rPr"), name) for each in chain)
            if is_on(next((found for found in given if found is not None), None)):
                hides.add(name)
        return hides


def _is_default(style: Any) -> bool:
    return style.get(f"{WORD}type") == "paragraph" and style.get(f"{WORD}default") in ("1", "true", "on")


def child(parent: Any, name: str) -> Any:
    return None if parent is None else parent.find(f"{WORD}{name}")


def value(parent: Any, name: str, default: str = "") -> str:
    """The value of the child with this name."""
    found = child(parent, name)
    return default if found is None else found.get(f"{WORD}val", default)


def is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{WORD}val") not in ("0", "false", "off")
