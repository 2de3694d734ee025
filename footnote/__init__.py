"""Footnote: answers whose every statement carries a checked footnote."""

import gc
import os

__version__ = "0.1.0"

# Otherwise pydantic searches the metadata of every installed package for plugins at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# Most objects made during the start stay. Collecting garbage among them takes a tenth of that time.
gc.set_threshold(50_000, 20, 100)
