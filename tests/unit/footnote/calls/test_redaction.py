from __future__ import annotations

import json

import pytest

from footnote.calls.redaction import MAX_LENGTH, MAX_READ, redact

QUESTION = "My wife Ada Lovelace has HIV; on which port does it listen?"
PROMPT = f'<passage number="1">\nThe port is 8080.\n</passage>\n\n<question>\n{QUESTION}\n</question>'
SECRET = ("wife", "Ada", "Lovelace", "HIV")


@pytest.mark.parametrize(
    "said",
    [
        f"bad input: {QUESTION}",
        f"bad input: {PROMPT[-40:]}",
        f"bad input: {PROMPT[-70:-20]}",
        f"bad input: {PROMPT!r}",
        f"bad input: {' '.join(QUESTION.upper().split())}",
        json.dumps({"detail": [{"type": "extra_forbidden", "msg": "no", "input": PROMPT}]}),
        json.dumps({"error": json.dumps({"input": PROMPT})}),
        f"{PROMPT} " * (MAX_READ // len(PROMPT)),
    ],
)
def test_a_repeated_request_is_redacted_however_it_is_quoted(said: str) -> None:
    told = redact(said, [PROMPT])
    assert not [word for word in SECRET if word in told]
    assert "…" in told


@pytest.mark.parametrize("text", ["Epilepsy?", "Ada?", "東京の人口は何人ですか", "Wie heißt Zoë?"])
@pytest.mark.parametrize("quote", [str, repr, json.dumps])
def test_a_repeated_short_text_is_redacted(text: str, quote: type[str]) -> None:
    told = redact(f"Invalid input {quote(text)} (code 7)", [f"<question>\n{text}\n</question>"])
    assert told.replace('"', "").replace("'", "").replace("?", "") == "Invalid input … (code 7)"


@pytest.mark.parametrize(
    "said",
    [
        "The model `text-embedding-3-small` does not exist (code: model_not_found).",
        '{"error": {"message": "Unsupported parameter", "type": "invalid_request_error"}}',
        "This model's maximum context length is 8192 tokens.",
        "Authentication failed.",
    ],
)
def test_the_endpoints_own_words_are_kept(said: str) -> None:
    assert redact(said, [PROMPT, "A model with a parameter of authentication."]) == said


def test_a_long_message_is_cut() -> None:
    assert redact("x" * 1000, []) == "x" * MAX_LENGTH
