"""Charsets as files and content types declare them, interpreted as browsers do."""

from __future__ import annotations

import codecs
import re

PRESCAN_BYTES = 1_024
"""A page must declare its charset within its first bytes."""
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
"""The codec that files with a declared charset are really in."""
LEGACY = (
    "cp", "iso8859", "koi8", "mac", "gb18030", "euc", "big5", "johab", "iso2022", "hz",
)  # fmt: skip
"""Prefixes of Python's legacy text codecs. Python also has codecs that are not for text."""

_IN_TYPE = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_IN_MARKUP = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_VARIANT = re.compile(r"^x-|-[ei]$")


def from_content_type(content_type: str) -> str:
    """The declared charset; empty if there is none."""
    found = _IN_TYPE.search(content_type)
    return found.group(1) if found else ""


def from_markup(start: bytes) -> str:
    """The charset that HTML or XML declares at its start; empty if it declares none."""
    found = _IN_MARKUP.search(start[:PRESCAN_BYTES])
    return (found.group(1) or found.group(2)).decode() if found else ""


def codec(charset: str) -> str:
    """Python's codec for a legacy charset; empty for an unknown one.

    It is also empty for Unicode, which is detected more reliably from the bytes.
    """
    label = _VARIANT.sub("", charset.lower()).replace("windows-", "cp")
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # a ValueError for one with a null character
        return ""
    name = SUPERSETS.get(name, name)
    return name if name.startswith(LEGACY) else ""
