"""Protection of a laptop's functions against other sites: cross-site requests and DNS rebinding."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from starlette.requests import Request

from footnote.errors import Forbidden

LOCAL_NAMES = ("localhost", "host.docker.internal", "host.containers.internal")
"""Names of this machine, here and in containers, which no DNS on the web can redefine."""


def check(request: Request) -> None:
    """Raises Forbidden for a request that another site makes a browser send to this machine.

    Only requests to a loopback address are checked, and none behind Knative's proxy, which connects from
    the same machine.
    """
    server = request.scope.get("server") or ("", None)
    if "K_SERVICE" in os.environ or not _is_loopback(server[0]):
        return
    _check_host(request.headers.get("host", ""))
    if not _is_navigation(request):
        check_site(request)


def check_site(request: Request) -> None:
    """Raises Forbidden for a request from the page of another site."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Forbidden("Browsers may send this request only from Footnote's own page.")


def _is_navigation(request: Request) -> bool:
    """Whether the browser shows the response itself: a site that links here cannot read it."""
    return request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"


def _check_host(header: str) -> None:
    """Raises Forbidden for a foreign name that was made to resolve to this machine (DNS rebinding)."""
    host = _hostname(header)
    if host not in LOCAL_NAMES and not _is_loopback(host):
        why = f"{host[:80]} is not this machine" if host else "The request has no Host"
        raise Forbidden(f"{why}: use 127.0.0.1, or set FOOTNOTE_AUTH=required.")


def _hostname(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return header


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
