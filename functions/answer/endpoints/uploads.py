"""GET /uploads: what a caller may upload. PUT /uploads/{name}: a document that goes to the bucket."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from footnote import contracts, serving
from footnote.calls import http
from footnote.errors import FootnoteError, Forbidden, InvalidRequest
from footnote.serving import origin
from footnote.settings import Settings
from functions.answer import metrics
from functions.answer.auth.authenticator import Caller
from functions.answer.limits.admission import AdmissionControl

TIMEOUT = 300.0
"""Seconds for all of one upload."""
LONGEST = 120
"""Characters of a name; it may be of letters that take three bytes, and a file's of 255."""
UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f%?#*:|<>\"\\]|[\ud800-\udfff]")
"""What some bucket, address or file system reads as something else than a character of a name."""


class Uploads:
    """ingest writes to the bucket: answer, which the world may reach, has no way there of its own.

    Each caller has a folder, so that nobody can touch, or even learn of, what others have; and unless
    the caller shares a document with groups of his own, nobody else may read it.
    """

    def __init__(self, settings: Settings, gate: AdmissionControl) -> None:
        self.settings = settings
        self.gate = gate

    async def terms(self, request: Request) -> Response:
        caller: Caller = request.state.caller
        terms = contracts.Uploads(
            allowed=self.settings.uploads,
            limit=self.settings.object_limit,
            groups=list(caller.shared),
            private=caller.known,
        )
        return JSONResponse(terms.model_dump())

    async def put(self, request: Request) -> Response:
        """Raises Forbidden, AlreadyThere unless `?replaces=true`, RequestTooLarge, RequestTimeout, and
        InvalidRequest where the body is not the document itself."""
        caller: Caller = request.state.caller
        try:
            self._check(request)
            headers = await self.gate.count(caller)
            said = await self._pass_on(request, caller)
        except FootnoteError as error:
            metrics.UPLOADS.labels(error.type).inc()
            raise
        metrics.UPLOADS.labels("uploaded").inc()
        return JSONResponse(said, 201, headers)

    def _check(self, request: Request) -> None:
        if not self.settings.uploads:
            raise Forbidden("Nothing can be uploaded here: FOOTNOTE_UPLOADS is off.")
        origin.check_site(request)
        _check_body(request)

    async def _pass_on(self, request: Request, caller: Caller) -> object:
        params = {
            "key": contracts.UPLOADS + folder_of(caller) + usable(request.path_params["name"]),
            "groups": _readers(request, caller),
            "replaces": request.query_params.get("replaces", "false"),
        }
        parts = serving.stream_body(request, self.settings.object_limit)
        headers = {"content-type": request.headers.get("content-type", "application/octet-stream")}
        url = f"{self.settings.ingest_url}/objects"
        return await http.put_stream(url, parts, headers=headers, params=params, timeout=TIMEOUT)


def folder_of(caller: Caller) -> str:
    """Of the caller's own, with a name that tells an operator whose; none where nobody is known."""
    if not caller.known:
        return ""
    name = re.sub(r"[^\w.@-]+", "-", caller.client.partition(":")[2]).strip(".-")
    return f"{name[:60]}-{hashlib.sha256(caller.client.encode()).hexdigest()[:12]}/"


def usable(name: str) -> str:
    """The name of a file as the end of a key. Raises InvalidRequest for one that buckets pass over."""
    name = unicodedata.normalize("NFC", UNUSABLE.sub("_", re.split(r"[/\\]", name)[-1])).strip()
    stem, dot, suffix = name.rpartition(".")
    if len(name) > LONGEST and stem and len(suffix) <= 10:
        name = stem[: LONGEST - len(suffix) - 1] + dot + suffix
    if not name.strip("_") or name.startswith((".", "~$")) or name.endswith(("~", ".swp", ".")):
        raise InvalidRequest(f"A document cannot be named {name[:80]!r}; rename it.")
    return name[:LONGEST]


def _check_body(request: Request) -> None:
    """Raises InvalidRequest where it is not the document itself: what is around it would be its text."""
    serving.check_content_encoding(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].lower()
    if media_type.startswith("multipart/"):
        raise InvalidRequest(
            f"The body is {media_type[:80]}, with the document inside: send the file itself as the body."
        )


def _readers(request: Request, caller: Caller) -> list[str]:
    """The groups that may read: those asked for, if they are the caller's, and always the caller."""
    asked = list(dict.fromkeys(request.query_params.getlist("groups")))
    if foreign := [group for group in asked if group not in caller.shared]:
        raise Forbidden(f"You are not in the group {foreign[0][:80]!r}, and cannot share with it.")
    return [*asked, caller.private] if caller.known else []
