"""PUT /objects: writes an uploaded document to the bucket, whose storage event then gets it indexed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakValueDictionary

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from footnote import serving
from footnote.bucket import Bucket, Draft, ObjectInfo
from footnote.contracts import UPLOADS_PREFIX, RequestModel, UploadedDocument
from footnote.errors import Forbidden, InvalidRequest
from footnote.serving.query import parse_query
from footnote.settings import Settings
from footnote.store import document_id
from functions.ingest import metrics


class UploadParameters(RequestModel):
    key: str = Field(max_length=1_000)
    groups: list[str] = Field([])
    replaces: bool = False


class Uploads:
    """Only other functions call it, so it trusts the groups that a request names."""

    def __init__(self, bucket: Bucket, settings: Settings) -> None:
        self.bucket = bucket
        self.allowed = settings.uploads
        self.limit = settings.object_limit
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, request: Request) -> Response:
        """Write the body to the bucket once it is complete. The same upload again gets the same answer.

        Raises Forbidden, AlreadyThere and RequestTooLarge.
        """
        draft = self._draft(request)
        with TemporaryDirectory(prefix="footnote-") as folder:
            content = Path(folder) / "content"
            with metrics.stage("receive"), content.open("wb") as file:
                async for part in serving.stream_body(request, self.limit):
                    file.write(part)
            with metrics.stage("upload", {"footnote.bytes": content.stat().st_size}):
                info = await self._write(draft, content)
        uri = self.bucket.uri_of(info.key)
        uploaded = UploadedDocument(
            id=document_id(uri), key=info.key, uri=uri, etag=info.etag, groups=list(info.groups)
        )
        return Response(uploaded.model_dump_json(), 201, media_type="application/json")

    async def _write(self, draft: Draft, content: Path) -> ObjectInfo:
        """Writes of the same key take turns: a browser may retry while its first request is running."""
        async with self._locks.setdefault(draft.key, asyncio.Lock()):
            return await self.bucket.write(draft, content)

    def _draft(self, request: Request) -> Draft:
        if not self.allowed:
            raise Forbidden("Uploads are disabled: FOOTNOTE_UPLOADS is off.")
        parameters = parse_query(request.query_params, UploadParameters)
        if not parameters.key.startswith(UPLOADS_PREFIX):
            raise InvalidRequest(f"The key of an upload must begin with {UPLOADS_PREFIX}.")
        content_type = request.headers.get("content-type", "")
        return Draft(parameters.key, content_type, tuple(parameters.groups), parameters.replaces)
