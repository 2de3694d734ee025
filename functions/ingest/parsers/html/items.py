"""The items of lists in HTML: the file has only the rules by which they are counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PARAGRAPHS = {"p", "div"}


class Items:
    """The markers of list items."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        """Of the items that began, by their ids."""

    def marker(self, block: LexborNode) -> str:
        """The marker to write before the block; empty unless a list item begins with it."""
        item = _item_begun_by(block)
        if item is None or item.mem_id in self._numbers:
            return ""
        number = self._numbers[item.mem_id] = self._number(item)
        is_numbered = item.parent is not None and item.parent.tag == "ol"
        return f"{number}. " if is_numbered else "- "

    def _number(self, item: LexborNode) -> int:
        """Counted from the last item before it that began, so that a long list is read once."""
        count, before = 1, item.prev
        while before is not None and before.mem_id not in self._numbers:
            count += before.tag == "li"
            before = before.prev
        if before is None:
            return count + attribute_number(item.parent, "start") - 1
        return count + self._numbers[before.mem_id]


def attribute_number(node: LexborNode | None, attribute: str) -> int:
    """The value of the attribute; 1 if it is none of up to three digits."""
    given = (node.attributes.get(attribute) if node else None) or ""
    return int(given) if re.fullmatch(r"[0-9]{1,3}", given) else 1


def _item_begun_by(block: LexborNode) -> LexborNode | None:
    """The list item that the block is, or is the first paragraph of."""
    if block.tag not in PARAGRAPHS or block.parent is None or block.parent.tag != "li":
        return block if block.tag == "li" else None
    above = block.prev
    while above is not None and not above.text().strip():
        above = above.prev
    return block.parent if above is None else None
