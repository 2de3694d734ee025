"""The index follows the bucket, over real notifications and a real broker."""

from __future__ import annotations

import time

from footnote.events import make_event
from tests import files
from tests.cluster.footnote import Footnote, Observer, more
from tests.cluster.kube import restarts_of_the_broker, until


def test_a_file_is_answered_from_zero_pods_replaced_and_deleted(footnote: Footnote) -> None:
    question = "How tall is the lighthouse of Tarn Point?"
    footnote.cluster.wait_for_zero()
    text = "# Tarn Point\n\nThe lighthouse of Tarn Point is 43 metres tall.\n"
    footnote.put_from_zero("lighthouse.md", text)
    footnote.until_cited(question, "43 metres")

    footnote.put("lighthouse.md", "# Tarn Point\n\nThe lighthouse of Tarn Point is 58 metres tall.\n")
    footnote.until_cited(question, "58 metres")
    assert not any("43 metres" in quote for quote in footnote.cited(question))

    footnote.delete("lighthouse.md")
    footnote.until_state("lighthouse.md", "deleted")
    assert not any("58 metres" in quote for quote in footnote.cited(question))


def test_twenty_files_at_once_are_all_indexed(footnote: Footnote) -> None:
    keys = [f"islands/{number:02}.md" for number in range(20)]
    for number, key in enumerate(keys):
        footnote.put(key, f"# Island {number}\n\nIsland number {number} has {number * 7 + 3} sheep.\n")
    for key in keys:
        footnote.until_state(key, "indexed", 180)
    footnote.until_cited("How many sheep has island number 13?", "94 sheep")
    for key in keys:
        footnote.delete(key)
    for key in keys:
        footnote.until_state(key, "deleted", 180)


def test_duplicates_and_late_events_change_nothing(footnote: Footnote, observer: Observer) -> None:
    footnote.put("harbour.md", "The harbour master of Tarn Point is called Ines Vogt.\n")
    indexed = footnote.until_state("harbour.md", "indexed")
    late = [footnote.notification("harbour.md", name) for name in ("Removed:Delete", "Created:Put")]
    for event in [*late, *late]:
        footnote.publish(event)
    observer.until_told("unchanged", "harbour.md", times=2)
    assert footnote.documents()["harbour.md"] == indexed


def test_what_no_event_told_of_is_found_by_looking(footnote: Footnote) -> None:
    footnote.write_unnoticed("lost.md", "The lost bell of Tarn Point was cast in 1690.\n")
    footnote.cluster.run_now("footnote-reconcile")
    indexed = footnote.until_state("lost.md", "indexed")
    footnote.cluster.run_now("footnote-reconcile")
    assert footnote.documents()["lost.md"] == indexed


def test_a_question_that_comes_as_an_event_is_answered_with_one(
    footnote: Footnote, observer: Observer
) -> None:
    footnote.put("quay.md", "The quay of Tarn Point is 90 metres long.\n")
    footnote.until_state("quay.md", "indexed")
    question = {"query": "How long is the quay of Tarn Point?"}
    asked = make_event("dev.footnote.question.asked.v1", "here", f"quay-{time.time_ns()}", question)
    footnote.publish(asked)
    told = until(lambda: observer.events("dev.footnote.question.answered.v1", asked["subject"]))
    assert "90 metres" in told[0]["data"]["answer"]


def test_a_success_is_delivered_exactly_once(footnote: Footnote, observer: Observer) -> None:
    footnote.put("ferry.md", "The ferry to Tarn Point leaves at nine.\n")
    footnote.until_state("ferry.md", "indexed")
    event = footnote.notification("ferry.md", "Created:Put")
    before = footnote.calls_of_ingest()
    footnote.publish(event)
    observer.until_told("unchanged", "ferry.md", times=1)
    time.sleep(5)  # a second delivery would follow after one
    assert more(footnote.calls_of_ingest(), before) == 1


def test_an_unreadable_file_is_a_dead_letter_until_it_is_mended(footnote: Footnote) -> None:
    restarts = restarts_of_the_broker()
    footnote.put("charter.pdf", b"%PDF-1.7 this is no document")
    reason = footnote.until_state("charter.pdf", "failed")["reason"]
    assert until(lambda: footnote.dead_letters().get("charter.pdf")) == reason

    footnote.put("charter.pdf", files.pdf("The charter of Tarn Point was signed in 1781."))
    footnote.until_state("charter.pdf", "indexed")
    assert "charter.pdf: accepted" in footnote.replay()
    assert "charter.pdf" not in footnote.dead_letters()
    footnote.until_cited("When was the charter of Tarn Point signed?", "1781")
    assert restarts_of_the_broker() == restarts
