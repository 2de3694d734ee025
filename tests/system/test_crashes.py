"""Processes that are killed in the middle of work: nothing is lost, and no half document is seen."""

import os
import signal
from typing import Any

import pytest
import requests

from tests.system.footnote_up import FootnoteUp, eventually, pid_of

DOCUMENTS = 16


def text(folder: str, number: int, edition: str) -> str:
    facts = (
        f"Clause {n} of the {edition} charter {folder}{number} concerns duty {n}." for n in range(30)
    )
    return "\n\n".join(facts)


def write(footnote: FootnoteUp, folder: str, edition: str) -> dict[str, str]:
    texts = {f"{folder}/{n}.txt": text(folder, n, edition) for n in range(DOCUMENTS)}
    for key, content in texts.items():
        footnote.put(key, content)
    return texts


def indexed(footnote: FootnoteUp, folder: str) -> dict[str, dict[str, Any]]:
    found = footnote.documents().items()
    return {
        key: each for key, each in found if key.startswith(f"{folder}/") and each["state"] == "indexed"
    }


def pieces(footnote: FootnoteUp, document: dict[str, Any]) -> list[dict[str, Any]]:
    found = requests.get(f"{footnote.url}/documents/{document['id']}", timeout=60)
    assert found.ok, found.text
    return list(found.json()["passages"])


def agrees(footnote: FootnoteUp, texts: dict[str, str], folder: str) -> bool:
    """Whether every document of the folder is indexed with all of its present text and no other."""
    documents = indexed(footnote, folder)
    return documents.keys() == texts.keys() and all(
        _covers(pieces(footnote, documents[key]), content) for key, content in texts.items()
    )


def _covers(passages: list[dict[str, Any]], content: str) -> bool:
    right = all(content[each["start"] : each["end"]] == each["text"] for each in passages)
    return right and passages[0]["start"] == 0 and passages[-1]["end"] == len(content)


@pytest.mark.parametrize("name", ["ingest", "embed", "retrieve", "answer"])
def test_a_killed_function_loses_nothing(footnote: FootnoteUp, name: str) -> None:
    write(footnote, name, "first")
    eventually(lambda: len(indexed(footnote, name)) > 1)
    victim = pid_of(footnote, name)
    os.kill(victim, signal.SIGKILL)
    texts = write(footnote, name, "second")
    eventually(lambda: pid_of(footnote, name) != victim)
    eventually(lambda: agrees(footnote, texts, name))
    assert f"{name} ended with SIGKILL and is being restarted" in footnote.said()


def test_what_changed_while_nothing_ran_is_found_at_the_start(footnote: FootnoteUp) -> None:
    texts = write(footnote, "restart", "first")
    eventually(lambda: len(indexed(footnote, "restart")) > 1)
    footnote.process.kill()
    footnote.process.wait()
    texts = write(footnote, "restart", "second")
    (footnote.bucket / "restart" / "0.txt").unlink()
    del texts["restart/0.txt"]
    footnote.start()
    assert agrees(footnote, texts, "restart")
