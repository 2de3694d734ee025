"""Vectors of texts."""

import os

# onnxruntime would tell its makers of every model that it reads, and keep an id of whoever does.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
