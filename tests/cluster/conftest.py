"""Both charts, installed in a namespace of their own, and an S3 server in it that ingest follows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from obstore.store import S3Store

from bench.report import Measure, publish
from tests.cluster.asking import ANSWER, QUESTION
from tests.cluster.footnote import Footnote, Gateway, Observer
from tests.cluster.kube import ROOT, Cluster, reach, run, until

Inside = Callable[[str], Gateway]
"""A function by its name, as the others and the broker reach it."""

GREEN = ["green", "Ready", 3]
"""Of Elasticsearch: its health, its phase, and its nodes."""
HERE = Path(__file__).parent
NAMESPACE = os.environ.get("NAMESPACE", "footnote-test")
ELASTICSEARCH_IMAGE = os.environ.get("ELASTICSEARCH_IMAGE", "")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A namespace in which only restricted pods may run; removed at the end unless KEEP is set."""
    cluster = Cluster(NAMESPACE)
    namespace = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NAMESPACE}, labels: "
    namespace += "{pod-security.kubernetes.io/enforce: restricted}}"
    run("kubectl", "apply", "--filename=-", stdin=namespace)
    yield cluster
    if "KEEP" not in os.environ:
        for release in ("footnote", "footnote-elasticsearch"):
            cluster.helm("uninstall", release, "--ignore-not-found", "--wait")
        run("kubectl", "delete", "namespace", NAMESPACE)


@pytest.fixture(scope="session")
def elasticsearch(cluster: Cluster) -> str:
    """The three nodes, run by ECK, with their API keys made; the name of the resource."""
    values = ["--values", str(ROOT / "eck" / "values-small.yaml")]
    values += ["--set", f"image={ELASTICSEARCH_IMAGE}"] if ELASTICSEARCH_IMAGE else []
    started = time.monotonic()
    cluster.helm("upgrade", "--install", "footnote-elasticsearch", str(ROOT / "eck"), *values)
    until(lambda: green(cluster), 600)
    taken = Measure("Elasticsearch's three nodes Ready", time.monotonic() - started, "s", 60)
    publish("cluster-elasticsearch", [taken])
    jobs = "--selector=app.kubernetes.io/instance=footnote-elasticsearch"
    cluster.kubectl("wait", "job", jobs, "--for=condition=Complete", "--timeout=600s")
    return "footnote"


@pytest.fixture(scope="session")
def s3(cluster: Cluster) -> None:
    cluster.apply(HERE / "s3" / "s3.yaml")


@pytest.fixture(scope="session")
def installed(cluster: Cluster, elasticsearch: str, s3: None) -> Cluster:
    """The four functions, ready, with the bucket `documents`."""
    install(cluster)
    cluster.ready()
    # The S3 server ends when nobody takes its first notification; Kubernetes waits longer each time.
    cluster.kubectl("rollout", "restart", "deployment/s3")
    cluster.kubectl("rollout", "status", "deployment/s3", "--timeout=180s")
    cluster.kubectl("rollout", "status", "deployment/footnote-dead-letters", "--timeout=180s")
    return cluster


def install(cluster: Cluster, *values: str) -> None:
    chart = ROOT / "knative"
    files = ("--values", str(chart / "values-small.yaml"), "--values", str(HERE / "values.yaml"))
    cluster.helm("upgrade", "--install", cluster.release, str(chart), *files, *values)


@pytest.fixture(scope="session")
def footnote(installed: Cluster, inside: Inside) -> Iterator[Footnote]:
    """What a user sees: the bucket, and answer through the gateway of the cluster."""
    with ExitStack() as stack:
        host, port = stack.enter_context(reach(installed.namespace, "s3", 7070))
        bucket = S3Store(
            "documents",
            endpoint=f"http://{host}:{port}",
            access_key_id="footnote",
            secret_access_key="footnote-secret",
            region="us-east-1",
            client_options={"allow_http": True},
        )
        until(lambda: make_bucket(installed), 60)
        gateway = stack.enter_context(reach("kourier-system", "kourier", 80))
        broker = stack.enter_context(reach("knative-eventing", "broker-ingress", 80))
        answer = Gateway(*gateway, installed.host("footnote-answer"))
        yield Footnote(installed, bucket, answer, inside("ingest"), broker)


@pytest.fixture(scope="module")
def beacon(footnote: Footnote) -> None:
    """What QUESTION asks for."""
    footnote.put("beacon.md", f"There are {ANSWER} to the beacon of Tarn Point.\n")
    footnote.until_cited(QUESTION, ANSWER)


@pytest.fixture(scope="session")
def inside(installed: Cluster) -> Iterator[Inside]:
    with reach("kourier-system", "kourier-internal", 80) as (address, port):
        yield lambda function: Gateway(address, port, installed.host(f"footnote-{function}"))


@pytest.fixture(scope="session")
def observer(installed: Cluster) -> Observer:
    installed.apply(HERE / "observer.yaml")
    installed.kubectl("rollout", "status", "deployment/observer", "--timeout=180s")
    installed.kubectl("wait", "trigger/observer", "--for=condition=Ready", "--timeout=60s")
    return Observer(installed)


def said(cluster: Cluster) -> list[Any]:
    """What ECK says of Elasticsearch: GREEN once all three nodes are there, and a copy of everything."""
    status = cluster.get("elasticsearch", "footnote").get("status", {})
    return [status.get(name) for name in ("health", "phase", "availableNodes")]


def green(cluster: Cluster) -> bool:
    """True; until then it raises AssertionError, with what ECK says."""
    seen = said(cluster)
    assert seen == GREEN, seen
    return True


def make_bucket(cluster: Cluster) -> bool:
    """The S3 server keeps each bucket as a folder."""
    return cluster.kubectl("exec", "deployment/s3", "--", "mkdir", "-p", "/data/documents") == ""
