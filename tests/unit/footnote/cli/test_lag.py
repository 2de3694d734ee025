from math import inf

from footnote.cli.lag import Lag, within


def test_half_and_all_are_told_by_the_counts() -> None:
    assert within({0.1: 2, 0.5: 5, 1.0: 8, inf: 8}) == Lag(8, 0.5, 1.0)
    assert within({0.1: 0, 0.5: 0, inf: 3}) == Lag(3, inf, inf)


def test_nothing_is_told_of_nothing() -> None:
    assert within({}) is None
    assert within({0.1: 0, inf: 0}) is None
