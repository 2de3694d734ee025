"""The metrics of embed beyond those of its requests."""

from prometheus_client import Counter

TEXTS = Counter("footnote_embedded_texts_total", "Texts turned into vectors", ["model"])
TOKENS = Counter("footnote_embedded_tokens_total", "Tokens the embedding model read", ["model"])
