import pytest

from functions.answer.question.framing import without_frame


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Explain how the index is updated", "how the index is updated"),
        ("Can you explain what a manifest is?", "what a manifest is?"),
        ("Could you please describe the rate limit?", "the rate limit?"),
        ("Please tell me about the settings.", "the settings."),
        ("Hi, tell me, please: when is pay day?", "when is pay day?"),
        ("Show me the steps to install", "the steps to install"),
        ("I'd like to know how answers are cited", "how answers are cited"),
        ("I want to know more about credentials", "credentials"),
        ("Do you know when the office opens?", "when the office opens?"),
        ("What can you tell me about Redis?", "Redis?"),
        ("What does the document say about travel?", "travel?"),
        ("Hello! How many days of leave do I get?", "How many days of leave do I get?"),
        ("Bitte erklären Sie mir die Kündigungsfrist.", "die Kündigungsfrist."),
        ("Kannst du mir sagen, wer das Formular unterschreibt?", "wer das Formular unterschreibt?"),
        ("Pouvez-vous m'expliquer la garantie ?", "la garantie ?"),
        ("¿Puedes decirme cuándo abre la oficina?", "cuándo abre la oficina?"),
    ],
)
def test_the_frame_of_a_question_is_left_out(question: str, asked: str) -> None:
    assert without_frame(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "What can you tell me?",
        "Tell me more.",
        "Hello",
        "Can you return a gift?",
        "Do I need a visa?",
        "Show line numbers",
        "Give notice before 1 May?",
        "I lost my badge. What now?",
        "What does the lease say about pets?",
        "How do I show hidden files?",
        "Explaining variance: how?",
        "",
    ],
)
def test_a_question_without_a_frame_or_with_nothing_else_stays_whole(question: str) -> None:
    assert without_frame(question) == question
