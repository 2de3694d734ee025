"""Retrieval quality on a question set: its documents indexed and its questions asked as by any user.

The set is a folder in the format of BEIR. A document ranks where its best passage does. Where the set
has gold answers, also how often one stands in the extractive answer.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, TypeVar

import aiohttp

from bench import running
from bench.beir import Question, QuestionSet
from bench.quality import ndcg, recall, reciprocal_rank
from bench.report import Measure, publish, table

MODES = ("keyword", "vector", "hybrid")
DEPTH = 100
AT_ONCE = 4
TARGETS = {("xquad-en", "hybrid nDCG@10"): 0.97, ("xquad-en", "gold answer in the answer"): 0.86}
METRICS: dict[str, Callable[[Sequence[str], dict[str, float]], float]] = {
    "nDCG@10": ndcg,
    "Recall@3": lambda ranked, relevant: recall(ranked, relevant, 3),
    "Recall@10": lambda ranked, relevant: recall(ranked, relevant, 10),
    "MRR": reciprocal_rank,
}

Result = TypeVar("Result")
Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, help="ask the first so many only")
    given = parser.parse_args()
    try:
        found = QuestionSet.load(given.folder)
    except FileNotFoundError as error:
        sys.exit(f"{given.folder} is no question set: {error}.")
    with tempfile.TemporaryDirectory() as folder:
        scores, gold = asyncio.run(_measure(found, found.questions[: given.questions], Path(folder)))
    table(
        ("", *METRICS), [(mode, *(f"{of[name]:.4f}" for name in METRICS)) for mode, of in scores.items()]
    )
    print()
    values = {f"{mode} {name}": of[name] for mode, of in scores.items() for name in METRICS} | gold
    asked = len(found.questions[: given.questions])
    publish(
        f"retrieval-{found.name}",
        [
            Measure(n, v, target=TARGETS.get((found.name, n)), wanted="at least")
            for n, v in values.items()
        ],
        documents=len(found.documents),
        questions=asked,
    )


async def _measure(
    found: QuestionSet, questions: list[Question], folder: Path
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    ids = found.write(folder / "bucket")
    running.index(folder)
    async with running.functions(folder, ("embed", "retrieve", "answer")) as (session, urls):
        ask = _asking(session)
        scores = {}
        for mode in MODES:
            rankings = await _each(
                questions, f"{mode} search", _ranking(ask, urls["retrieve"], mode, ids)
            )
            scores[mode] = _scores(questions, rankings)
        with_gold = [question for question in questions if question.answers]
        answers = await _each(
            with_gold, "answers", lambda q: ask(f"{urls['answer']}/query", {"query": q.text})
        )
    return scores, _gold(with_gold, answers) if with_gold else {}


def _asking(session: aiohttp.ClientSession) -> Ask:
    async def ask(url: str, body: dict[str, Any]) -> Any:
        async with session.post(url, json=body, raise_for_status=True) as response:
            return await response.json()

    return ask


def _ranking(
    ask: Ask, url: str, mode: str, ids: dict[str, str]
) -> Callable[[Question], Awaitable[list[str]]]:
    async def ranking(question: Question) -> list[str]:
        found = await ask(url, {"query": question.text, "mode": mode, "top_k": DEPTH})
        return list(dict.fromkeys(ids[hit["uri"].rpartition("/")[2]] for hit in found["hits"]))

    return ranking


async def _each(
    questions: list[Question], what: str, work: Callable[[Question], Awaitable[Result]]
) -> list[Result]:
    """The work on each question, AT_ONCE at a time, with progress."""
    turns, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(question: Question) -> Result:
        nonlocal done
        async with turns:
            result = await work(question)
        done += 1
        print(f"\r{what}: {done} of {len(questions)} ", end="", file=sys.stderr, flush=True)
        return result

    results = await asyncio.gather(*map(one, questions))
    print(file=sys.stderr)
    return results


def _scores(questions: list[Question], rankings: list[list[str]]) -> dict[str, float]:
    pairs = list(zip(rankings, questions, strict=True))
    return {name: fmean(of(ranked, q.relevant) for ranked, q in pairs) for name, of in METRICS.items()}


def _gold(questions: list[Question], answers: list[Any]) -> dict[str, float]:
    held = [_holds(answer["answer"], q.answers) for answer, q in zip(answers, questions, strict=True)]
    refused = [float(answer["refused"]) for answer in answers]
    return {"gold answer in the answer": fmean(held), "questions refused": fmean(refused)}


def _holds(text: str, answers: Sequence[str]) -> bool:
    return any(_plain(answer) in _plain(text) for answer in answers)


def _plain(text: str) -> str:
    """Lower case, white space alike, footnote marks left out."""
    return " ".join(re.sub(r"\[\d+\]", " ", text).lower().split())


if __name__ == "__main__":
    main()
