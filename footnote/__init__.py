"""Footnote: answers whose every statement carries a checked footnote."""

__version__ = "0.1.0"
