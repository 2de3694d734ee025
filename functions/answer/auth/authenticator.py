"""Authentication of callers: by an API key, by an OpenID Connect token, or, if it is off, by address."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from footnote.api_keys import ApiKey
from footnote.errors import InvalidRequest, Misconfigured, Unauthenticated
from footnote.groups import PRIVATE
from footnote.serving import Endpoint
from footnote.settings import Settings
from functions.answer.auth.oidc import Issuer

log = logging.getLogger("footnote.answer")


@dataclass(frozen=True, slots=True)
class Caller:
    client: str
    """The client that limits count: `key:NAME`, `subject:SUB` or `address:IP`."""
    shared_groups: tuple[str, ...] = ()
    """The groups that the key or token names."""
    authenticated: bool = True
    """False for an address, which many may share."""

    @property
    def private_group(self) -> str:
        """The group of this caller alone."""
        return PRIVATE + quote(self.client, safe=":@")

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups whose documents the caller may read."""
        return (*self.shared_groups, self.private_group) if self.authenticated else ()


class Authenticator:
    """Identifies a caller by the bearer token of a request: a token of the issuer, or an API key."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.required = settings.auth == "required"
        self.issuer = _issuer(settings)
        if not self.required:
            log.warning("FOOTNOTE_AUTH is off: anyone who can reach this address can ask questions.")

    def require(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint for authenticated requests, with the caller in `request.state.caller`."""

        async def authenticated(request: Request) -> Response:
            request.state.caller = await self.identify(request)
            return await endpoint(request)

        return authenticated

    async def identify(self, request: Request) -> Caller:
        """Raises Unauthenticated without valid credentials, unless authentication is off."""
        if not self.required:
            return Caller(f"address:{_address(request)}", authenticated=False)
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not bearer.strip():
            raise _unauthenticated("Send an API key or a token in the header `Authorization: Bearer`.")
        return await self._verify(bearer.strip())

    async def _verify(self, bearer: str) -> Caller:
        if self.issuer and bearer.count(".") == 2:
            subject, groups = await self.issuer.verify(bearer)
            return _caller(f"subject:{subject}", groups)
        keys = _api_keys(self.settings.secret("api-keys") or "")
        found = [key for key in keys if key.matches(bearer)]
        if not found:
            raise _unauthenticated("This API key is not valid.")
        return _caller(f"key:{found[0].name}", found[0].groups)


def _caller(client: str, groups: Sequence[str]) -> Caller:
    """A private group that a key or token names is dropped: it is another caller's."""
    return Caller(client, tuple(group for group in groups if not group.startswith(PRIVATE)))


def _unauthenticated(message: str) -> Unauthenticated:
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
def _api_keys(text: str) -> tuple[ApiKey, ...]:
    """The keys in the file `api-keys`. An invalid line is logged with its number and left out."""
    keys = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                keys.append(ApiKey.parse(line.strip()))
            except InvalidRequest as error:
                log.error("api-keys, line %d: %s", number, error.message)
    return tuple(keys)


def _address(request: Request) -> str:
    """The client's address as uvicorn determines it behind the proxies in FORWARDED_ALLOW_IPS.

    Of an IPv6 address the first 64 bits: a client can choose the others.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
