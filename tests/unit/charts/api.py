"""As much of the Kubernetes API as Helm asks when a chart looks up one object."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.stub import Reply, Request, Stub
from tests.unit.charts.objects import Object

FAILURE = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404}


@contextmanager
def cluster_with(thing: Object) -> Iterator[tuple[str, ...]]:
    """The options that lead Helm to a cluster that has this object."""
    found = _found(thing)

    def answer(request: Request) -> Reply:
        body = found.get(request.path.partition("?")[0])
        return Reply(200 if body else 404, body or FAILURE, {"content-type": "application/json"})

    with Stub(answer) as server:
        where = ("--kubeconfig", os.devnull, "--kube-apiserver", server.url)
        has = ("--api-versions", f"{thing['apiVersion']}/{thing['kind']}")
        yield (*where, *has, "--dry-run=server")


def _found(thing: Object) -> dict[str, Object]:
    """What the API answers, by path."""
    version, kind = thing["apiVersion"], thing["kind"]
    plural, place = f"{kind.lower()}s", thing["metadata"]
    resource = {"name": plural, "namespaced": True, "kind": kind, "verbs": ["get"]}
    return {
        f"/apis/{version}": {"groupVersion": version, "resources": [resource]},
        f"/apis/{version}/namespaces/{place['namespace']}/{plural}/{place['name']}": thing,
    }
