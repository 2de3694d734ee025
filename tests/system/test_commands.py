"""The other commands, as a user runs them beside `footnote up`."""

import json
import re
from typing import Any

import requests
from click.testing import CliRunner

from footnote.cli.main import COMMANDS, main
from footnote.events import make_event, to_http
from tests import files
from tests.system.footnote_up import FootnoteUp, eventually, run


def test_ask_prints_the_answer_and_its_footnotes(footnote: FootnoteUp) -> None:
    printed = footnote.run("ask", "How many functions does Footnote consist of?")
    answer, _, footnotes = printed.partition("\n\n")
    assert "four" in answer
    assert "[1]" in answer
    assert footnotes.startswith("[1] ")
    assert "file://" in footnotes


def test_ask_prints_json(footnote: FootnoteUp) -> None:
    answer = json.loads(footnote.run("ask", "--json", "How many functions does Footnote consist of?"))
    assert answer["citations"][0]["number"] == 1
    assert answer["model"] == "extractive"


def test_search_prints_passages_with_scores(footnote: FootnoteUp) -> None:
    printed = footnote.run("search", "--top", "2", "dead letters")
    assert "dead" in printed
    assert printed.count("file://") == 2


def test_search_prints_json(footnote: FootnoteUp) -> None:
    hits = json.loads(footnote.run("search", "--json", "--mode", "keyword", "dead letters"))["hits"]
    assert all(0 <= hit["score"] <= 1 for hit in hits)


def test_status_lists_documents_with_state_and_reason(footnote: FootnoteUp) -> None:
    footnote.put("status/bad.docx", files.word("The sexton of Yarrow sings.")[:500])
    footnote.becomes("status/bad.docx", "failed")
    printed = footnote.run("status", code=1)
    assert "what-footnote-is.md" in printed
    reason = footnote.documents()["status/bad.docx"]["reason"]
    assert reason in printed
    assert "The index agrees with the bucket." in printed
    assert re.search(r"ingest started: \d+; half were searchable within [\d.]+ s, all within", printed)
    assert "; `footnote replay --list` shows why." in printed
    failed = json.loads(footnote.run("status", "--failed", "--json", code=1))
    assert "status/bad.docx" in [document["key"] for document in failed["documents"]]
    assert failed["drift"]["changed"] == failed["drift"]["new"] == failed["drift"]["gone"] == []
    assert failed["lag"]["changes"] > 0
    assert failed["dead_letters"] > 0
    as_reader = footnote.run("status", "--failed", "--url", footnote.url, code=1)
    assert "status/bad.docx" in as_reader
    assert "agrees" not in as_reader
    (footnote.bucket / "status/bad.docx").unlink()
    footnote.becomes("status/bad.docx", "absent")


def test_ingest_brings_a_path_of_the_bucket_up_to_date(footnote: FootnoteUp) -> None:
    footnote.put("handbook/one.txt", "The vicar of Tolm keeps bees.")
    printed = footnote.run("ingest", str(footnote.bucket / "handbook"))
    assert "1 indexed" in printed or "1 unchanged" in printed
    assert footnote.state_of("handbook/one.txt") == "indexed"


def test_ingest_refuses_a_path_outside_of_the_bucket(footnote: FootnoteUp) -> None:
    printed = footnote.run("ingest", "/etc/hostname", code=2)
    assert "is not in" in printed


def test_ingest_works_alone_and_tells_what_failed(footnote: FootnoteUp) -> None:
    alone = {**footnote.environ, "FOOTNOTE_STATE": str(footnote.state.with_name("alone"))}
    folder = footnote.bucket.with_name("papers")
    folder.mkdir()
    (folder / "good.pdf").write_bytes(files.pdf("The smith of Ulverd shoes goats."))
    (folder / "bad.pdf").write_bytes(files.pdf("The smith of Ulverd shoes goats.")[:200])
    done = run("ingest", str(folder), environ=alone)
    assert done.returncode == 1
    assert "1 failed, 1 indexed" in done.stdout
    assert "bad.pdf: " in done.stderr
    (folder / "bad.pdf").unlink()
    done = run("ingest", str(folder), environ=alone)
    assert done.returncode == 0
    assert "1 deleted, 1 unchanged" in done.stdout


