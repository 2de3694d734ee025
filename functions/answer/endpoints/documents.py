"""GET /documents and GET /documents/{id}: what retrieve knows, as far as the caller may see it."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from footnote.calls import http
from functions.answer.auth.authenticator import Caller


class Documents:
    def __init__(self, retrieve_url: str) -> None:
        self.retrieve_url = retrieve_url

    async def __call__(self, request: Request) -> Response:
        """The parameters go on; groups are the caller's own, whatever the parameters say."""
        caller: Caller = request.state.caller
        given = [(name, value) for name, value in request.query_params.multi_items() if name != "groups"]
        params = [*given, *(("groups", group) for group in caller.groups)]
        url = f"{self.retrieve_url}/documents"
        if document := request.path_params.get("id"):
            url += f"/{quote(document, safe='')}"
        return JSONResponse(await http.call("GET", url, params=params))
