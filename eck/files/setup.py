"""Prepares Elasticsearch for Footnote: lifecycle policy, index template and three API keys.

Runs as a Job at every installation and upgrade, and as a CronJob with --rotate. The keys go to the
Secrets named in secrets.json. A key that works and has the right role is kept unless --rotate is given.
A replaced key stays valid until the next replacement, so functions that still use it keep working, even
if the Job fails halfway and is retried.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import signal
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
CA = Path("/ca/ca.crt")
KUBERNETES = "https://kubernetes.default.svc"
SECRET_KEY = "elasticsearch-api-key"

Call = Callable[..., Any]

KEY_REJECTED = (400, 401, 403)
"""How Elasticsearch answers a key that does not work; any other status says nothing about the key."""


class Refused(Exception):
    """An API answered with an error."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:500]}")
        self.status = status


def client(url: str, authorization: str, ca: Path) -> Call:
    """A function (method, path, body) that returns the decoded answer of the API at `url`."""
    context = ssl.create_default_context(cafile=str(ca))

    def call(method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": authorization, "Content-Type": content_type}
        request = urllib.request.Request(url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode(errors="replace")) from None

    return call


def definition(name: str) -> Any:
    return json.loads((HERE / name).read_text())


def wait_until_healthy(elasticsearch: Call, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            elasticsearch("GET", "/_cluster/health?wait_for_status=yellow&timeout=20s")
            return
        except (Refused, OSError) as error:
            if time.monotonic() > deadline:
                raise
            print(f"waiting for Elasticsearch: {error}", flush=True)
            time.sleep(2)


def put_definitions(elasticsearch: Call, index: str) -> None:
    elasticsearch("PUT", f"/_index_template/{index}", definition("template.json"))
    print(f"index template {index}: stored")
    try:
        elasticsearch("PUT", f"/_ilm/policy/{index}-superseded", definition("lifecycle.json"))
        print(f"lifecycle policy {index}-superseded: stored")
    except Refused as error:
        if "no handler found" not in str(error):
            raise
        print("lifecycle policy: skipped, because this Elasticsearch has no index lifecycle management")


class Keys:
    """API keys of Elasticsearch, each with the role of one JSON file, kept in Secrets."""

    def __init__(
        self, elasticsearch: Call, kubernetes: Call, as_holder: Callable[[str], Call], job: str
    ) -> None:
        """`as_holder` returns a client of Elasticsearch that authenticates with the given key.

        `job` is the same in every attempt of a Job, and in no other.
        """
        self._job = job
        self._elasticsearch = elasticsearch
        self._kubernetes = kubernetes
        self._as_holder = as_holder

    def provide(self, name: str, descriptors: Any, secret: str, rotate: bool) -> None:
        """Ensure that the Secret at the path `secret` has a key that works and has this role."""
        role = hashlib.sha256(json.dumps(descriptors, sort_keys=True).encode()).hexdigest()
        current = self._find(self._read(secret))
        works = current["metadata"].get("role") == role
        if works and not rotate:
            print(f"API key {name}: still works, kept")
            return
        if not works or current["metadata"].get("job") != self._job:
            metadata = {"role": role, "job": self._job, "replaced": current["id"]}
            current = self._create(name, descriptors, metadata)
            self._write(secret, current["encoded"])
        print(f"API key {name}: created; {self._invalidate_old(name, current)} old keys invalidated")

    def _find(self, key: str) -> Any:
        """The id and metadata of a key; both are empty if it does not work."""
        try:
            identity = self._as_holder(key)("GET", "/_security/_authenticate")["api_key"]["id"]
        except Refused as error:
            if error.status not in KEY_REJECTED:
                raise
            return {"id": "", "metadata": {}}
        (found,) = self._elasticsearch("GET", f"/_security/api_key?id={identity}")["api_keys"]
        return found

    def _create(self, name: str, descriptors: Any, metadata: Any) -> Any:
        body = {"name": name, "role_descriptors": descriptors, "metadata": metadata}
        return {**self._elasticsearch("POST", "/_security/api_key", body), "metadata": metadata}

    def _invalidate_old(self, name: str, current: Any) -> int:
        """Invalidate all keys of that name but the current one and the one it replaced.

        Returns how many; if the replaced key is not known, none.
        """
        if not (replaced := current["metadata"]["replaced"]):
            return 0
        keys = self._elasticsearch("GET", f"/_security/api_key?name={name}&active_only=true")["api_keys"]
        if old := [key["id"] for key in keys if key["id"] not in (current["id"], replaced)]:
            self._elasticsearch("DELETE", "/_security/api_key", {"ids": old})
        return len(old)

    def _read(self, secret: str) -> str:
        data = self._kubernetes("GET", secret).get("data") or {}
        return base64.b64decode(data.get(SECRET_KEY, "")).decode()

    def _write(self, secret: str, key: str) -> None:
        data = {SECRET_KEY: base64.b64encode(key.encode()).decode()}
        self._kubernetes("PATCH", secret, {"data": data}, "application/merge-patch+json")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="URL of Elasticsearch")
    parser.add_argument("--namespace", required=True, help="namespace of the Secrets")
    parser.add_argument("--prefix", required=True, help="prefix of the API keys' names")
    parser.add_argument("--index", required=True, help="prefix of Footnote's indexes")
    parser.add_argument("--job", required=True, help="id shared only by the attempts of this Job")
    parser.add_argument("--rotate", action="store_true", help="also replace keys that work")
    return parser.parse_args()


def main() -> None:
    options = parse_arguments()
    # The first process of a container ignores a signal that it has no handler for.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(128 + signal.SIGTERM))

    password = Path("/elastic/elastic").read_text()
    basic = base64.b64encode(f"elastic:{password}".encode()).decode()
    elasticsearch = client(options.url, f"Basic {basic}", CA)
    token = (SERVICE_ACCOUNT / "token").read_text()
    kubernetes = client(KUBERNETES, f"Bearer {token}", SERVICE_ACCOUNT / "ca.crt")

    def as_holder(key: str) -> Call:
        return client(options.url, f"ApiKey {key}", CA)

    wait_until_healthy(elasticsearch, seconds=900)
    put_definitions(elasticsearch, options.index)
    keys = Keys(elasticsearch, kubernetes, as_holder, options.job)
    for role, secret in definition("secrets.json").items():
        path = f"/api/v1/namespaces/{options.namespace}/secrets/{secret}"
        keys.provide(f"{options.prefix}-{role}", definition(f"{role}.json"), path, options.rotate)


if __name__ == "__main__":
    main()
