import json
from pathlib import Path

import pytest

from footnote.evaluation.questions import QuestionSet
from functions.ingest.parsers.document import Writer
from functions.ingest.parsers.html import read


def question_set(folder: Path) -> Path:
    def lines(name: str, *documents: object) -> None:
        (folder / name).write_text("".join(json.dumps(document) + "\n" for document in documents))

    (folder / "qrels").mkdir(parents=True)
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n")
    lines(
        "corpus.jsonl",
        {"_id": "d1", "title": "A & B", "text": "1 < 2.\n*two*"},
        {"_id": "d2", "text": "x"},
    )
    lines("queries.jsonl", {"_id": "q1", "text": "Is it?"}, {"_id": "q2", "text": "Unjudged?"})
    lines("answers.jsonl", {"_id": "q1", "answers": ["yes"]})
    return folder


def test_only_questions_with_judgements_are_loaded(tmp_path: Path) -> None:
    (question,) = QuestionSet.load(question_set(tmp_path)).questions
    assert (question.id, question.relevant, question.answers) == ("q1", {"d1": 2.0}, ("yes",))


def test_documents_keep_their_title_and_text_in_the_bucket(tmp_path: Path) -> None:
    bucket = tmp_path / "bucket"
    ids = QuestionSet.load(question_set(tmp_path / "set")).write(bucket)
    key = next(key for key, id in ids.items() if id == "d1")
    document = read(bucket / key, Writer(1_000))
    assert (document.title, document.text[:].split()) == ("A & B", ["1", "<", "2.", "*two*"])


def test_answers_are_optional(tmp_path: Path) -> None:
    folder = question_set(tmp_path)
    (folder / "answers.jsonl").unlink()
    assert QuestionSet.load(folder).questions[0].answers == ()


def test_a_folder_without_a_question_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="qrels"):
        QuestionSet.load(tmp_path)


def test_questions_about_one_title_are_in_one_half(tmp_path: Path) -> None:
    folder = question_set(tmp_path)
    with (folder / "qrels" / "test.tsv").open("a") as judgements:
        judgements.write("q2\td1\t1\n")
    first, second = QuestionSet.load(folder).questions
    assert first.topic == second.topic == "A & B"
    assert first.half == second.half
