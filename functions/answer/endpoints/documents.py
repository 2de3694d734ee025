"""GET /documents and GET /documents/{id}: those in the index that the caller may read, from retrieve."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from footnote.calls import http
from functions.answer import outage
from functions.answer.auth.authenticator import Caller


class Documents:
    def __init__(self, retrieve_url: str) -> None:
        self.retrieve_url = retrieve_url

    async def __call__(self, request: Request) -> Response:
        """All parameters are passed on but `groups`, which are always the caller's own."""
        caller: Caller = request.state.caller
        items = request.query_params.multi_items()
        params = [(name, value) for name, value in items if name != "groups"]
        params += [("groups", group) for group in caller.groups]
        url = f"{self.retrieve_url}/documents"
        if document := request.path_params.get("id"):
            url += f"/{quote(document, safe='')}"
        with outage.reported_as("The documents cannot be listed now; try again in a moment."):
            return JSONResponse(await http.call("GET", url, params=params))
