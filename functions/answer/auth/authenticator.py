"""Who asks: the holder of an API key, the subject of a token, or only an address."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from starlette.requests import Request

from footnote.api_keys import ApiKey
from footnote.errors import InvalidRequest, Misconfigured, Unauthenticated
from footnote.groups import PRIVATE
from footnote.settings import Settings
from functions.answer.auth.oidc import Issuer

log = logging.getLogger("footnote.answer")


@dataclass(frozen=True, slots=True)
class Caller:
    client: str
    """Whom limits count: `key:NAME`, `subject:SUB` or `address:IP`."""
    shared: tuple[str, ...] = ()
    """The groups that a key or token names."""
    known: bool = True
    """Whether somebody says who that is; an address may be anybody's."""

    @property
    def private(self) -> str:
        """The group of this caller alone."""
        return PRIVATE + quote(self.client, safe=":@")

    @property
    def groups(self) -> tuple[str, ...]:
        """Decide which documents the caller may read."""
        return (*self.shared, self.private) if self.known else ()


class Authenticator:
    """Knows a caller by the bearer of the Authorization header: a token of the issuer, or a key."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.required = settings.auth == "required"
        self.issuer = _issuer(settings)
        if not self.required:
            log.warning("FOOTNOTE_AUTH is off: whoever reaches this address may ask.")

    async def identify(self, request: Request) -> Caller:
        """Raises Unauthenticated when nobody we know asks, and only an address would do otherwise."""
        if not self.required:
            return Caller(f"address:{_address(request)}", known=False)
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not bearer.strip():
            raise _refusal("Say who asks: `Authorization: Bearer` and a key.")
        return await self._known(bearer.strip())

    async def _known(self, bearer: str) -> Caller:
        if self.issuer and bearer.count(".") == 2:
            subject, groups = await self.issuer.verify(bearer)
            return _known(f"subject:{subject}", groups)
        holders = _holders(self.settings.secret("api-keys") or "")
        found = [holder for holder in holders if holder.matches(bearer)]
        if not found:
            raise _refusal("This key is not known.")
        return _known(f"key:{found[0].name}", found[0].groups)


def _known(client: str, groups: Sequence[str]) -> Caller:
    return Caller(client, tuple(group for group in groups if not group.startswith(PRIVATE)))


def _refusal(message: str) -> Unauthenticated:
    return Unauthenticated(message, headers={"www-authenticate": "Bearer"})


def _issuer(settings: Settings) -> Issuer | None:
    if not settings.oidc_issuer:
        return None
    if settings.auth == "off":
        raise Misconfigured("FOOTNOTE_OIDC_ISSUER needs FOOTNOTE_AUTH=required.")
    if not settings.oidc_audience:
        raise Misconfigured("FOOTNOTE_OIDC_ISSUER needs FOOTNOTE_OIDC_AUDIENCE.")
    return Issuer(settings.oidc_issuer, settings.oidc_audience, settings.oidc_groups_claim)


@lru_cache(maxsize=1)
def _holders(text: str) -> tuple[ApiKey, ...]:
    """Those of the file; a line that is wrong lets nobody in and is reported by its number."""
    holders = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                holders.append(ApiKey.parse(line.strip()))
            except InvalidRequest as error:
                log.error("api-keys, line %d: %s", number, error.message)
    return tuple(holders)


def _address(request: Request) -> str:
    """The network address, as uvicorn knows it behind the proxies in FORWARDED_ALLOW_IPS.

    Of IPv6 the first 64 bits: the rest is the client's to choose.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
