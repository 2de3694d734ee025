import re
from unicodedata import category

from footnote.text.marks import MARKS

BLOCKS = (range(0x300, 0x1E00), range(0xA66F, 0xABFF))
"""Those with the marks of nearly all scripts."""
JOINERS = "\u200c\u200d"


def test_the_marks_are_those_of_unicode() -> None:
    known = "".join(mark for block in BLOCKS for mark in map(chr, block) if category(mark)[0] == "M")
    everything = "".join(chr(code) for code in range(0x11_0000) if not 0xD800 <= code < 0xE000)
    assert "".join(re.findall(f"[{MARKS}]", everything)) == "".join(sorted(known + JOINERS))
