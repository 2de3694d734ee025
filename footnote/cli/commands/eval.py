"""`footnote eval`: measures retrieval and answers on a question set."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footnote.cli import options
from footnote.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footnote.evaluation.measures import Result
    from footnote.evaluation.questions import QuestionSet


@click.command("eval")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--questions", type=click.IntRange(1), help="Ask only the first N questions.")
@options.store
@options.as_json
def command(folder: Path, questions: int | None, store: str | None, as_json: bool) -> None:
    """Measure retrieval, answers, footnotes and refusals on the question set in FOLDER.

    FOLDER has corpus.jsonl, queries.jsonl and qrels/test.tsv in the BEIR format, and optionally
    answers.jsonl. Its documents get a temporary index of their own. Each question is asked twice: with
    all documents, and without those that answer it. The other settings come from the environment, so you
    can try out a model or a chunk size.
    """
    from footnote.cli.evaluation import evaluate
    from footnote.evaluation.questions import QuestionSet

    try:
        question_set = QuestionSet.load(folder)
    except (OSError, ValueError, KeyError) as error:
        raise InvalidRequest(f"{folder} is not a question set: {error}.") from None
    selected = question_set.questions[:questions]
    if not selected:
        raise InvalidRequest(f"{folder} has no question with a relevant document.")
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as temporary:
        evaluation = evaluate(question_set, selected, options.settings(store=store), Path(temporary))
        results, failed = asyncio.run(evaluation)
    click.echo("".join(f"{line}\n" for line in failed), err=True, nl=False)
    if as_json:
        click.echo(json.dumps(_report(question_set, results), indent=2))
    else:
        _print(results)
    raise SystemExit(1 if failed else 0)


def _report(question_set: QuestionSet, results: Sequence[Result]) -> dict[str, Any]:
    """The measures of all questions, and of each half: one is for tuning, the other for validation."""
    halves = [[result for result in results if result.question.half == half] for half in (0, 1)]
    return {
        "set": question_set.name,
        "documents": len(question_set.documents),
        "questions": len(results),
        **_measures(results),
        "halves": [_measures(half) for half in halves if half],
    }


def _measures(results: Sequence[Result]) -> dict[str, Any]:
    from footnote.evaluation import measures

    return {
        "retrieval": measures.measure_rankings(results),
        "answers": measures.measure_answers(results),
    }


def _print(results: Sequence[Result]) -> None:
    from rich.console import Console
    from rich.table import Table

    measured, console = _measures(results), Console(markup=False, highlight=False)
    retrieval: dict[str, dict[str, float]] = measured["retrieval"]
    table = Table("", *retrieval["hybrid"], box=None, pad_edge=False)
    for mode, scores in retrieval.items():
        table.add_row(mode, *(f"{score:.4f}" for score in scores.values()))
    console.print(table)
    console.print()
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, share in measured["answers"].items():
        table.add_row(name, f"{share:.4f}")
    console.print(table)
