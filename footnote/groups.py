"""Groups of readers, and the rules that assign them to documents by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Groups = tuple[str, ...]
"""The groups that may read a document, sorted. If empty, everybody may."""

PRIVATE = "private:"
"""Prefix of a group with one member. Keys and tokens that name such a group are not believed."""
NOBODY: Groups = (f"{PRIVATE}nobody",)
"""The groups of a document that must not be public though its groups are unknown."""


@dataclass(frozen=True, slots=True)
class GroupRules:
    """Rules for objects whose metadata names no groups. The longest matching prefix wins."""

    by_prefix: Mapping[str, Groups] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> GroupRules:
        """Parse `hr/=hr,board; finance/=finance`. Raises ValueError for an invalid rule."""
        rules: dict[str, Groups] = {}
        for rule in filter(None, map(str.strip, text.split(";"))):
            prefix, groups = _rule(rule)
            if prefix in rules:
                raise ValueError(f"there are two rules for {prefix!r}; merge them")
            rules[prefix] = groups
        return cls(rules)

    def groups_for(self, key: str) -> Groups:
        """The groups that may read the object `key`; none without a matching rule."""
        matching = [prefix for prefix in self.by_prefix if key.startswith(prefix)]
        return self.by_prefix[max(matching, key=len)] if matching else ()


def _rule(rule: str) -> tuple[str, Groups]:
    prefix, equals, names = rule.rpartition("=")
    prefix = prefix.strip()
    if not equals:
        raise ValueError(f"{rule!r} is not a rule; write PREFIX=GROUP,GROUP")
    if prefix.startswith("/") or "*" in prefix:
        raise ValueError(f"no key starts with {prefix!r}; remove the leading slash or the asterisk")
    if groups := parse_groups(names):
        return prefix, groups
    raise ValueError(f"{rule!r} names no group")


def parse_groups(names: str) -> Groups:
    """Parse a list such as `hr, board`."""
    return tuple(sorted({name.strip() for name in names.split(",")} - {""}))
