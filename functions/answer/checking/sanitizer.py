"""Takes out of a text what would act when shown: images, links, active HTML and control characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

_KEPT = frozenset("\n\t\u200c\u200d")
"""Of the control and format characters: line breaks, tabs, and the joiners that some scripts need."""
_BREAKS = str.maketrans("", "", "\n\t")
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn")

_START = r"(?:https?:|ftp:|www\.)"
_URL = _START + r"[^\s<>\"'`\])}|\\]*[^\s<>\"'`\])}|\\.,;:!?*_]"
_ANY_URL = re.compile(_URL, re.IGNORECASE)
_TARGET = r"\([^)\n]*\)?"
_ACTIVE = """a|audio|base|body|button|embed|form|frame|head|html|iframe|img|input|link|math|meta|object|
    picture|script|source|style|svg|template|video"""
_ACTING = "on[a-z]+|style|src|srcset|href|xlink:href|background|poster|action|formaction"
_MARKUP = re.compile(
    rf"""
    (?P<gap>(?<=\S)[ ]+)?(?:
      !\[[^\]\n]*\](?:{_TARGET}|\[[^\]\n]*\])?    # an image
    | !(?=\[)    # or the beginning of one that goes on
    | \[(?P<words>[^\[\]\n]*)\](?:{_TARGET}|\[(?!\^?\d+[\],;])[^\]\n]+\])    # a link
    | \](?:{_TARGET}|:\s*<?(?:[a-z]+:|/|www\.)\S*)    # its end, or its definition
    | </?(?:{_ACTIVE})\b[^>\n]*>?    # HTML that does something
    | <[a-z][^<>\n]*?[\s/"'](?:{_ACTING})\s*=[^>\n]*>?    # or is made to
    | (?P<label>\](?=:))    # a definition, wherever it leads
    | (?P<open><(?=/?[a-z][^<>]*\Z))    # a tag that goes on in what follows
    | <(?P<auto>{_URL})>
    | (?P<name><(?=[a-z][\w.-]+::?[a-z_][\w.-]*>))    # a name such as soap:Body, which passes for a link
    | <[a-z][a-z\d+.-]+:[^\s<>]*>    # a link of any other scheme
    | (?P<url>{_URL})
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_INLINE = re.compile(r"(?:(?![\[\]\n])[\W\d_])*+[^\W\d_][^\[\]\n]*+(?<!\\)\[")
"""A line with words before its first bracket: none of its brackets can be the label of a definition."""
_HIDDEN_TARGET = re.compile(rf"\]\([^)\n]*\)|<(?!{_START})[^>\n]*>", re.IGNORECASE)


def visible(text: str) -> str:
    """The text without control characters, invisible ones and those that change its direction."""
    if text.translate(_BREAKS).isprintable():
        return text
    return "".join(char for char in text if char in _KEPT or unicodedata.category(char) not in _HIDDEN)


def urls(texts: Iterable[str]) -> frozenset[str]:
    """The links that a reader of the texts sees: not where images come from and words lead to."""
    return frozenset[str]().union(*map(_urls, texts))


@lru_cache(maxsize=512)
def _urls(text: str) -> frozenset[str]:
    """Remembered: many questions are answered from the same passage."""
    return frozenset(_ANY_URL.findall(_HIDDEN_TARGET.sub("", text)))


def scrub(text: str, allowed: Collection[str]) -> str:
    """The text without images, without links that are not allowed, and of others' links the words."""

    def replacement(match: re.Match[str]) -> str:
        left = _left(match, allowed)
        spaced = not left and match.string.startswith(" ", match.end())
        return left if spaced else (match["gap"] or "") + left

    while (scrubbed := _MARKUP.sub(replacement, text)) != text:
        text = scrubbed
    return text


def _left(match: re.Match[str], allowed: Collection[str]) -> str:
    """Of markup what may be shown."""
    if mark := match["open"] or match["name"]:
        return f"{mark} "
    if label := match["label"]:
        return label if _inline(match.string, match.start("label")) else f"{label} "
    if words := match["words"]:
        return f"[{words}]" if words.strip("^ ").isdigit() else words
    url = match["url"] or match["auto"]
    return url if url and url in allowed else ""


def _inline(text: str, at: int) -> bool:
    return _INLINE.match(text, text.rfind("\n", 0, at) + 1, at) is not None
