"""Footnote: answers whose every statement carries a checked footnote."""

import gc
import os

__version__ = "0.1.0"

# Else pydantic reads the metadata of every installed package, in search of plugins, at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# Most objects that a start makes are there to stay: looking through them over and over is a tenth of it.
gc.set_threshold(50_000, 20, 100)
