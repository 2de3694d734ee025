"""Number formats of Excel: the text that a cell shows for its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

_EXACT = Context(prec=1_000, rounding=ROUND_HALF_UP)
_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"
    | \\(?P<escaped>.)
    | \[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]
    | (?P<unseen> _. | \[(?:[a-z]+|color\s*\d+)\] )   # the width of a character, or a color
    | \*(?P<fill>.)                                   # repeated to the width of the cell
    | (?P<digits>(?=[.,]*[0#?]) [0#?,]* (?:\.[0#?]*)? ,*)
    | (?P<plain>[^a-z@\[\]/;])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SECTION = re.compile(r'((?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*);')


@dataclass(frozen=True, slots=True)
class Format:
    """One section of a number format."""

    before: str
    digits: str
    """Placeholders for the digits, such as `#,##0.00`; empty if no digits are shown."""
    after: str
    percents: int

    def apply(self, number: Decimal) -> str:
        """The text of a number that is not negative."""
        if not self.digits:
            return self.before
        whole, _, decimals = self.digits.rstrip(",").partition(".")
        thousands = len(self.digits) - len(self.digits.rstrip(",")) + len(whole) - len(whole.rstrip(","))
        scaled = number.scaleb(2 * self.percents - 3 * thousands)
        rounded = scaled.quantize(Decimal(1).scaleb(-len(decimals)), context=_EXACT)
        integer, _, fraction = f"{rounded:f}".partition(".")
        integer = integer.lstrip("0").zfill(whole.count("0"))
        if "," in whole.rstrip(","):
            integer = _grouped(integer)
        fraction = fraction[: decimals.count("0")] + fraction[decimals.count("0") :].rstrip("0")
        return f"{self.before}{integer}{'.' * bool(fraction)}{fraction}{self.after}"


def show(number: float, number_format: str) -> str | None:
    """What a cell with this format shows for the number; None if the format is not a common one."""
    sections = _parse(number_format)
    if not sections:
        return None
    exact = Decimal(repr(number))
    if exact.is_zero() and len(sections) > 2:
        return sections[2].apply(exact)
    if number < 0 and len(sections) > 1:
        return sections[1].apply(-exact)
    text = sections[0].apply(abs(exact))
    return f"-{text}" if number < 0 and text else text


@lru_cache(maxsize=1024)
def _parse(number_format: str) -> tuple[Format, ...]:
    """The sections of the format, for positive and negative numbers and for zero; empty if it has
    others than literals and digits, such as fractions, exponents, dates and conditions."""
    sections = _SECTION.findall(f"{number_format};")[:3]
    parsed = [_parse_section(section) for section in sections]
    return tuple(filter(None, parsed)) if number_format and all(parsed) else ()


def _parse_section(section: str) -> Format | None:
    texts, digits, percents, at = [""], "", 0, 0
    while at < len(section):
        token = _TOKEN.match(section, at)
        if token is None or (token["digits"] and digits):
            return None
        at = token.end()
        if token["digits"]:
            digits = token["digits"]
            texts.append("")
        elif not token["unseen"]:
            texts[-1] += " " if token["fill"] else token.group(token.lastgroup or 0)
            percents += token["plain"] == "%"
    before, after = [*texts, ""][:2]
    return Format(before.lstrip(), digits, after.rstrip(), percents)


def _grouped(integer: str) -> str:
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", integer)
