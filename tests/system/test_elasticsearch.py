"""The main job with the index in a real Elasticsearch."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests import files
from tests.system.footnote_up import FootnoteUp, eventually

QUESTION = "What does the mill of Marrow grind?"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, elasticsearch_url: str) -> Iterator[FootnoteUp]:
    folder: Path = tmp_path_factory.mktemp("elasticsearch")
    store = {
        "FOOTNOTE_STORE": "elasticsearch",
        "FOOTNOTE_ELASTICSEARCH_URL": elasticsearch_url,
        "FOOTNOTE_INDEX": f"system-{secrets.token_hex(4)}",
    }
    footnote = FootnoteUp(folder, store)
    footnote.put("mills.docx", files.word("The mill of Marrow grinds chestnuts."))
    with footnote:
        yield footnote


def test_what_was_there_is_cited(up: FootnoteUp) -> None:
    assert "chestnuts" in up.ask(QUESTION)["answer"]
    assert up.cited(QUESTION)[0] == "mills.docx"


def test_a_replaced_file_answers_with_its_new_text(up: FootnoteUp) -> None:
    up.put("mills.docx", files.word("The mill of Marrow grinds acorns."))
    eventually(lambda: "acorns" in up.ask(QUESTION)["answer"])
    assert "chestnuts" not in up.ask(QUESTION)["answer"]


def test_a_deleted_file_is_not_answered_from(up: FootnoteUp) -> None:
    up.put("ferry.pdf", files.pdf("The ferry to Cardoun leaves from the northern pier."))
    up.becomes("ferry.pdf", "indexed")
    eventually(lambda: "ferry.pdf" in up.cited("Where does the ferry to Cardoun leave?"))
    (up.bucket / "ferry.pdf").unlink()
    up.becomes("ferry.pdf", "absent")
    eventually(lambda: "ferry.pdf" not in up.cited("Where does the ferry to Cardoun leave?"))


def test_what_was_removed_behind_its_back_is_there_after_a_restart(up: FootnoteUp) -> None:
    """The index of chunks, while what is said of its documents stays."""
    up.put("owls.md", "The owl of Brannock sleeps by day.")
    eventually(lambda: "by day" in up.ask("When does the owl of Brannock sleep?")["answer"])
    up.stop()
    admin = Elasticsearch(up.environ["FOOTNOTE_ELASTICSEARCH_URL"])
    chunks = admin.indices.get(index=f"{up.environ['FOOTNOTE_INDEX']}-chunks-*")
    admin.indices.delete(index=",".join(chunks))
    admin.close()
    up.start()
    assert "by day" in up.ask("When does the owl of Brannock sleep?")["answer"]
    (up.bucket / "owls.md").unlink()
    up.becomes("owls.md", "absent")


def test_index_and_bucket_agree_after_a_restart(up: FootnoteUp) -> None:
    up.process.kill()
    up.process.wait()
    up.put("while-it-slept.md", "The owl of Brannock sleeps at night.")
    up.start()
    up.becomes("while-it-slept.md", "indexed")  # a listing may be a second old
    assert up.run("reconcile", "--dry-run") == "The index agrees with the bucket.\n"
    assert up.documents().keys() == {"mills.docx", "while-it-slept.md"}
