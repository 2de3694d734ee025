"""Verifies bearer tokens of an OpenID Connect issuer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from footnote.calls import http
from footnote.concurrency.single_flight import SingleFlight
from footnote.errors import FootnoteError, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from jwt import PyJWK

log = logging.getLogger("footnote.answer")

RSA_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
ALGORITHMS = [*RSA_ALGORITHMS, "ES256", "ES384", "ES512", "EdDSA"]
"""Only asymmetric ones: who can verify a token must not be able to sign one."""
KEYS_TTL = 600.0
"""Seconds after which the issuer's keys are fetched again."""
COOLDOWN = 30.0
"""Seconds between two fetches, however many tokens name an unknown key."""
RETRY_DELAY = 1.0
"""Seconds between a failed fetch and the next."""
FETCH_TIMEOUT = 5.0
LEEWAY = 30
"""Seconds by which clocks may differ."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    key: Any
    """As PyJWT takes it: a PyJWK, which names its algorithm, or the public key alone."""
    algorithms: Sequence[str]


class Issuer:
    """Its keys are found by discovery, cached, and fetched again when a token names an unknown one."""

    def __init__(
        self,
        url: str,
        audience: str,
        groups_claim: str = "groups",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url
        self.audience = audience
        self.groups_claim = groups_claim
        self.clock = clock
        self.keys: dict[str | None, SigningKey] = {}
        self.next_fetch = self.expires = clock()
        # One fetch for all requests that wait for it, and under the deadline of none of them.
        self._refreshed = SingleFlight(self._refresh)

    async def verify(self, token: str) -> tuple[str, tuple[str, ...]]:
        """The subject and the groups. Raises Unauthenticated, or Unavailable without any keys."""
        import jwt

        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=key.algorithms,
                audience=self.audience,
                issuer=self.url,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise _invalid_token(str(error)) from None
        return claims["sub"], self._groups(claims)

    def _groups(self, claims: dict[str, Any]) -> tuple[str, ...]:
        claim = claims.get(self.groups_claim)
        names = claim if isinstance(claim, list) else [claim]
        return tuple(name for name in names if isinstance(name, str))

    async def _key(self, name: str | None) -> SigningKey:
        if self._fetch_due(name):
            await self._refreshed()
        if name in self.keys:
            return self.keys[name]
        if not self.keys:
            raise Unavailable(f"The signing keys of the issuer {self.url} cannot be fetched.")
        raise _invalid_token("its signing key is not among the issuer's")

    def _fetch_due(self, name: str | None) -> bool:
        now = self.clock()
        return now >= self.next_fetch and (name not in self.keys or now >= self.expires)

    async def _refresh(self) -> None:
        """The old keys are kept if the fetch fails."""
        try:
            self.keys = await self._fetch()
        except FootnoteError as error:
            log.warning(
                "the signing keys of the issuer %s cannot be fetched: %s", self.url, error.message
            )
            self.next_fetch = self.clock() + RETRY_DELAY
        else:
            self.next_fetch = self.clock() + COOLDOWN
            self.expires = self.clock() + KEYS_TTL

    async def _fetch(self) -> dict[str | None, SigningKey]:
        from jwt import PyJWKSet
        from jwt.exceptions import PyJWKError, PyJWKSetError

        document = self.url.rstrip("/") + "/.well-known/openid-configuration"
        try:
            discovery = await http.call("GET", document, timeout=FETCH_TIMEOUT)
            published = await http.call("GET", discovery["jwks_uri"], timeout=FETCH_TIMEOUT)
            keys = PyJWKSet.from_dict(published).keys
            named = {jwk.get("kid") for jwk in published["keys"] if "alg" in jwk}
        except (PyJWKError, PyJWKSetError, KeyError, TypeError, AttributeError) as error:
            raise Unavailable(f"{self.url} publishes no usable signing keys: {error!r}.") from error
        return {
            key.key_id: _signing_key(key, named=key.key_id in named)
            for key in keys
            if key.public_key_use in (None, "sig")
        }


def _signing_key(key: PyJWK, *, named: bool) -> SigningKey:
    """PyJWT reads an RSA key that names no algorithm as one for RS256; it may sign with any of RSA's."""
    if key.key_type == "RSA" and not named:
        return SigningKey(key.key, RSA_ALGORITHMS)
    return SigningKey(key, ALGORITHMS)


def _invalid_token(reason: str) -> Unauthenticated:
    return Unauthenticated(
        f"The token is not accepted: {reason.rstrip('.')}.",
        headers={"www-authenticate": 'Bearer error="invalid_token"'},
    )
