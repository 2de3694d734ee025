"""Vectors of texts."""

import os

# onnxruntime would tell its makers of every model that it reads, and keep an id of whoever does.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# numpy's linear algebra would start a thread for each core, which takes as long to start as the rest of
# numpy. Nothing here is large enough to use them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
