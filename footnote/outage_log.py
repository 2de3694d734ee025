"""Logging of an outage that goes on: once when it begins and once when it ends."""

from __future__ import annotations

import logging


class OutageLog:
    """Logs the first failure, each failure with a new reason, and the recovery."""

    def __init__(self, log: logging.Logger, failed: str, recovered: str) -> None:
        """`failed` and `recovered` are the messages."""
        self._log = log
        self._failed = failed
        self._recovered = recovered
        self._reason: str | None = None

    def failed(self, reason: str) -> None:
        if not self._is_known(reason):
            self._reason = reason
            self._log.warning(self._failed, extra={"fields": {"reason": reason}})

    def recovered(self) -> None:
        """May be called after every success; logs nothing unless there was a failure."""
        if self._reason is not None:
            self._reason = None
            self._log.warning(self._recovered)

    def _is_known(self, reason: str) -> bool:
        """Whether one reason contains the other: an open circuit breaker repeats the last failure."""
        return self._reason is not None and (self._reason in reason or reason in self._reason)
