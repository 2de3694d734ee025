"""Who may ask, and what each may read: real processes, keys in a file, tokens of a real issuer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import openai
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import rsa

from footnote.api_keys import generate_key
from footnote.cli.main import main
from footnote.settings import Settings
from footnote.store import document_id, open_store
from tests.processes import Answer, Process, System
from tests.stub import Reply, Request, Stub

QUESTION = {"query": "What is the salary of the director?"}
SECRET = "The salary of the director is 90000 dollars."
PUBLIC = "The director of the museum is Ada."
GUARDED = [
    ("POST", "/chat"),
    ("POST", "/query"),
    ("POST", "/v1/chat/completions"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/footnote"),
    ("GET", "/documents"),
    ("GET", "/documents/0"),
    ("POST", "/"),
]
OPEN = ["/", "/assets/app.js", "/health", "/health/liveness", "/health/readiness", "/metrics"]

SIGNING = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer(Stub):
    """An OpenID Connect issuer with one key."""

    def __init__(self) -> None:
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Reply:
        if "well-known" in request.path:
            return Reply(body={"jwks_uri": f"{self.url}/keys"})
        key = jwt.algorithms.RSAAlgorithm.to_jwk(SIGNING.public_key(), as_dict=True)
        return Reply(body={"keys": [{**key, "kid": "one"}]})

    def token(self, **claims: Any) -> str:
        given = {"iss": self.url, "aud": "footnote", "sub": "eve", "exp": time.time() + 300, **claims}
        return jwt.encode(given, SIGNING, "RS256", {"kid": "one"})


class Site:
    """A public document, one of the group `board`, and an answer that asks who asks."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.system = System(folder, stack)
        self.secrets = folder / "secrets"
        self.secrets.mkdir()
        self.issuer = stack.enter_context(Issuer())
        self.system.start("embed")
        self.system.start("retrieve")
        ingest = self.system.start("ingest")
        self.system.index(ingest, "public.md", PUBLIC)
        self.system.index(ingest, "secret.md", SECRET)
        asyncio.run(self.restrict("secret.md", "board"))
        self.system.settings |= {
            "auth": "required",
            "secrets": self.secrets,
            "oidc_issuer": self.issuer.url,
            "oidc_audience": "footnote",
        }
        self.answer = self.system.start("answer")

    async def restrict(self, key: str, group: str) -> None:
        store = open_store(Settings(state=self.system.folder / "state"))
        manifest = await store.manifest(document_id(f"{self.system.bucket.as_uri()}/{key}"))
        assert manifest is not None
        await store.commit(replace(manifest, sequence=manifest.sequence + 1, groups=(group,)))
        await store.close()

    def key(self, *groups: str) -> str:
        """Of a new holder, who alone may ask now."""
        key, holder = generate_key("ada", groups)
        (self.secrets / "api-keys").write_text(f"{holder}\n")
        return key


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path_factory.mktemp("identity"), stack)


def ask(answer: Process, bearer: str, body: object = QUESTION) -> Answer:
    return answer.post("/chat", body, {"authorization": f"Bearer {bearer}"})


@pytest.mark.parametrize(("method", "path"), GUARDED)
@pytest.mark.parametrize("authorization", [{}, {"authorization": "Bearer fn_guess"}])
def test_strangers_get_nothing(
    site: Site, method: str, path: str, authorization: dict[str, str]
) -> None:
    if method == "GET":
        reply = site.answer.get(path, **authorization)
    else:
        reply = site.answer.post(path, b"what is no JSON", authorization)
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert "error" in reply.json


@pytest.mark.parametrize("path", OPEN)
def test_the_page_and_the_health_are_there_for_all(site: Site, path: str) -> None:
    assert site.answer.get(path).status == 200


def test_the_groups_of_a_key_decide_what_its_holder_reads(site: Site) -> None:
    assert "90000" in ask(site.answer, site.key("board")).json["answer"]
    assert "90000" not in ask(site.answer, site.key("staff")).body.decode()


def test_the_groups_of_a_token_decide_likewise(site: Site) -> None:
    assert "90000" in ask(site.answer, site.issuer.token(groups=["board"])).json["answer"]
    assert "90000" not in ask(site.answer, site.issuer.token()).body.decode()
    assert ask(site.answer, site.issuer.token(aud="another")).status == 401


def test_nobody_gives_himself_a_group(site: Site) -> None:
    key = site.key("staff")
    refused = ask(site.answer, key, {**QUESTION, "groups": ["board"]})
    assert (refused.status, "groups" in refused.json["error"]["message"]) == (422, True)
    listed = site.answer.get("/documents?groups=board", authorization=f"Bearer {key}").json
    assert [document["key"] for document in listed["documents"]] == ["public.md"]


def test_a_document_is_not_even_known_to_those_who_may_not_read_it(site: Site) -> None:
    secret = document_id(f"{site.system.bucket.as_uri()}/secret.md")
    statuses = {
        group: site.answer.get(f"/documents/{secret}", authorization=f"Bearer {site.key(group)}").status
        for group in ("board", "staff")
    }
    assert statuses == {"board": 200, "staff": 404}


def test_a_key_that_is_taken_away_opens_nothing_any_more(site: Site) -> None:
    key = site.key()
    assert ask(site.answer, key).status == 200
    (site.secrets / "api-keys").write_text("")
    assert ask(site.answer, key).status == 401


def test_openais_client_shows_its_key(site: Site) -> None:
    client = openai.OpenAI(base_url=f"{site.answer.url}/v1", api_key=site.key("board"), max_retries=0)
    messages = [{"role": "user", "content": QUESTION["query"]}]
    reply = client.chat.completions.create(model="any", messages=messages)  # type: ignore[arg-type]
    assert "90000" in (reply.choices[0].message.content or "")
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="fn_guess").models.list()


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_the_command_line_shows_its_key(site: Site, as_json: list[str]) -> None:
    command = ["ask", QUESTION["query"], "--url", site.answer.url, *as_json]
    key = site.key("board")
    known = CliRunner().invoke(main, command, env={"FOOTNOTE_KEY": key})
    assert "90000" in known.output
    stranger = CliRunner().invoke(main, command)
    assert (stranger.exit_code, "pass it with `--key`" in stranger.output) == (2, True)


def test_each_caller_has_limits_of_its_own(site: Site) -> None:
    with Process("answer", site.system.folder, {**site.system.settings, "rate_limit": 2}) as answer:
        callers = [site.key(), site.issuer.token(), site.issuer.token(sub="mallory")]
        statuses = [[ask(answer, caller).status for _ in range(3)] for caller in callers]
    assert statuses == [[200, 200, 429]] * 3
