"""The files of a local model: those of the default model, or those in a folder.

A folder is as sentence-transformers exports it: `model.onnx`, `tokenizer.json`, and optionally
`sentence_bert_config.json` (max_seq_length; the default is 256), `1_Pooling/config.json` (the default is
mean pooling, unless pooling_mode_cls_token is set) and `config_sentence_transformers.json` (prompts).
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from footnote.errors import Misconfigured
from footnote.text import wordpieces

if TYPE_CHECKING:
    from footnote.embedding_prompts import Prompts

DEFAULT = "all-MiniLM-L6-v2"
GRAPH = Path(sys.prefix) / "share" / "footnote" / DEFAULT / "model.onnx"
"""The default model's graph in this environment."""
DOCUMENT_PROMPTS = ("document", "passage", "corpus")
"""Names of the prompt of documents, in the order in which sentence-transformers looks for one."""
SHA256 = "ebc9170b4728c7f950ece9489b0e0b25e7cea841df976b9b8ca5b5ad2dc068f9"
WEIGHTS = "bfaea80e"
"""The weights in the fingerprint: still the beginning of the sha256 of the graph with unsigned weights,
whose vectors are the same, bit for bit."""


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    variant: str
    """The name in the fingerprint, which also says how the weights are stored."""
    graph: Path
    tokenizer: Path
    sha256: str | None = None
    """The one that the graph must have; None if it is not known in advance."""
    length: int = 256
    """Tokens of a text that the model reads, including two special ones."""
    pooling: Literal["mean", "cls"] = "mean"
    prompts: Prompts = field(default_factory=dict)
    weights: str | None = None
    """What stands for them in the fingerprint; None for the beginning of the graph's sha256."""

    def digest(self) -> str:
        """The sha256 of the graph, hex."""
        with self.graph.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def find(name: str) -> Model:
    """The default model, if that is `name`, or the model in the folder `name`. Raises Misconfigured."""
    return installed() if name == DEFAULT else in_folder(Path(name))


def installed(graph: Path = GRAPH) -> Model:
    """The default model, installed by functions.embed.install. Raises Misconfigured."""
    if not graph.is_file():
        raise Misconfigured(
            f"The model {DEFAULT} is not installed: run `python -m functions.embed.install`, "
            "or set FOOTNOTE_EMBEDDING_BASE_URL to an OpenAI-compatible endpoint."
        )
    return Model(DEFAULT, f"{DEFAULT}-int8", graph, wordpieces.BUNDLED, SHA256, weights=WEIGHTS)


def in_folder(folder: Path) -> Model:
    graph, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
    for file in (graph, tokenizer):
        if not file.is_file():
            raise Misconfigured(
                f"FOOTNOTE_EMBEDDING_MODEL={folder}: {file.name} is missing. "
                f"Set it to {DEFAULT}, or to a folder that holds model.onnx and tokenizer.json."
            )
    name = folder.resolve().name
    length = _json(folder / "sentence_bert_config.json").get("max_seq_length", 256)
    cls = _json(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token", False)
    prompts = _prompts(folder / "config_sentence_transformers.json")
    return Model(name, name, graph, tokenizer, None, length, "cls" if cls else "mean", prompts)


def _prompts(file: Path) -> Prompts:
    """An empty prompt counts as none: sentence-transformers adds one for documents to every model."""
    given = _json(file).get("prompts") or {}
    if not isinstance(given, dict) or not all(isinstance(text, str | None) for text in given.values()):
        raise Misconfigured(f"{file}: `prompts` is not an object whose values are texts.")
    document = next((given[name] for name in DOCUMENT_PROMPTS if given.get(name)), "")
    return {"query": given.get("query") or "", "document": document}


def _json(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text())) if file.is_file() else {}
    except (TypeError, ValueError):
        raise Misconfigured(f"{file} is not a JSON object.") from None
