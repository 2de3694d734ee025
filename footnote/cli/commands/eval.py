"""`footnote eval`: how well it finds and answers, on questions whose answers are known."""

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


@click.command("eval")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--questions", type=click.IntRange(1), help="Ask the first so many only.")
@options.store
@options.as_json
def command(folder: Path, questions: int | None, store: str | None, as_json: bool) -> None:
    """Measure retrieval, answers, footnotes and refusals on the question set in FOLDER.

    FOLDER has corpus.jsonl, queries.jsonl and qrels/test.tsv, the format of BEIR, and may have
    answers.jsonl. Its documents are indexed apart from everything else, and its questions asked, each
    once more without the documents that answer it. The other settings are those of the environment, so a
    model or chunk size can be tried.
    """
    from footnote.cli.evaluation import trial
    from footnote.evaluation.questions import QuestionSet

    try:
        found = QuestionSet.load(folder)
    except (OSError, ValueError, KeyError) as error:
        raise InvalidRequest(f"{folder} is no question set: {error}.") from None
    asked = found.questions[:questions]
    if not asked:
        raise InvalidRequest(f"{folder} has no question that a document is known to answer.")
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as own:
        results, failed = asyncio.run(trial(found, asked, options.settings(store=store), Path(own)))
    click.echo("".join(f"{line}\n" for line in failed), err=True, nl=False)
    if as_json:
        click.echo(json.dumps(_document(found.name, len(found.documents), results), indent=2))
    else:
        _print(results)
    raise SystemExit(1 if failed else 0)


def _document(name: str, documents: int, results: Sequence[Result]) -> dict[str, Any]:
    """The measures of all questions, and of the halves by which choices are made and checked."""
    halves = [[result for result in results if result.question.half == half] for half in (0, 1)]
    return {
        "set": name,
        "documents": documents,
        "questions": len(results),
        **_measured(results),
        "halves": [_measured(half) for half in halves if half],
    }


def _measured(results: Sequence[Result]) -> dict[str, Any]:
    from footnote.evaluation import measures

    return {"retrieval": measures.rankings(results), "answers": measures.answers(results)}


def _print(results: Sequence[Result]) -> None:
    from rich.console import Console
    from rich.table import Table

    measured, console = _measured(results), Console(markup=False, highlight=False)
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
