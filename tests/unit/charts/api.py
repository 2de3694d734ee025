"""As much of the Kubernetes API as Helm asks when a chart looks up one object."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.listening import listening
from tests.unit.charts.objects import Object


@contextmanager
def cluster_with(thing: Object) -> Iterator[tuple[str, ...]]:
    """The options that lead Helm to a cluster that has this object."""
    with listening(ThreadingHTTPServer(("127.0.0.1", 0), handler(thing))) as url:
        where = ("--kubeconfig", os.devnull, "--kube-apiserver", url)
        has = ("--api-versions", f"{thing['apiVersion']}/{thing['kind']}")
        yield (*where, *has, "--dry-run=server")


def handler(thing: Object) -> type[BaseHTTPRequestHandler]:
    version, kind = thing["apiVersion"], thing["kind"]
    plural, place = f"{kind.lower()}s", thing["metadata"]
    resource = {"name": plural, "namespaced": True, "kind": kind, "verbs": ["get"]}
    found = {
        f"/apis/{version}": {"groupVersion": version, "resources": [resource]},
        f"/apis/{version}/namespaces/{place['namespace']}/{plural}/{place['name']}": thing,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = found.get(self.path.partition("?")[0])
            failure = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404}
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer or failure).encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    return Handler
