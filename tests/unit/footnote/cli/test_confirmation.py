import asyncio

from footnote.cli.confirmation import Confirmation
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
