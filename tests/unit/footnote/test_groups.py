import pytest

from footnote.groups import GroupRules

RULES = GroupRules.parse(" hr/ = hr, board ;finance/=finance;hr/public/=staff;a=b/=c; ")


@pytest.mark.parametrize(
    ("key", "groups"),
    [
        ("hr/pay.pdf", ("board", "hr")),
        ("hr/public/menu.md", ("staff",)),
        ("finance/hr/x", ("finance",)),
        ("a=b/x", ("c",)),
        ("HR/pay.pdf", ()),
        ("shr/pay.pdf", ()),
        ("hr", ()),
    ],
)
def test_the_longest_prefix_decides(key: str, groups: tuple[str, ...]) -> None:
    assert RULES.groups_for(key) == groups


def test_a_rule_without_a_prefix_applies_to_all() -> None:
    rules = GroupRules.parse("=staff;hr/=hr")
    assert (rules.groups_for("a"), rules.groups_for("hr/a")) == (("staff",), ("hr",))


def test_no_rules_restrict_nothing() -> None:
    assert GroupRules.parse(" ; ").groups_for("a") == ()


@pytest.mark.parametrize("rules", ["hr/", "hr/=", "hr/= , ", "/hr/=hr", "hr/*=hr", "a=b;a=c", "x/=a;hr"])
def test_an_invalid_rule_is_refused(rules: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        GroupRules.parse(rules)
