"""Another model and chunking, on both stores, while questions are asked: none fails, none is in vain."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import threading
from collections.abc import Iterator

import pytest
import requests

from footnote.settings import Settings
from footnote.store import Generation, Query, Store, open_store
from tests.embedding_model import EmbeddingModel, vector
from tests.system.footnote_up import FOOTNOTE, FootnoteUp, eventually, pid_of, run

PLACES = ["Arden", "Bexley", "Corrin", "Dunmore", "Elstow", "Farndon", "Garth", "Halden"]
GOODS = ["acorns", "barley", "chestnuts", "dates", "emmer", "fennel", "ginger", "hops"]
PROMPTS = {"query": "search_query: ", "document": "search_document: "}
"""Those of the model `second`."""
SECOND = 'second "search_document: "'
"""Its fingerprint."""
REINDEX = ["reindex", "--model", "second", "--chunking", "characters-120-20", "--yes"]


def text(place: str, goods: str) -> str:
    fillers = "\n\n".join(f"Notice {n} of {place} speaks of weather number {n}." for n in range(12))
    return f"The mill of {place} grinds {goods}.\n\n{fillers}"


class Reader(threading.Thread):
    """Asks one question after another, and notes what was wrong with an answer."""

    def __init__(self, footnote: FootnoteUp) -> None:
        super().__init__(daemon=True)
        self._footnote = footnote
        self._done = threading.Event()
        self.answers = 0
        self.wrong: list[str] = []
        self.searched: dict[str, str] = {}
        """Models by the index that was searched with their vectors, in the order of their first use."""

    def run(self) -> None:
        while not self._done.is_set():
            for place, goods in zip(PLACES, GOODS, strict=True):
                self._ask(f"What does the mill of {place} grind?", goods)
                self._search(f"mill of {place}", goods)

    def stop(self) -> None:
        self._done.set()
        self.join(60)

    def asks_on(self, more: int = 3) -> None:
        """Return when it had further answers."""
        count = self.answers + more
        eventually(lambda: self.answers >= count or self.wrong)

    def _ask(self, question: str, goods: str) -> None:
        response = requests.post(f"{self._footnote.url}/query", json={"query": question}, timeout=60)
        answer = response.json()
        if not response.ok or goods not in answer["answer"] or answer["notices"]:
            self.wrong.append(f"{question} {response.status_code} {answer}")
        self.answers += 1

    def _search(self, query: str, goods: str) -> None:
        url, asked = self._footnote.urls["retrieve_url"], {"query": query, "mode": "vector", "top_k": 20}
        answer = requests.post(url, json=asked, timeout=60).json()
        if not any(goods in hit["text"] for hit in answer.get("hits", ())):
            self.wrong.append(f"{query} {answer}")
        elif self.searched.setdefault(answer["index"], answer["model"]) != answer["model"]:
            self.wrong.append(f"{query}: {answer['index']} searched with {answer['model']}")


@pytest.fixture(scope="module")
def model() -> EmbeddingModel:
    return EmbeddingModel()


@pytest.fixture(scope="module", params=["sqlite", "elasticsearch"])
def up(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, model: EmbeddingModel
) -> Iterator[FootnoteUp]:
    environ = {"FOOTNOTE_STORE": request.param, "FOOTNOTE_EMBEDDING_MODEL": "first"}
    if request.param == "elasticsearch":
        environ["FOOTNOTE_ELASTICSEARCH_URL"] = request.getfixturevalue("elasticsearch_url")
        environ["FOOTNOTE_INDEX"] = f"reindex-{secrets.token_hex(4)}"
    with model.running() as url:
        environ |= {"FOOTNOTE_EMBEDDING_BASE_URL": url, "FOOTNOTE_EMBEDDING_BATCH": "4"}
        environ["FOOTNOTE_EMBEDDING_PROMPTS"] = json.dumps({"second": PROMPTS})
        footnote = FootnoteUp(tmp_path_factory.mktemp(request.param), environ)
        for place, goods in zip(PLACES, GOODS, strict=True):
            footnote.put(f"{place}.txt", text(place, goods))
        footnote.put("gone.txt", text("Ilmington", "indigo"))
        with footnote:
            yield footnote


@pytest.fixture
def reader(up: FootnoteUp) -> Iterator[Reader]:
    reader = Reader(up)
    reader.start()
    yield reader
    reader.stop()


def test_no_question_fails_through_a_reindex_a_switch_and_a_rollback(
    up: FootnoteUp, reader: Reader, model: EmbeddingModel
) -> None:
    reader.asks_on()
    _interrupted(up, model)
    up.put("new.txt", text("Jarrow", "juniper"))
    (up.bucket / "gone.txt").unlink()
    said = up.run(*REINDEX)
    assert "of the best 5 passages are in both" in said
    assert f"Answers now come from {SECOND}, characters-120-20-named" in said
    up.becomes("new.txt", "indexed")
    eventually(lambda: asyncio.run(_shown(up, "Jarrow")) == {"first": True, SECOND: True})
    eventually(lambda: asyncio.run(_shown(up, "Ilmington")) == {"first": False, SECOND: False})
    reader.asks_on()
    up.put("later.txt", text("Kelso", "kale"))
    up.becomes("later.txt", "indexed")
    eventually(lambda: "kale" in up.ask("What does the mill of Kelso grind?")["answer"])
    back = ["reindex", "--rollback", "--yes", "--model", "second"]
    assert "Answers now come from first" in up.run(*back)
    assert "Not rolled back" in up.run(*back)
    eventually(lambda: "kale" in up.ask("What does the mill of Kelso grind?")["answer"])
    reader.asks_on()
    reader.stop()
    assert reader.wrong == []
    assert list(reader.searched.values()) == ["first", SECOND]
    status = up.run("reindex", "--status")
    assert "live    first, wordpieces" in status
    assert f"before  {SECOND}, characters" in status
    assert not [text for text in model.texts["first"] if text.startswith("search_")]
    for prompt in PROMPTS.values():
        assert any(text.startswith(prompt) for text in model.texts["second"])
    assert all(text.startswith(tuple(PROMPTS.values())) for text in model.texts["second"])
    assert "Removed" in up.run("reindex", "--drop")
    assert up.run("reconcile", "--dry-run") == "The index agrees with the bucket.\n"


def test_a_model_on_trial_or_gone_keeps_no_document_from_the_answers(
    up: FootnoteUp, model: EmbeddingModel
) -> None:
    model.refused["second"] = "leeks"
    up.put("Lorton.txt", text("Lorton", "leeks"))
    assert "Lorton.txt: Its text cannot be embedded" in up.run(*REINDEX, code=1)
    up.put("Lorton.txt", text("Lorton", "leeks and sorrel"))
    eventually(lambda: "sorrel" in up.ask("What does the mill of Lorton grind?")["answer"])
    assert "characters-120-20-named" in up.run("reindex", "--status")
    assert ", lacks 1 documents" in up.run("reindex", "--status")
    model.gone.add("second")
    up.put("Lorton.txt", text("Lorton", "rye"))
    eventually(lambda: "rye" in up.ask("What does the mill of Lorton grind?")["answer"])
    model.refused.clear()
    model.gone.clear()
    assert "Answers now come from second" in up.run(*REINDEX)
    eventually(lambda: "rye" in up.ask("What does the mill of Lorton grind?")["answer"])
    model.gone.add("first")
    up.put("Lorton.txt", text("Lorton", "lentils"))
    eventually(lambda: "lentils" in up.ask("What does the mill of Lorton grind?")["answer"])
    # A listing may be a second old.
    eventually(lambda: not run("reconcile", "--dry-run", environ=up.environ).returncode)
    refused = up.run("reindex", "--rollback", "--yes", code=2)
    assert "of first lacks 1 documents, and its model is not available" in refused
    model.gone.clear()
    assert "Answers now come from first" in up.run("reindex", "--rollback", "--yes")
    eventually(lambda: "lentils" in up.ask("What does the mill of Lorton grind?")["answer"])


def _interrupted(up: FootnoteUp, model: EmbeddingModel) -> None:
    """The command and ingest, killed in the middle of the work."""
    model.delay, before = 0.2, len(model.texts["second"])
    command = subprocess.Popen([*FOOTNOTE, *REINDEX], env=up.environ, stderr=subprocess.DEVNULL)
    eventually(lambda: len(model.texts["second"]) > before + 20)
    victim = pid_of(up, "ingest")
    command.kill()
    os.kill(victim, signal.SIGKILL)
    command.wait()
    model.delay = 0.0
    eventually(lambda: pid_of(up, "ingest") != victim)
    assert f"next    {SECOND}, characters" in up.run("reindex", "--status")


async def _shown(up: FootnoteUp, place: str) -> dict[str, bool]:
    """Whether each generation of the index shows the document, by its model."""
    given = {name: value for name, value in up.environ.items() if name.startswith("FOOTNOTE_")}
    store = open_store(Settings.from_environ(given))
    try:
        return {each.recipe.model: await _has(store, each, place) for each in await store.generations()}
    finally:
        await store.close()


async def _has(store: Store, generation: Generation, place: str) -> bool:
    asked = f"The mill of {place} grinds"
    query = Query(
        asked,
        vector=vector(asked, generation.recipe.model.partition(" ")[0]),
        model=generation.recipe.model,
        index=generation.name,
    )
    return any(f"mill of {place}" in hit.text for hit in (await store.search(query)).passages)
