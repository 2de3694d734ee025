"""Footnote: answers whose every statement carries a checked footnote."""

import os

__version__ = "0.1.0"

# Else pydantic reads the metadata of every installed package, in search of plugins, at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
