"""Sanitizes Markdown: removes images, foreign links, active HTML and invisible characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from functions.answer.checking.markers import MARKER

_KEPT = frozenset("\n\t\u200c\u200d")
"""Control and format characters that stay: line breaks, tabs, and the joiners that some scripts need."""
_LINE_BREAKS_AND_TABS = str.maketrans("", "", "\n\t")
_INVISIBLE_CATEGORIES = ("Cc", "Cf", "Co", "Cs", "Cn")

_URL_START = r"(?:https?:|ftp:|www\.)"
_URL = _URL_START + r"[^\s<>\"'`\])}|\\]*[^\s<>\"'`\])}|\\.,;:!?*_]"
_ANY_URL = re.compile(_URL, re.IGNORECASE)
_TARGET = r"\([^)\n]*\)?"
_ACTIVE_TAGS = """a|audio|base|body|button|embed|form|frame|head|html|iframe|img|input|link|math|meta|
    object|picture|script|source|style|svg|template|video"""
_ACTIVE_ATTRIBUTES = "on[a-z]+|style|src|srcset|href|xlink:href|background|poster|action|formaction"
_MARKUP = re.compile(
    rf"""
    (?P<gap>(?<=\S)[ ]+)?(?:
      !\[[^\]\n]*\](?:{_TARGET}|\[[^\]\n]*\])?    # an image
    | !(?=\[)    # or the start of one that goes on in a later text
    | \[(?P<words>[^\[\]\n]*|\[[^\[\]\n]*\])\](?:{_TARGET}|(?!{MARKER})\[[^\]\n]+\])    # a link
    | \](?:{_TARGET}|:\s*<?(?:[a-z]+:|/|www\.)\S*)    # the end of a link, or its definition
    | </?(?:{_ACTIVE_TAGS})\b[^>\n]*>?    # an active HTML element
    | <[a-z][^<>\n]*?[\s/"'](?:{_ACTIVE_ATTRIBUTES})\s*=[^>\n]*>?    # or an active attribute
    | (?P<label>\](?=:))    # the label of a link definition, whatever its target
    | (?P<open><(?=/?[a-z][^<>]*\Z))    # the start of a tag that goes on in a later text
    | <(?P<auto>{_URL})>
    | (?P<name><(?=[a-z][\w.-]+::?[a-z_][\w.-]*>))    # a name such as soap:Body, which looks like a link
    | <[a-z][a-z\d+.-]+:[^\s<>]*>    # a link of any other scheme
    | (?P<url>{_URL})
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS_BEFORE_BRACKET = re.compile(r"(?:(?![\[\]\n])[\W\d_])*+[^\W\d_][^\[\]\n]*+(?<!\\)\[")
"""The start of a line with words before its first bracket, none of whose brackets can define a link."""
_HIDDEN_TARGET = re.compile(rf"\]\([^)\n]*\)|<(?!{_URL_START})[^>\n]*>", re.IGNORECASE)


def strip_invisible(text: str) -> str:
    """The text without control characters, invisible ones and those that change its direction."""
    if text.translate(_LINE_BREAKS_AND_TABS).isprintable():
        return text
    return "".join(
        char for char in text if char in _KEPT or unicodedata.category(char) not in _INVISIBLE_CATEGORIES
    )


def visible_urls(texts: Iterable[str]) -> frozenset[str]:
    """The URLs that a reader of the texts sees: not the targets of images and of links on words."""
    return frozenset[str]().union(*map(_visible_urls, texts))


@lru_cache(maxsize=512)
def _visible_urls(text: str) -> frozenset[str]:
    """Cached: many questions are answered from the same passage."""
    return frozenset(_ANY_URL.findall(_HIDDEN_TARGET.sub("", text)))


def sanitize(text: str, allowed_urls: Collection[str]) -> str:
    """The text without images, active HTML and URLs that are not allowed. A link becomes its words."""

    def replace(match: re.Match[str]) -> str:
        replacement = _replacement(match, allowed_urls)
        space_follows = not replacement and match.string.startswith(" ", match.end())
        return replacement if space_follows else (match["gap"] or "") + replacement

    while (sanitized := _MARKUP.sub(replace, text)) != text:
        text = sanitized
    return text


def _replacement(match: re.Match[str], allowed_urls: Collection[str]) -> str:
    """The harmless part of some markup."""
    if mark := match["open"] or match["name"]:
        return f"{mark} "
    if label := match["label"]:
        return label if _follows_words(match.string, match.start("label")) else f"{label} "
    if words := match["words"]:
        return f"[{words}]" if re.fullmatch(MARKER, f"[{words.strip()}]", re.IGNORECASE) else words
    url = match["url"] or match["auto"]
    return url if url and url in allowed_urls else ""


def _follows_words(text: str, at: int) -> bool:
    return _WORDS_BEFORE_BRACKET.match(text, text.rfind("\n", 0, at) + 1, at) is not None
