"""The HTTP server side of a function."""

from footnote.serving.access_log import add_log_fields
from footnote.serving.body import (
    check_content_encoding,
    parse_body,
    read_body,
    read_raw_body,
    stream_body,
    validation_error,
)
from footnote.serving.disconnect import Endpoint
from footnote.serving.function import Function, error_response

__all__ = [
    "Endpoint",
    "Function",
    "add_log_fields",
    "check_content_encoding",
    "error_response",
    "parse_body",
    "read_body",
    "read_raw_body",
    "stream_body",
    "validation_error",
]
