"""`footnote eval`, as a user runs it on a small question set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.environ import environ_with
from tests.system.footnote_up import run

DOCUMENTS = {
    "garden/moon": (
        "Moon garden",
        "The moon garden opens at nine. Its keeper is Ada Brandt. Lamps stay out.",
    ),
    "mill": ("Mill", "The mill of Tolm grinds barley. The miller Odo Fenn sells flour on Fridays."),
    "harbour": ("Harbour", "Ferries leave the harbour of Yarrow every hour. A ticket costs 40 crowns."),
}
QUESTIONS = {
    "q1": ("Who is the keeper of the moon garden?", "garden/moon", "Ada Brandt"),
    "q2": ("What does a ticket for the ferry cost?", "harbour", "40 crowns"),
}


@pytest.fixture
def environ(tmp_path: Path) -> Mapping[str, str]:
    return environ_with(state=tmp_path / "state", auth="required")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": id, "title": title, "text": text} for id, (title, text) in DOCUMENTS.items()]
    write(folder / "corpus.jsonl", documents)
    write(folder / "queries.jsonl", [{"_id": id, "text": text} for id, (text, *_) in QUESTIONS.items()])
    write(
        folder / "answers.jsonl", [{"_id": id, "answers": [one]} for id, (*_, one) in QUESTIONS.items()]
    )
    judged = [f"{id}\t{document}\t1\n" for id, (_, document, _) in QUESTIONS.items()]
    (folder / "qrels/test.tsv").write_text("".join(["query-id\tcorpus-id\tscore\n", *judged]))
    return folder


def write(file: Path, documents: Iterable[object]) -> None:
    file.write_text("".join(json.dumps(document) + "\n" for document in documents))


def test_it_measures_and_leaves_nothing(questions: Path, environ: Mapping[str, str]) -> None:
    done = run("eval", "--json", str(questions), environ=environ)
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert (measured["set"], measured["documents"], measured["questions"]) == ("small", 3, 2)
    assert measured["retrieval"]["hybrid"]["MRR"] == 1
    answers = measured["answers"]
    assert answers["gold answer in the answer"] == 1
    assert answers["statements whose quotes are in place"] == 1
    assert answers["statements that cite the right document"] > 0
    assert answers["answerable questions refused"] == 0
    assert answers["refusal AUC"] == 1
    assert not Path(environ["FOOTNOTE_STATE"]).exists()


def test_it_prints_tables(questions: Path, environ: Mapping[str, str]) -> None:
    (questions / "answers.jsonl").unlink()
    done = run("eval", "--questions", "1", str(questions), environ=environ)
    assert done.returncode == 0, done.stderr
    for told in ("keyword", "vector", "hybrid", "nDCG@10", "statements supported"):
        assert told in done.stdout
    assert "gold answer" not in done.stdout


def test_another_folder_is_told_apart(tmp_path: Path, environ: Mapping[str, str]) -> None:
    done = run("eval", str(tmp_path), environ=environ)
    assert done.returncode == 2
    assert "is not a question set" in done.stderr
