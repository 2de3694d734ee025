"""What files and those who store them say of an encoding, as browsers read it."""

from __future__ import annotations

import codecs
import re

START = 1_024
"""Bytes that a page has to say it in."""
SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""What is written by those who say the other."""
LEGACY = (
    "cp", "iso8859", "koi8", "mac", "gb18030", "euc", "big5", "johab", "iso2022", "hz",
)  # fmt: skip
"""Python's names of what is no Unicode begin so; it has some that are no text's, too."""

_IN_TYPE = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_IN_PAGE = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_DIALECT = re.compile(r"^x-|-[ei]$")


def of_type(content_type: str) -> str:
    found = _IN_TYPE.search(content_type)
    return found.group(1) if found else ""


def of_page(start: bytes) -> str:
    found = _IN_PAGE.search(start[:START])
    return (found.group(1) or found.group(2)).decode() if found else ""


def codec(charset: str) -> str:
    """Python's name of it; empty of Unicode, which the bytes tell better, and of an unknown one."""
    label = _DIALECT.sub("", charset.lower()).replace("windows-", "cp")
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return ""
    name = SUPERSETS.get(name, name)
    return name if name.startswith(LEGACY) else ""
