"""Question sets in the format of BEIR: corpus.jsonl, queries.jsonl, and qrels/test.tsv or all of qrels.

answers.jsonl, with gold answers to some questions, is optional.
"""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_NOT_IN_A_NAME = re.compile(r"[^\w-]+")
"""It matches dots, too, so that no folder gets the name of a file."""


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    relevant: dict[str, float]
    """The gains, all above 0, of the documents that answer it, by id."""
    answers: tuple[str, ...]
    """Gold answers, each of which is right; empty if the set has none."""
    topic: str
    """The title of a document that answers it."""

    @property
    def half(self) -> int:
        """0 or 1, by topic: parameters chosen on one half are validated on the other."""
        return hashlib.sha256(self.topic.encode()).digest()[0] % 2


@dataclass(frozen=True, slots=True)
class QuestionSet:
    name: str
    documents: list[dict[str, Any]]
    """Each with _id, title and text."""
    questions: list[Question]
    """The questions that some document is known to answer."""

    @classmethod
    def load(cls, folder: Path) -> QuestionSet:
        """Raises FileNotFoundError when the folder holds no question set."""
        relevant = _judgements(folder)
        known = _lines(folder / "answers.jsonl", optional=True)
        answers = {line["_id"]: tuple(line["answers"]) for line in known}
        documents = list(_lines(folder / "corpus.jsonl"))
        titles = {document["_id"]: document.get("title", "") for document in documents}

        def question(id: str, text: str) -> Question:
            topic = titles.get(min(relevant[id]), "") or id
            return Question(id, text, relevant[id], answers.get(id, ()), topic)

        lines = [line for line in _lines(folder / "queries.jsonl") if line["_id"] in relevant]
        asked = [question(line["_id"], line["text"]) for line in lines]
        return cls(folder.resolve().name, documents, asked)

    def write(self, bucket: Path) -> dict[str, str]:
        """Write each document into the folder as an HTML page. Returns the ids by key.

        An id that is a path or URL becomes the path of its document, as on the site it comes from.
        """
        keys: dict[str, str] = {}
        for document in self.documents:
            key = _unused(_key(document["_id"]), keys)
            keys[key] = document["_id"]
            file = bucket / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_page(document.get("title", ""), document["text"]))
        return keys


def _key(id: str) -> str:
    """A key from the path and fragment of a URL, or from the id itself."""
    url = urlsplit(id) if "://" in id else None
    path = f"{url.path}/{url.fragment}" if url else id
    names = (_NOT_IN_A_NAME.sub("-", name).strip("-")[:80] for name in unquote(path).split("/"))
    return "/".join(name for name in names if name) or "document"


def _unused(key: str, taken: Iterable[str]) -> str:
    names = chain([f"{key}.html"], (f"{key}-{number}.html" for number in count(2)))
    return next(name for name in names if name not in taken)


def _judgements(folder: Path) -> dict[str, dict[str, float]]:
    files = sorted(folder.glob("qrels/test.tsv")) or sorted(folder.glob("qrels/*.tsv"))
    if not files:
        raise FileNotFoundError(f"{folder}/qrels has no .tsv file")
    relevant: dict[str, dict[str, float]] = {}
    for file in files:
        with file.open() as opened:
            for row in csv.DictReader(opened, delimiter="\t"):
                if float(row["score"]) > 0:
                    relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = float(row["score"])
    return relevant


def _lines(file: Path, *, optional: bool = False) -> Iterator[dict[str, Any]]:
    if optional and not file.exists():
        return
    with file.open() as opened:
        yield from map(json.loads, opened)


def _page(title: str, text: str) -> str:
    paragraphs = "\n".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    return f"<!doctype html><meta charset=utf-8><title>{html.escape(title)}</title>\n{paragraphs}\n"
