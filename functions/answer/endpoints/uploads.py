"""GET /uploads: what a caller may upload. PUT /uploads/{name}: uploads a document into the bucket."""

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
from functions.answer import metrics, outage
from functions.answer.auth.authenticator import Caller
from functions.answer.limits.admission import AdmissionControl

TIMEOUT = 300.0
"""Seconds for a whole upload."""
MAX_NAME = 120
"""Characters of a name: each may take three bytes, and a file name has at most 255."""
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f%?#*:|<>\"\\]|[\ud800-\udfff]")
"""Characters with a special meaning in some bucket, URL or file system."""


class Uploads:
    """Documents are passed on to ingest: answer, which may be public, has no access to the bucket.

    Each caller has a folder, so that no caller can change, or even discover, the documents of others.
    Nobody else may read a document unless the caller shares it with groups that the caller is in.
    """

    def __init__(self, settings: Settings, admission_control: AdmissionControl) -> None:
        self.settings = settings
        self.admission_control = admission_control

    async def terms(self, request: Request) -> Response:
        caller: Caller = request.state.caller
        terms = contracts.UploadPolicy(
            allowed=self.settings.uploads,
            limit=self.settings.object_limit,
            groups=list(caller.shared_groups),
            private=caller.authenticated,
        )
        return JSONResponse(terms.model_dump())

    async def put(self, request: Request) -> Response:
        """Raises Forbidden, AlreadyThere unless `?replaces=true`, RequestTooLarge, RequestTimeout, and
        InvalidRequest if the body is not the document itself."""
        caller: Caller = request.state.caller
        try:
            self._check(request)
            headers = await self.admission_control.count(caller)
            response = await self._pass_on(request, caller)
        except FootnoteError as error:
            metrics.UPLOADS.labels(error.type).inc()
            raise
        metrics.UPLOADS.labels("uploaded").inc()
        return JSONResponse(response, 201, headers)

    def _check(self, request: Request) -> None:
        if not self.settings.uploads:
            raise Forbidden("Uploads are disabled: FOOTNOTE_UPLOADS is off.")
        origin.check_site(request)
        _check_body(request)

    async def _pass_on(self, request: Request, caller: Caller) -> object:
        params = {
            "key": contracts.UPLOADS_PREFIX + folder_of(caller) + safe_name(request.path_params["name"]),
            "groups": _readers(request, caller),
            "replaces": request.query_params.get("replaces", "false"),
        }
        parts = serving.stream_body(request, self.settings.object_limit)
        headers = {"content-type": request.headers.get("content-type", "application/octet-stream")}
        url = f"{self.settings.ingest_url}/objects"
        with outage.reported_as("Documents cannot be uploaded now; try again in a moment."):
            return await http.put_stream(url, parts, headers=headers, params=params, timeout=TIMEOUT)


def folder_of(caller: Caller) -> str:
    """The caller's folder, with a name that operators recognize; empty for an unauthenticated caller."""
    if not caller.authenticated:
        return ""
    name = re.sub(r"[^\w.@-]+", "-", caller.client.partition(":")[2]).strip(".-")
    return f"{name[:60]}-{hashlib.sha256(caller.client.encode()).hexdigest()[:12]}/"


def safe_name(name: str) -> str:
    """The file name as the end of a key. Raises InvalidRequest for one that buckets skip."""
    name = unicodedata.normalize("NFC", UNSAFE.sub("_", re.split(r"[/\\]", name)[-1])).strip()
    stem, dot, suffix = name.rpartition(".")
    if len(name) > MAX_NAME and stem and len(suffix) <= 10:
        name = stem[: MAX_NAME - len(suffix) - 1] + dot + suffix
    if not name.strip("_") or name.startswith((".", "~$")) or name.endswith(("~", ".swp", ".")):
        raise InvalidRequest(f"A document cannot be named {name[:80]!r}; rename it.")
    return name[:MAX_NAME]


def _check_body(request: Request) -> None:
    """Raises InvalidRequest for a form or an encoded body, which would be indexed as it is."""
    serving.check_content_encoding(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].lower()
    if media_type.startswith("multipart/"):
        raise InvalidRequest(
            f"The body is {media_type[:80]}, which is not supported: send the file itself as the body."
        )


def _readers(request: Request, caller: Caller) -> list[str]:
    """The groups that may read the document: those of the request, and the caller's private group."""
    asked = list(dict.fromkeys(request.query_params.getlist("groups")))
    if foreign := [group for group in asked if group not in caller.shared_groups]:
        raise Forbidden(f"You cannot share with the group {foreign[0][:80]!r}: you are not in it.")
    return [*asked, caller.private_group] if caller.authenticated else []
