import asyncio

from footnote.cli.hearing import Patience


async def test_a_look_that_outlasts_the_patience_is_neither_the_last_nor_a_reason_to_tell() -> None:
    answers, told = [False, True], 0

    async def tell() -> None:
        nonlocal told
        told += 1

    async def done() -> bool:
        await asyncio.sleep(0.05)
        return answers.pop(0)

    assert await Patience(whole=0.01, again=0.01, look=0).heard(tell, done)
    assert told == 0
