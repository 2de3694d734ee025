from __future__ import annotations

import logging

import pytest

from footnote.outage_log import OutageLog


@pytest.fixture
def outage() -> OutageLog:
    return OutageLog(logging.getLogger("test"), "it is down", "it is up again")


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    told = [getattr(record, "fields", {}) for record in caplog.records]
    return [
        (record.message, fields.get("reason", ""))
        for record, fields in zip(caplog.records, told, strict=True)
    ]


def test_what_works_is_not_spoken_of(outage: OutageLog, caplog: pytest.LogCaptureFixture) -> None:
    outage.recovered()
    assert said(caplog) == []


def test_its_beginning_each_other_reason_and_its_end_are_told_once(
    outage: OutageLog, caplog: pytest.LogCaptureFixture
) -> None:
    for reason in ("gone", "gone", "locked", "locked"):
        outage.failed(reason)
    outage.recovered()
    outage.recovered()
    outage.failed("locked")
    assert said(caplog) == [
        ("it is down", "gone"),
        ("it is down", "locked"),
        ("it is up again", ""),
        ("it is down", "locked"),
    ]


def test_that_it_is_given_a_pause_is_no_other_reason(
    outage: OutageLog, caplog: pytest.LogCaptureFixture
) -> None:
    for reason in ("gone", "It is given a pause. The last failure: gone", "gone"):
        outage.failed(reason)
    assert said(caplog) == [("it is down", "gone")]
