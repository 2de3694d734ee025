import asyncio

import pytest

from footnote.concurrency.bounded import bounded_map


async def test_concurrency_is_bounded_and_the_order_kept() -> None:
    under_way: set[int] = set()
    most = 0

    async def work(item: int) -> int:
        nonlocal most
        under_way.add(item)
        most = max(most, len(under_way))
        await asyncio.sleep(0.001 * (item % 3))
        under_way.remove(item)
        return item * 10

    assert await bounded_map(work, range(20), 3) == [item * 10 for item in range(20)]
    assert most == 3


async def test_the_first_error_cancels_the_rest() -> None:
    begun: list[int] = []

    async def work(item: int) -> None:
        begun.append(item)
        await asyncio.sleep(0)
        if item == 1:
            raise KeyError

    with pytest.raises(KeyError):
        await bounded_map(work, range(100), 2)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(begun) < 10


async def test_no_items_give_no_results() -> None:
    assert await bounded_map(asyncio.sleep, [], 3) == []
