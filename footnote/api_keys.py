"""API keys, and the lines of the file that holds their hashes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from footnote.errors import InvalidRequest

_NAME = re.compile(r"[\w.@-]+")
_LINE = re.compile(r"(?P<name>[\w.@-]+):(?P<digest>[0-9a-f]{64}):(?P<groups>[\w.@,-]*)")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as the file has it, one a line: `name:sha256 of the key:group,group`."""

    name: str
    digest: str
    groups: tuple[str, ...]

    @classmethod
    def parse(cls, line: str) -> ApiKey:
        """Raises InvalidRequest for a line of another form."""
        match = _LINE.fullmatch(line)
        if not match:
            raise InvalidRequest("The line of a key must be `name:sha256 of the key:group,group`.")
        groups = tuple(group for group in match["groups"].split(",") if group)
        return cls(match["name"], match["digest"], groups)

    def __str__(self) -> str:
        return f"{self.name}:{self.digest}:{','.join(self.groups)}"

    def matches(self, key: str) -> bool:
        return hmac.compare_digest(self.digest, _digest(key))


def generate_key(name: str, groups: Sequence[str]) -> tuple[str, ApiKey]:
    """A new key, to be shown once, and its entry. Raises InvalidRequest for a name that does not fit."""
    for part in (name, *groups):
        if not _NAME.fullmatch(part):
            raise InvalidRequest(f"{part!r} is not a valid name: use letters, digits and `._@-`.")
    key = f"fn_{secrets.token_urlsafe(32)}"
    return key, ApiKey(name, _digest(key), tuple(groups))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
