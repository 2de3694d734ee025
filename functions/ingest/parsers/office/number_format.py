"""Number formats of Excel: the text that a cell shows for its number."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
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
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_SECTION = re.compile(r'((?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*);')


Condition = tuple[Callable[[Decimal, Decimal], bool], Decimal]
"""The numbers that compare so with this one."""
OPERATORS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
ANY: Condition = (operator.ge, Decimal("-Infinity"))
POSITIVE, NEGATIVE, NOT_NEGATIVE = ((OPERATORS[each], Decimal()) for each in (">", "<", ">="))
DEFAULTS: dict[int, tuple[Condition, ...]] = {
    0: (), 1: (ANY,), 2: (NOT_NEGATIVE, NEGATIVE), 3: (POSITIVE, NEGATIVE, ANY),
}  # fmt: skip
"""The conditions of so many sections that have none of their own."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one section of a number format shows numbers."""

    texts: tuple[str, ...]
    """What stands before, between and after the digits."""
    digits: tuple[str, ...]
    """Placeholders for the digits, such as `#,##0.00`; several if texts divide them, as in 000-0000."""
    percents: int

    def apply(self, number: Decimal) -> str:
        """The text of a number that is not negative."""
        if not self.digits:
            return self.texts[0].lstrip()
        *others, last = self.digits
        whole, _, decimals = last.rstrip(",").partition(".")
        thousands = len(last) - len(last.rstrip(",")) + len(whole) - len(whole.rstrip(","))
        scaled = number.scaleb(2 * self.percents - 3 * thousands)
        rounded = scaled.quantize(Decimal(1).scaleb(-len(decimals)), context=_EXACT)
        integer, _, fraction = f"{rounded:f}".partition(".")
        integer = integer.lstrip("0").zfill("".join((*others, whole)).count("0"))
        if "," in whole.rstrip(","):
            integer = _grouped(integer)
        fraction = fraction[: decimals.count("0")] + fraction[decimals.count("0") :].rstrip("0")
        integer = self._divide(integer, [*others[1:], whole] if others else [])
        return f"{self.texts[0]}{integer}{'.' * bool(fraction)}{fraction}{self.texts[-1]}".strip()

    def _divide(self, integer: str, digits: list[str]) -> str:
        """The integer with the texts between its digits; what has no placeholder comes first."""
        shown = ""
        for text, places in zip(self.texts[-2:0:-1], reversed(digits), strict=True):
            at = max(0, len(integer) - len(places))
            integer, shown = integer[:at], text + integer[at:] + shown
        return integer + shown


@dataclass(frozen=True, slots=True)
class Section:
    condition: Condition
    format: Format | None
    """None for the format General."""

    def admits(self, number: Decimal) -> bool:
        compare, bound = self.condition
        return compare(number, bound)

    def shows_sign(self) -> bool:
        """Whether negative numbers have a sign: not if the section is for them only."""
        compare, bound = self.condition
        return compare not in (operator.lt, operator.le) or bound > 0


def show(number: float, number_format: str) -> str | None:
    """What a cell with this format shows for the number; None if the format is not a common one."""
    exact = Decimal(repr(number))
    section = next((each for each in _parse(number_format) if each.admits(exact)), None)
    if section is None or section.format is None:
        return None
    text = section.format.apply(abs(exact))
    return f"-{text}" if number < 0 and text and section.shows_sign() else text


@lru_cache(maxsize=1024)
def _parse(number_format: str) -> tuple[Section, ...]:
    """The sections of the format for numbers; empty if it has others than literals and digits, such as
    fractions, exponents and dates."""
    texts = _SECTION.findall(f"{number_format};")[:3] if number_format else []
    given = [_condition(text) for text in texts]
    defaults = (ANY, ANY) if len(texts) == 2 and given[0] else DEFAULTS[len(texts)]
    try:
        formats = [_parse_section(_CONDITION.sub("", text, 1)) for text in texts]
    except ValueError:
        return ()
    conditions = (own or default for own, default in zip(given, defaults, strict=True))
    return tuple(map(Section, conditions, formats))


def _condition(section: str) -> Condition | None:
    found = _CONDITION.search(section)
    return (OPERATORS[found[1]], Decimal(found[2])) if found else None


def _parse_section(section: str) -> Format | None:
    """None for General. Raises ValueError if the section is not a common one."""
    if section.strip().lower() == "general":
        return None
    texts, digits, percents, at = [""], list[str](), 0, 0
    while at < len(section):
        token = _TOKEN.match(section, at)
        if token is None or (token["digits"] and any("." in each for each in digits)):
            raise ValueError(section)
        at = token.end()
        if token["digits"]:
            digits.append(token["digits"])
            texts.append("")
        elif not token["unseen"]:
            texts[-1] += " " if token["fill"] else token.group(token.lastgroup or 0)
            percents += token["plain"] == "%"
    return Format(tuple(texts), tuple(digits), percents)


def _grouped(integer: str) -> str:
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", integer)
