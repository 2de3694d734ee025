"""Something that ceased to work, as the log is told of it."""

from __future__ import annotations

import logging


class OutageLog:
    """The log hears when it begins, when the reason is another one, and when it is over."""

    def __init__(self, log: logging.Logger, begun: str, over: str) -> None:
        """`begun` and `over`: the messages."""
        self._log = log
        self._begun = begun
        self._over = over
        self._reason: str | None = None

    def failed(self, reason: str) -> None:
        if not self._is_known(reason):
            self._reason = reason
            self._log.warning(self._begun, extra={"fields": {"reason": reason}})

    def recovered(self) -> None:
        """Also where there is none."""
        if self._reason is not None:
            self._reason = None
            self._log.warning(self._over)

    def _is_known(self, reason: str) -> bool:
        """Also as a part: of what is given a pause, the last failure is told again."""
        return self._reason is not None and (self._reason in reason or reason in self._reason)
