"""HTTP client of the command line for the functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import requests

from footnote.errors import FootnoteError, InvalidRequest, Unauthenticated, Unavailable, error_message

TIMEOUT = (5, 300)
"""Seconds to connect, and between two bytes of the response."""


def get(url: str, key: str = "", **parameters: str) -> Any:
    return _request("GET", url, params=parameters, headers=_credentials(key)).json()


def post(url: str, body: dict[str, Any], key: str = "") -> Any:
    return _request("POST", url, json=body, headers=_credentials(key)).json()


def stream(url: str, body: dict[str, Any], key: str = "") -> Iterator[tuple[str, Any]]:
    """The server-sent events of a POST, as name and data. Raises the error of an `error` event."""
    headers = {"accept": "text/event-stream", **_credentials(key)}
    with _request("POST", url, json=body, headers=headers, stream=True) as response:
        for name, data in _events(response):
            if name == "error":
                raise FootnoteError(data["error"]["message"])
            yield name, data


def not_running(url: str, option: str) -> Unavailable:
    """The error for a URL that refuses connections; `option` is what sets another URL."""
    return Unavailable(
        f"Nothing answers at {url}: start Footnote with `make run` or `footnote up`, or set its "
        f"address with {option}."
    )


def _credentials(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"} if key else {}


def _events(response: requests.Response) -> Iterator[tuple[str, Any]]:
    name, data = "message", ""
    try:
        for line in response.iter_lines(chunk_size=None):
            field, _, value = line.decode().partition(":")
            if field == "event":
                name = value.strip()
            elif field == "data":
                data += value + "\n"
            elif not field and data:
                yield name, json.loads(data)
                name, data = "message", ""
    except requests.RequestException as error:
        raise Unavailable(f"The answer was cut off: {error}.") from error


def _request(method: str, url: str, **arguments: Any) -> requests.Response:
    if not url.startswith(("http://", "https://")):
        host = url.rpartition("://")[2].partition("/")[0]
        raise InvalidRequest(
            f"{host} is not a URL: start it with http:// or https://, as in http://{host}."
        )
    try:
        response = requests.request(method, url, timeout=TIMEOUT, **arguments)
    except requests.ConnectionError:
        raise not_running("/".join(url.split("/")[:3]), "`--url`") from None
    except requests.RequestException as error:
        raise Unavailable(f"The request to {url} failed: {error}.") from None
    if response.status_code == 401 and not arguments["headers"].get("authorization"):
        raise Unauthenticated(f"{url} requires an API key: pass it with `--key` or FOOTNOTE_KEY.")
    if not response.ok:
        refusal = Unavailable if response.status_code >= 500 else InvalidRequest
        raise refusal(f"{url} answered {response.status_code}: {error_message(response.content)}")
    return response
