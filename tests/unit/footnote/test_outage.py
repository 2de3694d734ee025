from __future__ import annotations

import logging

import pytest

from footnote.outage import Outage


@pytest.fixture
def outage() -> Outage:
    return Outage(logging.getLogger("test"), "it is down", "it is up again")


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    told = [getattr(record, "fields", {}) for record in caplog.records]
    return [
        (record.message, fields.get("reason", ""))
        for record, fields in zip(caplog.records, told, strict=True)
    ]


def test_what_works_is_not_spoken_of(outage: Outage, caplog: pytest.LogCaptureFixture) -> None:
    outage.ends()
    assert said(caplog) == []


def test_its_beginning_each_other_reason_and_its_end_are_told_once(
    outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    for reason in ("gone", "gone", "locked", "locked"):
        outage.goes_on(reason)
    outage.ends()
    outage.ends()
    outage.goes_on("locked")
    assert said(caplog) == [
        ("it is down", "gone"),
        ("it is down", "locked"),
        ("it is up again", ""),
        ("it is down", "locked"),
    ]


def test_that_it_is_given_a_pause_is_no_other_reason(
    outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    for reason in ("gone", "It is given a pause. The last failure: gone", "gone"):
        outage.goes_on(reason)
    assert said(caplog) == [("it is down", "gone")]
