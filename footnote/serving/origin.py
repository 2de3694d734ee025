"""Where a request comes from: on this machine, other sites are not to ask through a reader's browser."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from starlette.requests import Request

from footnote.errors import Forbidden

NAMES = ("localhost", "host.docker.internal", "host.containers.internal")
"""Of this machine, here and in containers; nobody on the web can give them another meaning."""


def check(request: Request) -> None:
    """Raises Forbidden for what a site of the web has a browser ask of this machine.

    Behind Knative's proxy, whose requests come from the same machine as well, anything is right.
    """
    server = request.scope.get("server") or ("", None)
    if "K_SERVICE" in os.environ or not _is_loopback(server[0]):
        return
    _check_host(request.headers.get("host", ""))
    if not _is_link(request):
        check_site(request)


def check_site(request: Request) -> None:
    """Raises Forbidden when the page of another site asks."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Forbidden("From a browser, only Footnote's own page may ask for this.")


def _is_link(request: Request) -> bool:
    """Whether a browser is to show what it gets, which the site that links to it cannot read."""
    return request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"


def _check_host(given: str) -> None:
    """Raises Forbidden for a name of the web that was made to mean this machine (DNS rebinding)."""
    host = _hostname(given)
    if host not in NAMES and not _is_loopback(host):
        why = f"{host[:80]} is not this machine" if host else "The request names no host"
        raise Forbidden(f"{why}: ask at 127.0.0.1, or set FOOTNOTE_AUTH=required.")


def _hostname(given: str) -> str:
    try:
        return urlsplit(f"//{given}").hostname or ""
    except ValueError:
        return given


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