def test_a_document_that_failed_is_tried_again_where_the_limit_was_raised(footnote: FootnoteUp) -> None:
    alone = {**footnote.environ, "FOOTNOTE_STATE": str(footnote.state.with_name("raised"))}
    folder = footnote.bucket.with_name("long")
    folder.mkdir()
    (folder / "long.txt").write_text("The cooper of Ulverd makes barrels.")
    for _ in range(2):
        done = run("ingest", str(folder), environ={**alone, "FOOTNOTE_TEXT_LIMIT": "10"})
        assert (done.returncode, done.stdout) == (1, "1 failed\n")
        assert "long.txt: It holds over 10 characters" in done.stderr
    letters = folder.with_name("raised") / "dead-letters"
    assert len(list(letters.iterdir())) == 1, "the first"
    done = run("ingest", str(folder), environ=alone)
    assert (done.returncode, done.stdout) == (0, "1 indexed\n")


def test_what_ingest_refuses_is_a_dead_letter_to_look_at_and_to_send_again(
    footnote: FootnoteUp,
) -> None:
    headers, body = to_http(
        make_event("com.example.unheard", "/elsewhere", "heard.txt", {"note": "who knows"})
    )
    assert (
        requests.post(footnote.urls["broker_url"], body, headers=headers, timeout=60).status_code == 202
    )
    posted = requests.post(f"{footnote.urls['ingest_url']}/notifications", b"{}", timeout=60)
    assert posted.status_code == 422
    eventually(lambda: footnote.run("replay", "--list").count("heard.txt") == 1)
    eventually(lambda: "neither Records nor" in footnote.run("replay", "--list"))
    listed = footnote.run("replay", "--list").splitlines()
    letter = listed[
        next(at for at, line in enumerate(listed) if "heard.txt: Events of type" in line) - 1
    ]
    shown = footnote.run("replay", "--show", letter)
    assert "com.example.unheard" in shown
    assert "422 by http://" in shown
    assert '"note": "who knows"' in shown
    assert "heard.txt: Events of type" in footnote.run("replay", letter, code=1)
    (footnote.state / "dead-letters" / f"{letter}.json").unlink()
    assert "There is no dead letter" in footnote.run("replay", letter, code=2)


def test_reconcile_finds_nothing_where_index_and_bucket_agree(footnote: FootnoteUp) -> None:
    assert footnote.run("reconcile", "--dry-run") == "The index agrees with the bucket.\n"


def test_reconcile_reports_to_whoever_lists_documents(footnote: FootnoteUp) -> None:
    def drift() -> Any:
        return requests.get(f"{footnote.url}/documents", timeout=60).json()["drift"]

    assert drift()["new"] > 0, "as it was when all began"
    footnote.run("reconcile")
    assert {**drift(), "compared_at": ""} == {
        "compared_at": "",
        **dict.fromkeys(("new", "changed", "gone", "behind", "leftovers"), 0),
    }


def test_reconcile_reads_unchanged_documents_again_on_demand(footnote: FootnoteUp) -> None:
    def versions() -> dict[str, str]:
        listed = requests.get(f"{footnote.url}/documents?state=indexed", timeout=60).json()["documents"]
        return {document["uri"]: document["version"] for document in listed}

    before = versions()
    assert footnote.run("reconcile").endswith(f"{len(before)} unchanged\n")
    assert versions() == before
    assert f"{len(before)} indexed" in footnote.run("reconcile", "--reread")
    after = versions()
    assert after.keys() == before.keys()
    assert not before.items() & after.items()


def test_a_command_says_what_to_do_when_nothing_runs(footnote: FootnoteUp) -> None:
    nowhere = {**footnote.environ, "FOOTNOTE_STATE": str(footnote.state.with_name("nowhere"))}
    for command in ("ask", "status"):
        url = ["--url", "http://127.0.0.1:9"]
        done = run(command, *url, *(["Why?"] if command == "ask" else []), environ=nowhere)
        assert done.returncode == 2
        assert "Nothing answers at http://127.0.0.1:9: start Footnote" in done.stderr


def test_help_explains_every_command(footnote: FootnoteUp) -> None:
    printed = footnote.run("--help")
    for command in COMMANDS:
        assert f"\n  {command} " in printed
        helped = CliRunner().invoke(main, [command, "--help"])
        assert (helped.exit_code, f" {command} [OPTIONS]" in helped.output) == (0, True)
