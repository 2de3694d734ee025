from bench.planting import FAITHFUL, plant
from footnote.evaluation.questions import Question

TEXTS = {
    "tea": "Tea is old. The house tea was picked by Ada Brandt in 1903.",
    "mill": "The mill of Tolm burned in 1702. Odo Fenn ground barley there.",
}


def asked(id: str, document: str, answer: str) -> Question:
    return Question(id, f"{id}?", {document: 1.0}, (answer,), document)


def planted(*questions: Question) -> set[tuple[str, str]]:
    return {(one.kind, one.text) for one in plant(questions, TEXTS) if one.question.id == "q"}


def test_what_the_document_says_is_changed_in_one_thing() -> None:
    found = planted(asked("q", "tea", "Ada Brandt"), asked("r", "mill", "Odo Fenn"))
    assert found == {
        (FAITHFUL, "The house tea was picked by Ada Brandt in 1903."),
        ("another name", "The house tea was picked by Odo Fenn in 1903."),
        ("denied", "The house tea was not picked by Ada Brandt in 1903."),
        ("of another article", "Odo Fenn ground barley there."),
    }


def test_a_number_is_changed_for_a_number() -> None:
    found = planted(asked("q", "tea", "1903"), asked("r", "mill", "Tolm"), asked("s", "mill", "1702"))
    assert ("another number", "The house tea was picked by Ada Brandt in 1702.") in found


def test_where_no_sentence_says_the_answer_nothing_is_planted() -> None:
    assert not planted(asked("q", "tea", "Odo Fenn"))
