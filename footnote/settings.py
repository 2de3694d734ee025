"""Settings from environment variables, and secrets from files, which are read at each use."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from footnote.embedding_prompts import EXAMPLE, parse_prompts
from footnote.errors import Misconfigured
from footnote.groups import GroupRules

PREFIX = "FOOTNOTE_"
HINTS = {
    "bool_parsing": "use on or off",
    "int_parsing": "use a whole number",
    "float_parsing": "use a number",
    "string_pattern_mismatch": "begin it with http:// or https://",
}
"""What to give instead, by the type of pydantic's error."""
URL = "^(https?://|$)"


class Settings(BaseModel):
    """Every setting, with a default that works on a laptop. FIELD is set by FOOTNOTE_FIELD."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path = Field(
        Path(".footnote"), description="folder of the local index, logs and dead letters"
    )
    secrets: Path = Field(Path("/etc/footnote/secrets"), description="folder of the secret files")
    bucket: str = Field("./bucket", description="folder, s3://NAME, gs://NAME or az://NAME")
    bucket_endpoint: str = Field("", pattern=URL, description="URL of an S3-compatible server")
    bucket_region: str = Field("us-east-1", description="region of an S3 bucket")
    bucket_interval: float = Field(
        30, gt=0, description="seconds between two listings of a cloud bucket"
    )
    former_buckets: str = Field(
        "", description="buckets whose documents reconcile removes, as s3://a,s3://b"
    )
    group_rules: str = Field(
        "", description="groups that may read a prefix, as hr/=hr,board; finance/=finance"
    )

    store: Literal["sqlite", "elasticsearch"] = Field(
        "sqlite", description="where the index is: sqlite or elasticsearch"
    )
    elasticsearch_url: str = Field(
        "http://127.0.0.1:9200", pattern=URL, description="URL of Elasticsearch"
    )
    elasticsearch_ca: Path | None = Field(
        None, description="CA certificate file that verifies it; empty: the system's"
    )
    index: str = Field("footnote", description="prefix of every index name")
    index_days: int = Field(7, ge=0, description="days a replaced index is kept current, for a rollback")

    embed_url: str = Field("http://127.0.0.1:8081", description="URL of embed")
    retrieve_url: str = Field("http://127.0.0.1:8082", description="URL of retrieve")
    answer_url: str = Field("http://127.0.0.1:8080", description="URL of answer")
    ingest_url: str = Field("http://127.0.0.1:8083", description="URL of ingest, or of a broker")

    embedding_base_url: str = Field(
        "", pattern=URL, description="OpenAI-compatible endpoint; empty: the local model"
    )
    embedding_model: str = Field(
        "all-MiniLM-L6-v2", description="model of a new index: a name or a folder"
    )
    embedding_models: Path = Field(Path("models"), description="folder with more models, for reindex")
    embedding_dimensions: int = Field(
        0, ge=0, description="dimensions to ask of the endpoint; 0: its default"
    )
    embedding_prompts: str = Field("", description=f"JSON of the prompts that models need, as {EXAMPLE}")
    embedding_batch: int = Field(64, ge=1, le=2048, description="texts per call of the endpoint")
    embedding_threads: int = Field(
        0, ge=0, description="texts embedded in parallel; 0: one per core, at most 16"
    )
    embedding_timeout: float = Field(30, gt=0, description="seconds one call of the endpoint may take")

    rerank_base_url: str = Field(
        "", pattern=URL, description="endpoint with /rerank; empty: no reranking"
    )
    rerank_model: str = Field("", description="name of the reranking model")
    rerank_candidates: int = Field(25, ge=1, le=100, description="passages to rerank")
    rerank_timeout: float = Field(5, gt=0, description="seconds one call of the endpoint may take")

    stage_timeout: float = Field(
        20, gt=0, description="seconds answer waits for embed, and for retrieve"
    )

    chat_base_url: str = Field(
        "", pattern=URL, description="OpenAI-compatible endpoint; empty: extractive answers"
    )
    chat_model: str = Field("", description="name of the chat model")
    chat_timeout: float = Field(60, gt=0, description="seconds one completion may take")
    chat_patience: float = Field(20, gt=0, description="seconds a stream may pause")
    chat_max_tokens: int = Field(1024, ge=1, description="maximum tokens of one completion")

    chunk_size: int = Field(
        250, ge=16, description="size of a new index's chunks, in FOOTNOTE_CHUNK_UNIT"
    )
    chunk_overlap: int = Field(50, ge=0, description="overlap of two chunks, in the same unit")
    chunk_unit: Literal["wordpieces", "characters"] = Field(
        "wordpieces", description="unit of chunk sizes: wordpieces or characters"
    )

    object_limit: int = Field(
        50_000_000, ge=1, description="maximum bytes of an object; larger ones fail"
    )
    uploads: bool = Field(False, description="on: readers may upload documents")
    text_limit: int = Field(
        20_000_000, ge=1, description="maximum characters of an object's text; longer ones fail"
    )
    parse_timeout: float = Field(60, gt=0, description="CPU seconds that parsing one object may take")
    parse_memory: int = Field(1_000_000_000, ge=1, description="bytes of memory that the parser may use")
    concurrency: int = Field(2000, ge=1, description="concurrent requests per process; more get a 503")
    body_limit: int = Field(4_000_000, ge=1, description="maximum bytes of a request")

    dead_letter_days: int = Field(30, ge=1, description="days that dead letters are kept")
    dead_letters_url: str = Field(
        "", description="URL of the function that keeps them; empty: the local folder"
    )

    fusion: Literal["minmax", "reciprocal"] = Field(
        "minmax", description="how keyword and vector results are fused: minmax or reciprocal"
    )
    refusal_threshold: float = Field(
        0.5, ge=0, le=1, description="evidence, 0 to 1, below which a question is refused"
    )

    auth: Literal["off", "required"] = Field(
        "off", description="whether callers must authenticate: off or required"
    )
    key: str = Field("", description="API key that the command line sends to answer")
    oidc_issuer: str = Field(
        "", pattern=URL, description="URL of an OpenID Connect issuer; empty: keys only"
    )
    oidc_audience: str = Field("", description="audience that tokens must have")
    oidc_groups_claim: str = Field(
        "groups", description="claim of a token that lists its subject's groups"
    )

    redis_url: str = Field(
        "", description="redis:// URL for limits across pods; empty: each process counts alone"
    )
    rate_limit: int = Field(0, ge=0, description="requests per minute and client; 0: no limit")
    client_daily_tokens: int = Field(0, ge=0, description="tokens per UTC day and client; 0: no limit")
    total_daily_tokens: int = Field(
        0, ge=0, description="tokens per UTC day of all clients; 0: no limit"
    )
    limits_fail: Literal["open", "closed"] = Field(
        "open", description="if Redis is down: open (no limits) or closed (503)"
    )
    budget_spent: Literal["refuse", "extractive"] = Field(
        "refuse", description="once the total is spent: refuse (429) or extractive answers"
    )

    remember: int = Field(4096, ge=0, description="questions whose passages are cached; 0: none")
    answer_cache: float = Field(0, ge=0, description="seconds a chat model's answer is cached; 0: off")

    price_prompt: float = Field(0, ge=0, description="price of a million prompt tokens")
    price_completion: float = Field(0, ge=0, description="price of a million completion tokens")
    log_questions: bool = Field(False, description="on: log the text of questions")

    @field_validator("group_rules")
    @classmethod
    def _check_group_rules(cls, rules: str) -> str:
        GroupRules.parse(rules)
        return rules

    @field_validator("embedding_prompts")
    @classmethod
    def _are_prompts(cls, prompts: str) -> str:
        parse_prompts(prompts)
        return prompts

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read FOOTNOTE_* of `environ`; an empty value counts as unset. Raises Misconfigured."""
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX) and value
        }
        for name in given.keys() - cls.model_fields.keys():
            raise Misconfigured(_unknown(name, list(cls.model_fields)))
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            hint = HINTS.get(first["type"], first["msg"].removeprefix("Value error, "))
            raise Misconfigured(f"{name}={first['input']!r}: {hint}.") from None

    @property
    def has_chat_model(self) -> bool:
        """Raises Misconfigured when only one of URL and name is set."""
        if self.chat_model and not self.chat_base_url:
            raise Misconfigured(
                "FOOTNOTE_CHAT_MODEL needs FOOTNOTE_CHAT_BASE_URL, the address of its endpoint."
            )
        if self.chat_base_url and not self.chat_model:
            raise Misconfigured(
                "FOOTNOTE_CHAT_BASE_URL needs FOOTNOTE_CHAT_MODEL, the name of a model at that endpoint."
            )
        return bool(self.chat_model)

    def secret(self, name: str) -> str | None:
        """The present content of the secret file `name`, stripped; None when there is no such file.

        Raises Misconfigured for a file that exists but cannot be read: if it were ignored, calls would
        fail for a reason that nobody can see.
        """
        file = f"{self.secrets}/{name}"
        try:
            with open(file, encoding="utf-8") as content:
                return content.read().strip() or None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Misconfigured(f"The secret file {file} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise Misconfigured(f"The secret file {file} cannot be read: it is not UTF-8.") from None


@cache
def get_settings() -> Settings:
    """The settings of this process, read from its environment at the first call."""
    return Settings.from_environ(os.environ)


def _unknown(name: str, names: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=1)
    hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else "."
    return f"{PREFIX}{name.upper()} is not a setting{hint}"
