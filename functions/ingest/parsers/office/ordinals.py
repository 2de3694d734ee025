"""The number of a list item in the formats of Office files: digits, letters or Roman numerals."""

from __future__ import annotations

ROMAN = {
    1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl",
    10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i",
}  # fmt: skip
MAX_LETTERS = 26 * 30
"""Beyond it, a number is written in digits: Word writes aa after z, and aaa after zz."""


def written(number: int, format: str) -> str:
    """The number in one of Word's formats; in digits if the format is a rare one."""
    text = str(number)
    if format == "none":
        text = ""
    elif format == "decimalZero":
        text = f"{number:02}"
    elif format.endswith("Letter") and 0 < number <= MAX_LETTERS:
        repeated, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) * (repeated + 1)
    elif format.endswith("Roman") and 0 < number < 4_000:
        text = _roman(number)
    return text.upper() if format.startswith("upper") else text


def _roman(number: int) -> str:
    text = ""
    for value, digits in ROMAN.items():
        repeated, number = divmod(number, value)
        text += digits * repeated
    return text
