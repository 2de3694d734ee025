"""An issuer of tokens: an HTTP server with discovery and keys."""

import asyncio
import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

FIRST = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECOND = ec.generate_private_key(ec.SECP256R1())


def public(name: str, key: Any, **extra: str) -> dict[str, Any]:
    algorithm = jwt.algorithms.RSAAlgorithm if key is FIRST else jwt.algorithms.ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": name, **extra}


class Server:
    """Serves the issuer's two documents, each at its own path, and counts the requests."""

    def __init__(self) -> None:
        self.keys: list[Any] = [public("one", FIRST)]
        self.asked = 0
        self.fetched = 0
        """The number of requests for its keys."""
        self.down = False
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
        documents = {
            b"/.well-known/openid-configuration": {"jwks_uri": f"{self.url}/keys"},
            b"/keys": {"keys": self.keys},
        }
        self.asked += 1
        self.fetched += path == b"/keys"
        data = json.dumps(documents.get(path)).encode()
        status = "500 Down" if self.down else "200 OK" if path in documents else "404 Not Found"
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n"
        writer.write(f"{head}content-length: {len(data)}\r\n\r\n".encode() + data)
        writer.close()
        await writer.wait_closed()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def token(server: Server, key: Any = FIRST, name: str | None = "one", **changed: Any) -> str:
    claims = {"iss": server.url, "aud": "footnote", "sub": "ada", "exp": time.time() + 300, **changed}
    claims = {claim: value for claim, value in claims.items() if value is not None}
    return jwt.encode(claims, key, "RS256" if key is FIRST else "ES256", {"kid": name} if name else None)
