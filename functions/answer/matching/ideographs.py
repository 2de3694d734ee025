"""Numbers in Chinese and Japanese words: 三十天 is 30天, 二百人 is 200人."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, chars in enumerate("零一二三四五六七八九") for char in chars}
_DIGITS |= {"〇": 0, "两": 2, "兩": 2}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
_NUMERALS = "".join((*_DIGITS, *_TENS, *_MYRIADS))

# Compiled when a text first has a numeral. 一 alone mostly means something else, and 十分 "very".
_COUNTED = (
    rf"(?<![第\d多几幾数數{_NUMERALS}])(?P<percent>百分之)?"
    rf"(?P<number>(?!一(?![{_NUMERALS}])|[{''.join(_MYRIADS)}])[{_NUMERALS}]+)"
    "(?=(?P<counter>[个個か]?月|ヶ月|年|日|天|周|週|小时|小時|時間|分钟|分鐘|分間|秒|元|円|人|名|岁|歲|歳|次|回|页|頁|份|件|台|米|公里|公斤|克|倍)?)"
)


def with_digits(text: str) -> str:
    """The text with digits for the numbers that count something, or give a percentage."""
    return re.sub(_COUNTED, _counted, text) if any(char in text for char in _NUMERALS) else text


def _counted(match: re.Match[str]) -> str:
    if match["percent"]:
        return f"{_value(match['number'])}%"
    return str(_value(match["number"])) if match["counter"] else match[0]


def _value(numeral: str) -> int:
    """Of 二百零五, 三万二千, or 二〇二四, whose digits stand one after the other."""
    if all(char in _DIGITS for char in numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total = section = digit = 0
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section, digit = section + (digit or 1) * _TENS[char], 0
        else:
            total, section, digit = (total + section + digit or 1) * _MYRIADS[char], 0, 0
    return total + section + digit
