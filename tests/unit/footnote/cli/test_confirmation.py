import asyncio

from footnote.cli.confirmation import Patience
from tests.clockwork import Clockwork


def test_a_look_that_outlasts_the_patience_is_neither_the_last_nor_a_reason_to_tell() -> None:
    answers, told = [False, True], 0

    async def tell() -> None:
        nonlocal told
        told += 1

    async def done() -> bool:
        await asyncio.sleep(300)
        return answers.pop(0)

    with asyncio.Runner(loop_factory=Clockwork) as runner:
        assert runner.run(Patience(whole=180, again=15, look=1).heard(tell, done))
    assert told == 0
