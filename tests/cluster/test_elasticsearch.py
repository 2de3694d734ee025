"""Elasticsearch as ECK runs it: who may do what, and what happens while its nodes change."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.asking import asked, asking
from tests.cluster.conftest import GREEN, green, said
from tests.cluster.footnote import Footnote
from tests.cluster.kube import ROOT, Cluster, reach, until

pytestmark = pytest.mark.usefixtures("beacon")

SERVICE = "footnote-es-http"
Call = Callable[..., int]


@pytest.fixture
def call(footnote: Footnote, tmp_path: Path) -> Iterator[Call]:
    """The status of a request with the API key in the Secret of the `reader`, `writer` or `operator`."""
    cluster = footnote.cluster
    ca = tmp_path / "ca.crt"
    ca.write_text(cluster.secret("footnote-es-http-certs-public", "ca.crt"))
    context = ssl.create_default_context(cafile=str(ca))
    context.check_hostname = False  # reached by its address here, not by the name in the certificate

    with reach(cluster.namespace, SERVICE, 9200) as (host, port):

        def run(who: str, method: str, path: str, body: Any = None, key: str = "") -> int:
            key = key or cluster.secret(f"footnote-elasticsearch-{who}", "elasticsearch-api-key")
            headers = {"Authorization": f"ApiKey {key}", "Content-Type": "application/json"}
            data = None if body is None else json.dumps(body).encode()
            request = urllib.request.Request(
                f"https://{host}:{port}{path}", data, headers, method=method
            )
            try:
                with urllib.request.urlopen(request, timeout=30, context=context) as response:
                    return int(response.status)
            except urllib.error.HTTPError as error:
                return error.code

        yield run


def test_the_reader_may_search_and_not_write(call: Call) -> None:
    assert call("reader", "POST", "/footnote-chunks/_search", {"query": {"match_all": {}}}) == 200
    assert call("reader", "PUT", "/footnote-manifests/_doc/x", {}) == 403
    assert call("reader", "DELETE", "/footnote-manifests/_doc/x") == 403
    assert call("reader", "DELETE", "/footnote-manifests") == 403
    assert call("reader", "PUT", "/footnote-new") == 403


def test_the_writer_may_write_and_not_search(call: Call) -> None:
    assert call("writer", "POST", "/footnote-chunks/_search", {"query": {"match_all": {}}}) == 403
    assert call("writer", "POST", "/footnote-ledger/_doc/test", {"staged": {}}) == 201
    assert call("writer", "DELETE", "/footnote-ledger/_doc/test") == 200
    assert call("writer", "DELETE", "/footnote-manifests") == 403
    removal = {"actions": [{"remove_index": {"index": "footnote-manifests"}}]}
    assert call("writer", "POST", "/_aliases", removal) == 403


def test_the_operator_may_replace_an_index_and_not_write_into_one(call: Call) -> None:
    assert call("operator", "POST", "/footnote-manifests/_search", {"query": {"match_all": {}}}) == 200
    assert call("operator", "PUT", "/footnote-of-the-operator") == 200
    assert call("operator", "PUT", "/footnote-of-the-operator/_doc/x", {}) == 403
    assert call("operator", "PUT", "/footnote-manifests/_doc/x", {}) == 403
    assert call("writer", "DELETE", "/footnote-of-the-operator") == 403
    assert call("operator", "DELETE", "/footnote-of-the-operator") == 200


@pytest.mark.parametrize("who", ["reader", "writer", "operator"])
def test_no_key_reaches_beyond_footnotes_indexes(call: Call, who: str) -> None:
    assert call(who, "PUT", "/other/_doc/x", {}) == 403
    assert call(who, "GET", "/_security/user") == 403
    assert call(who, "POST", "/_security/api_key", {"name": "more"}) == 403
    settings = {"persistent": {"cluster.routing.allocation.enable": "none"}}
    assert call(who, "PUT", "/_cluster/settings", settings) == 403


def test_keys_are_rotated_without_a_restart(footnote: Footnote, call: Call) -> None:
    cluster = footnote.cluster
    first = cluster.secret("footnote-elasticsearch-reader", "elasticsearch-api-key")
    with asking(asked(footnote)) as failures:
        pods = until(lambda: cluster.pods("retrieve"))
        rotate(cluster)
        second = cluster.secret("footnote-elasticsearch-reader", "elasticsearch-api-key")
        assert first != second
        assert call("reader", "GET", "/footnote-chunks", key=first) == 200
        until(lambda: key_in(cluster, pods[0]) == second, 180)
        rotate(cluster)
        assert call("reader", "GET", "/footnote-chunks", key=first) == 401
        until(lambda: key_in(cluster, pods[0]) not in (first, second), 180)
        assert pods[0] in cluster.pods("retrieve")
    assert not failures


def rotate(cluster: Cluster) -> None:
    cluster.run_now("footnote-elasticsearch-rotate-keys")


def key_in(cluster: Cluster, pod: str) -> str:
    path = "/etc/footnote/secrets/elasticsearch-api-key"
    return cluster.kubectl("exec", pod, "--container=user-container", "--", "cat", path)


def test_questions_are_answered_while_a_node_is_lost(footnote: Footnote) -> None:
    cluster = footnote.cluster
    until(lambda: green(cluster), 300)
    with asking(asked(footnote)) as failures:
        cluster.kubectl("delete", "pod", "footnote-es-heavy-hitters-0", "--force", "--grace-period=0")
        until(lambda: said(cluster) != GREEN, 60)
        until(lambda: green(cluster), 300)
    assert not failures


def test_questions_are_answered_while_every_node_is_changed(footnote: Footnote) -> None:
    cluster = footnote.cluster
    chart = ROOT / "eck"
    with asking(asked(footnote)) as failures:
        change = ("--reuse-values", "--set", "nodeSet.env.ROLLED=yes")
        cluster.helm("upgrade", "footnote-elasticsearch", str(chart), *change)
        until(lambda: said(cluster) != GREEN, 120)
        until(lambda: green(cluster), 900)
    assert not failures
