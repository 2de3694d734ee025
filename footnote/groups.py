"""Which groups may read a document, where its object's own metadata does not say: a rule by its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Groups = tuple[str, ...]
"""Sorted. Nobody's name in it means that everybody may read."""

PRIVATE = "private:"
"""Beginning of the name of a group that nobody else is in, whatever a key or an issuer says."""
NOBODY: Groups = (f"{PRIVATE}nobody",)
"""The readers of a document of which nothing says who they are, though something should."""


@dataclass(frozen=True, slots=True)
class GroupRules:
    """Of several rules that fit a key, the one with the longest prefix decides."""

    by_prefix: Mapping[str, Groups] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> GroupRules:
        """Rules as `hr/=hr,board; finance/=finance`. Raises ValueError for one that closes nothing."""
        rules: dict[str, Groups] = {}
        for rule in filter(None, map(str.strip, text.split(";"))):
            prefix, groups = _rule(rule)
            if prefix in rules:
                raise ValueError(f"there are two rules for {prefix!r}; make them one")
            rules[prefix] = groups
        return cls(rules)

    def of(self, key: str) -> Groups:
        """The groups that may read the object `key`; none where no rule fits."""
        fitting = [prefix for prefix in self.by_prefix if key.startswith(prefix)]
        return self.by_prefix[max(fitting, key=len)] if fitting else ()


def _rule(rule: str) -> tuple[str, Groups]:
    prefix, equals, names = rule.rpartition("=")
    prefix = prefix.strip()
    if not equals:
        raise ValueError(f"{rule!r} is no rule; write PREFIX=GROUP,GROUP")
    if prefix.startswith("/") or "*" in prefix:
        raise ValueError(f"{prefix!r} is the start of no key; write it without leading slash or star")
    if groups := parse_groups(names):
        return prefix, groups
    raise ValueError(f"{rule!r} names no group")


def parse_groups(names: str) -> Groups:
    """The groups of a list such as `hr, board`."""
    return tuple(sorted({name.strip() for name in names.split(",")} - {""}))
