"""The type of the fixture `read`, which parses a file."""

from collections.abc import Callable

from functions.ingest.parsers.document import Document

Parse = Callable[[str, bytes], Document]
"""A file's name and its content."""
