"""The function embed: text to vectors."""

import os

# Otherwise onnxruntime reports every model that it loads to its makers, under an id that it stores.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# Otherwise numpy's linear algebra starts a thread for each core, which takes as long as all the rest of
# numpy's start. Nothing here is large enough to use them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
