import asyncio

import pytest

from footnote.cli.confirmation import Confirmation
from footnote.errors import Unavailable
from tests.clockwork import Clockwork


def test_a_poll_that_outlasts_the_timeout_is_neither_the_last_nor_a_reason_to_resend() -> None:
    answers, resent = [False, True], 0

    async def resend() -> None:
        nonlocal resent
        resent += 1

    async def handled() -> bool:
        await asyncio.sleep(300)
        return answers.pop(0)

    with asyncio.Runner(loop_factory=Clockwork) as runner:
        confirmation = Confirmation(timeout=180, resend_after=15, poll_interval=1)
        assert runner.run(confirmation.wait(resend, handled))
    assert resent == 0


class UnreachableBucket:
    """Cannot be polled the first so many times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    async def wait(self) -> bool:
        return await Confirmation(timeout=180, resend_after=300).wait(self.resend, self.handled)

    async def resend(self) -> None: ...

    async def handled(self) -> bool:
        self.failures -= 1
        if self.failures >= 0:
            raise Unavailable("s3://documents cannot be reached.")
        return True


def test_a_poll_that_fails_is_repeated() -> None:
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        assert runner.run(UnreachableBucket(3).wait())


def test_polls_that_fail_until_the_timeout_are_the_reason_given() -> None:
    with asyncio.Runner(loop_factory=Clockwork) as runner, pytest.raises(Unavailable, match="s3://"):
        runner.run(UnreachableBucket(1000).wait())
