"""A function's HTTP side."""

from footnote.serving.body import check_coding, invalid, parse, parts, read_body, read_raw
from footnote.serving.function import Function, error_response
from footnote.serving.line import note
from footnote.serving.process import settings

__all__ = [
    "Function",
    "check_coding",
    "error_response",
    "invalid",
    "note",
    "parse",
    "parts",
    "read_body",
    "read_raw",
    "settings",
]
