"""Retrieval and answers on a question set, held against what is wanted of them; see `footnote eval`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.report import Measure, publish
from footnote.cli.evaluation import evaluate
from footnote.evaluation import measures
from footnote.evaluation.questions import QuestionSet
from footnote.settings import Settings

TARGETS = {
    ("xquad-en", "hybrid nDCG@10"): 0.97,
    ("xquad-en", "gold answer in the answer"): 0.90,
    ("xquad-en", "refusal AUC"): 0.93,
    ("xquad-en", "statements that cite the right document"): 0.90,
    ("anthropic-docs", "hybrid Recall@3"): 0.80,
    ("anthropic-docs", "hybrid MRR"): 0.88,
}
ALWAYS = {"statements whose quotes are in place": 1.0}
PUBLISHED = {
    # github.com/embeddings-benchmark/results, XQuADRetrieval of all-MiniLM-L6-v2, English
    "xquad-en": {"nDCG@10": 0.9436, "Recall@3": 0.9679, "Recall@10": 0.9899, "MRR": 0.9286},
    # github.com/anthropics/anthropic-cookbook, retrieval_augmented_generation, with re-ranking
    "anthropic-docs": {"Recall@3": 0.693, "MRR": 0.865},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, help="number of questions to ask, from the first")
    parser.add_argument("--store", choices=["sqlite", "elasticsearch"], default="sqlite")
    given = parser.parse_args()
    try:
        found = QuestionSet.load(given.folder)
    except FileNotFoundError as error:
        sys.exit(f"{given.folder} is not a question set: {error}.")
    settings = Settings(store=given.store)
    with tempfile.TemporaryDirectory() as folder:
        asked = found.questions[: given.questions]
        results, failed = asyncio.run(evaluate(found, asked, settings, Path(folder)))
    print("".join(f"{line}\n" for line in failed), file=sys.stderr, end="")
    publish(
        f"retrieval-{found.name}-{given.store}",
        [
            *_retrieval(found.name, measures.measure_rankings(results)),
            *_all(found.name, measures.measure_answers(results)),
        ],
        documents=len(found.documents),
        questions=len(results),
    )


def _retrieval(name: str, rankings: Mapping[str, Mapping[str, float]]) -> Iterator[Measure]:
    for mode, scores in rankings.items():
        yield from _all(name, {f"{mode} {metric}": value for metric, value in scores.items()})
    better = max(rankings["keyword"]["nDCG@10"], rankings["vector"]["nDCG@10"])
    yield Measure(
        "hybrid less the better arm", rankings["hybrid"]["nDCG@10"] - better, "", 0, "at least"
    )
    for metric, value in PUBLISHED.get(name, {}).items():
        yield Measure(f"published {metric}", value)


def _all(name: str, values: Mapping[str, float]) -> Iterator[Measure]:
    for measure, value in values.items():
        target = TARGETS.get((name, measure), ALWAYS.get(measure))
        yield Measure(measure, value, target=target, wanted="at least")


if __name__ == "__main__":
    main()
