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


def test_nothing_is_logged_without_a_failure(
    outage: OutageLog, caplog: pytest.LogCaptureFixture
) -> None:
    outage.recovered()
    assert said(caplog) == []


def test_the_beginning_each_new_reason_and_the_recovery_are_logged_once(
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


def test_an_open_circuit_breaker_is_no_new_reason(
    outage: OutageLog, caplog: pytest.LogCaptureFixture
) -> None:
    for reason in ("gone", "Its calls are paused. The last failure: gone", "gone"):
        outage.failed(reason)
    assert said(caplog) == [("it is down", "gone")]
