"""Quantities in a text: numbers with their units and magnitudes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from functions.answer.matching.vocabulary import NUMERALS, UNITS

_NUMBER = re.compile(rf"\d+(?:[.,]\d+)*|\b(?:{'|'.join(NUMERALS)})\b", re.IGNORECASE)
_MAGNITUDE = re.compile(r"[\s-](hundred|thousand|million|billion|trillion)\b", re.IGNORECASE)
_UNIT_AFTER = re.compile(
    rf"(?:{_MAGNITUDE.pattern})?[\s-]?(?P<unit>[%$€£¥]|°[ ]?[CF]\b|[^\W\d_]+)", re.IGNORECASE
)
_CURRENCY = re.compile(r".?(?P<unit>[$€£¥]) ?$")


def quantities(text: str) -> frozenset[tuple[str, str]]:
    """The numbers that have a known unit, each as a plain number, with the unit in one notation."""
    return frozenset(_quantities(text))


def _quantities(text: str) -> Iterator[tuple[str, str]]:
    for match in _NUMBER.finditer(text):
        currency = _CURRENCY.match(text, max(0, match.start() - 2), match.start())
        given = currency or _UNIT_AFTER.match(text, match.end())
        if unit := given and _unit(given["unit"]):
            yield _number(match), unit


def magnitudes(text: str) -> frozenset[tuple[str, str]]:
    """The numbers that have a magnitude, such as 5 million, each as a plain number, with that."""
    found = ((one, _MAGNITUDE.match(text, one.end())) for one in _NUMBER.finditer(text))
    return frozenset((_number(one), magnitude[1].lower()) for one, magnitude in found if magnitude)


def _number(match: re.Match[str]) -> str:
    number = match[0].lower()
    return NUMERALS.get(number) or plain_number(number)


def plain_number(number: str) -> str:
    """1,000 and 1000 are one number; so are 5.50 and 5.5, and 5 in the digits of any script."""
    number = re.sub(r"(?![0-9])\d", lambda digit: str(int(digit[0])), number)
    number = re.sub(r",(?=\d{3}(?!\d))", "", number)
    return re.sub(r"\.0+$|(?<=\.\d)0+$", "", number)


def _unit(word: str) -> str | None:
    word = word.lower().replace(" ", "")
    return UNITS.get(word) or UNITS.get(word.removesuffix("s"))
