import pytest

from functions.answer.endpoints.completions import CompletionRequest

ASKED = {"role": "user", "content": "Which port?"}


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [ASKED], "stream": None, "stream_options": None},
        {"messages": [ASKED], "stream": True, "stream_options": {"include_usage": None}},
        {"messages": [{"role": "assistant", "content": None}, ASKED]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "text": None}]}, ASKED]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": None}]}, ASKED]},
    ],
)
def test_what_a_client_leaves_open_may_be_null(body: dict[str, object]) -> None:
    messages = CompletionRequest.model_validate(body).question().messages or []
    assert messages[-1].content == "Which port?"
    assert [message.content for message in messages[:-1]] in ([], [""])
