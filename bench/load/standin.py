"""`python -m bench.load.standin`: a model behind OpenAI's API that always takes the same time for an
answer, and next to none of the processor's.

Every chat gets the same text. Texts that share words have near vectors. `GET /count` tells what was
asked.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import cache, partial
from typing import Any, cast
from urllib.request import urlopen

import httptools
import numpy as np
import uvloop

DIMENSIONS = 384
BEGINNING = b"word0 word1 "
"""How the text of every answer begins, of at least three tokens."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the model takes, in seconds."""

    embed: float = 0.03
    first: float = 0.3
    """Until the first token of an answer."""
    token: float = 0.01
    tokens: int = 40

    @property
    def answer(self) -> float:
        return self.first + self.token * self.tokens


@dataclass(slots=True)
class Count:
    embedded: int = 0
    """Texts."""
    answers: int = 0
    prompts: int = 0
    """Bytes of the requests for answers."""
    streams: int = 0
    """Open now."""
    most_streams: int = 0


class Replies:
    """Whatever the model says, ready to be sent."""

    def __init__(self, pace: Pace) -> None:
        tokens = [f"word{number} " for number in range(pace.tokens - 1)] + ["[1]."]
        usage = {
            "prompt_tokens": 500,
            "completion_tokens": pace.tokens,
            "total_tokens": 500 + pace.tokens,
        }
        message = {"role": "assistant", "content": "".join(tokens)}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        self.whole = whole(_json({**_about("chat.completion"), "choices": [choice], "usage": usage}))
        self.head = head(b"content-type: text/event-stream", b"transfer-encoding: chunked")
        self.tokens = [_chunk(_event(choices=[_delta(token)])) for token in tokens]
        end = (
            _event(choices=[_delta("", "stop")]) + _event(choices=[], usage=usage) + b"data: [DONE]\n\n"
        )
        self.end = _chunk(end) + b"0\r\n\r\n"


class Model:
    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.count = Count()
        self.replies = Replies(pace)

    def connection(self) -> Connection:
        return Connection(self)


class Connection(asyncio.Protocol):
    """Answers one request after the other."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.loop = asyncio.get_running_loop()
        self.parser = httptools.HttpRequestParser(self)
        self.streaming = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._stream(False)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.url, self.body = b"", b""

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        if self.url.endswith(b"/embeddings"):
            self._embed(json.loads(self.body))
        elif self.url.endswith(b"/chat/completions"):
            self._answer(json.loads(self.body).get("stream", False))
        else:
            self._write(whole(_json(asdict(self.model.count))))

    def _embed(self, asked: dict[str, Any]) -> None:
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        self.model.count.embedded += len(texts)
        reply = whole(embeddings(texts, asked.get("encoding_format") == "base64"))
        self._later(self.model.pace.embed, self._write, reply)

    def _answer(self, stream: bool) -> None:
        self.model.count.answers += 1
        self.model.count.prompts += len(self.body)
        if stream:
            self._stream(True)
            self._later(self.model.pace.first, self._begin)
        else:
            self._later(self.model.pace.answer, self._write, self.model.replies.whole)

    def _begin(self) -> None:
        self._write(self.model.replies.head)
        self._later(self.model.pace.token, self._next, 0)

    def _next(self, place: int) -> None:
        if self.transport.is_closing():
            return
        self._write(self.model.replies.tokens[place])
        if place + 1 < self.model.pace.tokens:
            self._later(self.model.pace.token, self._next, place + 1)
        else:
            self._stream(False)
            self._write(self.model.replies.end)

    def _stream(self, streaming: bool) -> None:
        count = self.model.count
        count.streams += streaming - self.streaming
        count.most_streams = max(count.most_streams, count.streams)
        self.streaming = streaming

    def _later(self, seconds: float, work: Callable[..., None], *of: object) -> None:
        self.loop.call_later(seconds, partial(work, *of))

    def _write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)


def embeddings(texts: Iterable[str], as_base64: bool) -> bytes:
    """The body that answers a request for them."""
    vectors = [
        base64.b64encode(vector(text).tobytes()).decode() if as_base64 else vector(text).tolist()
        for text in texts
    ]
    data = [{"object": "embedding", "index": at, "embedding": each} for at, each in enumerate(vectors)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return _json({"object": "list", "model": "stand-in", "data": data, "usage": usage})


def vector(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Its words, each added to or taken from one of the dimensions; unit length."""
    sums = np.zeros(DIMENSIONS, np.float32)
    sums[0] = 1e-3
    for word in text.lower().split():
        place, sign = _hashed(word)
        sums[place] += sign
    return sums / np.float32(np.linalg.norm(sums))


@cache
def _hashed(word: str) -> tuple[int, int]:
    number = zlib.crc32(word.encode())
    return number // 2 % DIMENSIONS, 1 - 2 * (number % 2)


def whole(body: bytes) -> bytes:
    return head(b"content-type: application/json", b"content-length: %d" % len(body)) + body


def head(*fields: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *fields, b"", b""])


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _event(**content: Any) -> bytes:
    return b"data: " + _json({**_about("chat.completion.chunk"), **content}) + b"\n\n"


def _delta(text: str, finished: str | None = None) -> dict[str, Any]:
    delta = {"role": "assistant", "content": text} if text else {}
    return {"index": 0, "delta": delta, "finish_reason": finished}


def _about(kind: str) -> dict[str, Any]:
    return {"id": "x", "object": kind, "created": 0, "model": "stand-in"}


def _json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


@contextmanager
def running(pace: Pace) -> Iterator[Running]:
    """A process that answers at this pace while the block runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        options = [f"--{name}={value}" for name, value in asdict(pace).items()]
        command = [sys.executable, "-m", __spec__.name, f"--fd={listener.fileno()}", *options]
        with subprocess.Popen(command, pass_fds=[listener.fileno()]) as process:
            try:
                yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", process.pid)
            finally:
                process.terminate()


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    pid: int

    def count(self) -> Count:
        """What it was asked so far."""
        with urlopen(f"{self.url}/count") as response:
            return Count(**json.load(response))


async def serve(listener: socket.socket, pace: Pace) -> None:
    server = await asyncio.get_running_loop().create_server(Model(pace).connection, sock=listener)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fd", type=int, required=True, help="the socket to listen at")
    for each in fields(Pace):
        parser.add_argument(f"--{each.name}", type=type(each.default), default=each.default)
    given = vars(parser.parse_args())
    listener = socket.socket(fileno=given.pop("fd"))
    uvloop.run(serve(listener, Pace(**given)))


if __name__ == "__main__":
    main()
