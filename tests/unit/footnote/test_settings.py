import os
from pathlib import Path

import pytest

from footnote.errors import Misconfigured
from footnote.settings import Settings

COUNTS = ["embedding_batch", "rerank_candidates", "chat_max_tokens", "object_limit", "text_limit"]
COUNTS += ["parse_memory", "concurrency", "body_limit", "dead_letter_days"]
SECONDS = ["bucket_interval", "embedding_timeout", "rerank_timeout", "stage_timeout"]
SECONDS += ["chat_timeout", "chat_patience", "parse_timeout"]
OPTIONAL = ["index_days", "embedding_dimensions", "embedding_threads", "chunk_overlap", "rate_limit"]
OPTIONAL += ["client_daily_tokens", "total_daily_tokens", "remember", "answer_cache"]
OPTIONAL += ["price_prompt", "price_completion"]
SMALLEST: dict[str, tuple[float, float]] = {
    **dict.fromkeys(COUNTS, (1, 0)),
    **dict.fromkeys(SECONDS, (0.1, 0)),
    **dict.fromkeys(OPTIONAL, (0, -1)),
    "chunk_size": (16, 15),
    "refusal_threshold": (0, -0.1),
}
"""The smallest value of each number, and one that is too small."""
LARGEST: dict[str, tuple[float, float]] = {
    "embedding_batch": (2048, 2049),
    "rerank_candidates": (100, 101),
    "refusal_threshold": (1, 1.1),
}


def test_every_setting_has_a_default() -> None:
    assert Settings.from_environ({}).store == "sqlite"


def test_settings_come_from_the_environment_and_empty_values_count_as_unset() -> None:
    settings = Settings.from_environ(
        {"FOOTNOTE_STORE": "elasticsearch", "FOOTNOTE_INDEX": "", "HOME": "/x"}
    )
    assert (settings.store, settings.index) == ("elasticsearch", "footnote")


def test_a_wrong_value_is_refused_in_one_sentence_that_names_it() -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_environ({"FOOTNOTE_EMBEDDING_BATCH": "many"})
    assert refused.value.message.startswith("FOOTNOTE_EMBEDDING_BATCH='many': ")
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("FOOTNOTE_UPLOADS", "maybe", "on or off"),
        ("FOOTNOTE_EMBEDDING_BATCH", "many", "a whole number"),
        ("FOOTNOTE_CHAT_TIMEOUT", "long", "a number"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_a_hint(name: str, value: str, wanted: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_environ({name: value})
    assert refused.value.message == f"{name}={value!r}: use {wanted}."


@pytest.mark.parametrize(("name", "edge"), [*SMALLEST.items(), *LARGEST.items()])
def test_a_number_outside_its_range_is_refused(name: str, edge: tuple[float, float]) -> None:
    last, beyond = edge
    variable = f"FOOTNOTE_{name.upper()}"
    assert getattr(Settings.from_environ({variable: str(last)}), name) == last
    with pytest.raises(Misconfigured, match=f"^{variable}='{beyond}': "):
        Settings.from_environ({variable: str(beyond)})


def test_every_number_has_a_range() -> None:
    numbers = {name for name, of in Settings.model_fields.items() if of.annotation in (int, float)}
    assert numbers == SMALLEST.keys()


def test_a_misspelt_setting_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(
        Misconfigured, match="FOOTNOTE_BUKET is not a setting; did you mean FOOTNOTE_BUCKET"
    ):
        Settings.from_environ({"FOOTNOTE_BUKET": "x"})


def test_an_invalid_group_rule_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"FOOTNOTE_GROUP_RULES='hr/=': .* names no group"):
        Settings.from_environ({"FOOTNOTE_GROUP_RULES": "hr/="})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"chat_model": "m"}, "FOOTNOTE_CHAT_MODEL needs FOOTNOTE_CHAT_BASE_URL"),
        ({"chat_base_url": "http://x/v1"}, "FOOTNOTE_CHAT_BASE_URL needs FOOTNOTE_CHAT_MODEL"),
    ],
)
def test_half_a_chat_model_is_refused(given: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        _ = Settings.model_validate(given).has_chat_model


def test_a_chat_model_is_configured_or_not() -> None:
    assert Settings(chat_base_url="http://x/v1", chat_model="m").has_chat_model
    assert not Settings().has_chat_model


def test_a_secret_is_read_again_when_its_file_changes(tmp_path: Path) -> None:
    settings = Settings.from_environ({"FOOTNOTE_SECRETS": str(tmp_path)})
    assert settings.secret("chat-key") is None
    (tmp_path / "chat-key").write_text("one\n")
    assert settings.secret("chat-key") == "one"
    (tmp_path / "chat-key").write_text("two")
    assert settings.secret("chat-key") == "two"


def test_an_unreadable_secret_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "chat-key"
    file.write_text("one")
    settings = Settings(secrets=tmp_path)
    if os.geteuid():  # root may read it
        file.chmod(0)
        with pytest.raises(Misconfigured, match="cannot be read: Permission denied"):
            settings.secret("chat-key")
    file.unlink()
    file.mkdir()
    with pytest.raises(Misconfigured) as refused:
        settings.secret("chat-key")
    assert refused.value.message == f"The secret file {file} cannot be read: Is a directory."


def test_a_secret_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "chat-key").write_bytes(b"\xff\xfe")
    with pytest.raises(Misconfigured, match="chat-key cannot be read: it is not UTF-8"):
        Settings(secrets=tmp_path).secret("chat-key")


@pytest.mark.parametrize(
    "name",
    [
        *("bucket_endpoint", "elasticsearch_url", "oidc_issuer"),
        *("chat_base_url", "embedding_base_url", "rerank_base_url"),
    ],
)
def test_a_url_without_its_scheme_is_refused_at_the_start_and_not_by_each_call(name: str) -> None:
    variable = f"FOOTNOTE_{name.upper()}"
    with pytest.raises(Misconfigured) as failure:
        Settings.from_environ({variable: "models:8000/v1"})
    assert failure.value.message == f"{variable}='models:8000/v1': begin it with http:// or https://."
    assert getattr(Settings.from_environ({variable: "http://models:8000/v1"}), name)
    assert Settings.from_environ({variable: ""}) == Settings()
