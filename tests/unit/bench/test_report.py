import pytest

from bench.report import Measure, table


def test_a_target_is_met_from_its_own_side() -> None:
    assert Measure("time", 2, target=2).met is True
    assert Measure("time", 3, target=2).met is False
    assert Measure("quality", 3, target=2, wanted="at least").met is True
    assert Measure("quality", 1, target=2, wanted="at least").met is False
    assert Measure("told", 1).met is None


def test_columns_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    table(("name", "value"), [("a", "1"), ("longer", "23")])
    assert capsys.readouterr().out == "name    value\na           1\nlonger     23\n"
