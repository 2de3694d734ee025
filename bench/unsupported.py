"""Statements without support, planted ones and a model's own: the share that Footnote marks."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from typing import Any

import requests

from bench.planting import FAITHFUL, Planted, plant
from bench.report import Measure, publish
from footnote.evaluation.measures import contains_gold_answer
from footnote.evaluation.questions import Question, QuestionSet
from tests import scripts
from tests.chat_model import ChatModel
from tests.processes import Process, System

CLOSED_BOOK = "the model's own, without documents"
PATIENCE = 300
"""Seconds for one answer of the language model."""
BRIEFLY = "Answer the question in one short sentence."


class Asked:
    """Footnote on the documents of a set, with a language model and with a puppet in its place."""

    def __init__(self, found: QuestionSet, model_url: str, stack: ExitStack) -> None:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        system = System(Path(folder), stack)
        self.said = ""
        puppet = stack.enter_context(ChatModel(lambda _: self.said))
        system.start("embed")
        system.start("retrieve")
        ingest = system.start("ingest")
        options = {
            "refusal_threshold": 0,
            "chat_timeout": PATIENCE,
            "chat_patience": PATIENCE,
            "chat_max_tokens": 60,
        }
        self.puppet = system.start("answer", **options, chat_base_url=puppet.url, chat_model="puppet")
        self.model = system.start("answer", **options, chat_base_url=model_url, chat_model="smollm2")
        self.uris: dict[str, str] = {}
        for number, document in enumerate(found.documents):
            system.index(ingest, f"{number}.md", f"# {document['title']}\n\n{document['text']}\n")
            self.uris[document["_id"]] = f"{system.bucket.as_uri()}/{number}.md"

    def caught(self, planted: Planted) -> bool | None:
        """Whether a statement is marked as unsupported by the documents that answer its question.

        None where it was not taken for a statement.
        """
        self.said = planted.text
        documents = {"uri": [self.uris[id] for id in planted.question.relevant]}
        statements = _ask(self.puppet, planted.question.text, filter=documents)["statements"]
        return not all(one["supported"] for one in statements) if statements else None

    def statements(self, question: Question) -> Iterator[tuple[str, bool]]:
        """What the language model says, having read the best passage, and whether it is supported."""
        answer = _ask(self.model, question.text, top_k=1)
        for one in answer["statements"]:
            yield answer["answer"][one["start"] : one["end"]], one["supported"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=40, help="how many the language model answers")
    given = parser.parse_args()
    found = QuestionSet.load(given.folder)
    asked = [question for question in found.questions if question.answers]
    sample = asked[:: max(1, len(asked) // given.questions)][: given.questions]
    texts = {document["_id"]: document["text"] for document in found.documents}
    with scripts.serving(scripts.LANGUAGE_MODEL) as url, ExitStack() as stack:
        footnote = Asked(found, url, stack)
        own = list(_closed_book(sample, url))
        tried = [(one, footnote.caught(one)) for one in (*plant(asked, texts), *own)]
        read = [statement for question in sample for statement in footnote.statements(question)]
    _show(tried)
    publish(f"unsupported-{found.name}", [*_measures(tried), *_written(read)], questions=len(sample))


def _measures(tried: Sequence[tuple[Planted, bool | None]]) -> Iterator[Measure]:
    for kind in dict.fromkeys(one.kind for one, _ in tried):
        judged = [caught for one, caught in tried if one.kind == kind and caught is not None]
        yield Measure(f"{kind}: marked unsupported, of {len(judged)}", fmean(judged))
    judged = [caught for one, caught in tried if one.kind != FAITHFUL and caught is not None]
    yield Measure(f"unsupported statements caught, of {len(judged)}", fmean(judged))


def _written(read: Sequence[tuple[str, bool]]) -> Iterator[Measure]:
    supported = [supported for _, supported in read]
    yield Measure(f"the model's, with documents: supported, of {len(read)}", fmean(supported))


def _show(tried: Iterable[tuple[Planted, bool | None]]) -> None:
    for one, caught in tried:
        if caught is (one.kind == FAITHFUL):
            print(f"{one.kind}: {one.question.text}\n    {one.text}", file=sys.stderr)


def _closed_book(questions: Iterable[Question], url: str) -> Iterator[Planted]:
    """What the model says to a question alone, where that is not the gold answer: it made that up."""
    for question in questions:
        messages = [{"role": "system", "content": BRIEFLY}, {"role": "user", "content": question.text}]
        body = {"model": "smollm2", "messages": messages, "max_tokens": 40, "temperature": 0}
        reply = requests.post(f"{url}/chat/completions", json=body, timeout=PATIENCE).json()
        text = " ".join(reply["choices"][0]["message"]["content"].split())
        if text and not contains_gold_answer(text, question):
            yield Planted(CLOSED_BOOK, question, text)


def _ask(answer: Process, question: str, **options: Any) -> Any:
    reply = answer.post("/query", {"query": question, **options}, timeout=PATIENCE)
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


if __name__ == "__main__":
    main()
