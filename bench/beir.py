"""A question set in the format of BEIR: corpus.jsonl, queries.jsonl, qrels/*.tsv.

answers.jsonl, with gold answers to some questions, is optional.
"""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    relevant: dict[str, float]
    """Ids of the documents that answer it, with their gains, all above 0."""
    answers: tuple[str, ...]
    """Any of them will do; none where the set has no gold answers."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    name: str
    documents: list[dict[str, Any]]
    """Each with _id, title and text."""
    questions: list[Question]
    """Those that some document is known to answer."""

    @classmethod
    def load(cls, folder: Path) -> QuestionSet:
        """Raises FileNotFoundError when `folder` holds no such set."""
        relevant = _judgements(folder)
        answers = {line["_id"]: tuple(line["answers"]) for line in _lines(folder / "answers.jsonl", ())}
        questions = [
            Question(line["_id"], line["text"], relevant[line["_id"]], answers.get(line["_id"], ()))
            for line in _lines(folder / "queries.jsonl")
            if line["_id"] in relevant
        ]
        return cls(folder.resolve().name, list(_lines(folder / "corpus.jsonl")), questions)

    def write(self, bucket: Path) -> dict[str, str]:
        """Put each document into the folder as a page of HTML. Returns their ids by key."""
        bucket.mkdir(parents=True)
        keys = {f"{number:06}.html": document for number, document in enumerate(self.documents)}
        for key, document in keys.items():
            (bucket / key).write_text(_page(document.get("title", ""), document["text"]))
        return {key: document["_id"] for key, document in keys.items()}


def _judgements(folder: Path) -> dict[str, dict[str, float]]:
    files = sorted(folder.glob("qrels/*.tsv"))
    if not files:
        raise FileNotFoundError(f"{folder}/qrels has no .tsv file")
    relevant: dict[str, dict[str, float]] = {}
    for file in files:
        with file.open() as opened:
            for row in csv.DictReader(opened, delimiter="\t"):
                if float(row["score"]) > 0:
                    relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = float(row["score"])
    return relevant


def _lines(file: Path, default: tuple[()] | None = None) -> Iterator[dict[str, Any]]:
    if default is not None and not file.exists():
        return
    with file.open() as opened:
        yield from map(json.loads, opened)


def _page(title: str, text: str) -> str:
    paragraphs = "\n".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    return f"<!doctype html><meta charset=utf-8><title>{html.escape(title)}</title>\n{paragraphs}\n"
