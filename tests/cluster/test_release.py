"""What installing, upgrading and uninstalling leave on the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.cluster.conftest import NAMESPACE, install
from tests.cluster.footnote import Footnote
from tests.cluster.kube import FUNCTIONS, ROOT, Cluster, reach, run, until
from tests.unit.charts.test_knative import EVERYTHING

OF_KUBERNETES = {"ConfigMap/kube-root-ca.crt", "ServiceAccount/default"}


@pytest.fixture
def empty() -> Iterator[Cluster]:
    """A namespace with nothing in it."""
    cluster = Cluster(f"{NAMESPACE}-empty")
    run("kubectl", "create", "namespace", cluster.namespace)
    yield cluster
    run("kubectl", "delete", "namespace", cluster.namespace)


def contents(cluster: Cluster) -> set[str]:
    """Kind and name of everything in the namespace, events apart."""
    kinds = run("kubectl", "api-resources", "--namespaced", "--verbs=list", "--output=name").split()
    wanted = ",".join(kind for kind in kinds if not kind.startswith(("events", "pods.metrics")))
    items = cluster.get(wanted)["items"]
    found = {f"{item['kind']}/{item['metadata']['name']}" for item in items}
    return found - OF_KUBERNETES


@contextmanager
def accounts(cluster: Cluster, rendered: str) -> Iterator[None]:
    """The service accounts of a rendered chart, for real: Knative looks them up even in a dry run."""
    documents = [each for each in yaml.safe_load_all(rendered) if each]
    wanted = yaml.safe_dump_all(each for each in documents if each["kind"] == "ServiceAccount")
    cluster.kubectl("apply", "--filename=-", stdin=wanted)
    try:
        yield
    finally:
        cluster.kubectl("delete", "--filename=-", stdin=wanted)


@pytest.mark.parametrize("values", [(), EVERYTHING, (*EVERYTHING, "domain.kind=ingress")])
def test_every_object_passes_the_admission_webhooks(cluster: Cluster, values: tuple[str, ...]) -> None:
    # Of the kinds that the charts can make, only the Prometheus operator's may be missing.
    given = [*values, "monitoring.podMonitor.enabled=false", "monitoring.rules.enabled=false"]
    settings = [argument for value in given for argument in ("--set", value)]
    rendered = cluster.helm("template", "--validate", "admitted", str(ROOT / "knative"), *settings)
    with accounts(cluster, rendered):
        cluster.kubectl("apply", "--dry-run=server", "--filename=-", stdin=rendered)


def test_elasticsearch_as_the_article_has_it_is_admitted(cluster: Cluster) -> None:
    secrets = [f"keys.{who}Secret=admitted-{who}" for who in ("writer", "reader", "operator")]
    settings = ("--set", ",".join(["name=admitted", *secrets]))
    rendered = cluster.helm("template", "--validate", "admitted", str(ROOT / "eck"), *settings)
    cluster.kubectl("apply", "--dry-run=server", "--filename=-", stdin=rendered)


def test_an_upgrade_without_a_change_makes_no_new_revision(footnote: Footnote) -> None:
    def revisions() -> list[str]:
        services = [footnote.cluster.get("ksvc", f"footnote-{function}") for function in FUNCTIONS]
        return [service["status"]["latestCreatedRevisionName"] for service in services]

    before = revisions()
    install(footnote.cluster, "--reuse-values")
    assert revisions() == before


def test_answer_can_have_a_name_of_its_own_with_tls(footnote: Footnote, tmp_path: Path) -> None:
    name, cluster = "ask.footnote.test", footnote.cluster
    certificate, key = str(tmp_path / "tls.crt"), str(tmp_path / "tls.key")
    wanted = ("-newkey", "rsa:2048", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}")
    run("openssl", "req", "-x509", "-nodes", *wanted, "-keyout", key, "-out", certificate)
    cluster.kubectl("create", "secret", "tls", "ask-tls", f"--cert={certificate}", f"--key={key}")
    install(cluster, "--reuse-values", "--set", f"domain.host={name},domain.tlsSecret=ask-tls")
    cluster.kubectl("wait", f"domainmapping/{name}", "--for=condition=Ready", "--timeout=120s")
    with reach("kourier-system", "kourier", 443) as (address, port):
        ask = (
            "--silent",
            "--fail",
            "--cacert",
            certificate,
            "--connect-to",
            f"{name}:443:{address}:{port}",
        )
        until(lambda: "<title>" in run("curl", *ask, f"https://{name}/", check=False))
    install(cluster, "--reuse-values", "--set", "domain.host=,domain.tlsSecret=")
    until(lambda: not cluster.get("domainmappings")["items"])
    cluster.kubectl("delete", "secret", "ask-tls")


def test_upgrading_and_uninstalling_leave_nothing_behind(empty: Cluster) -> None:
    knative, eck = str(ROOT / "knative"), str(ROOT / "eck")
    small = ("--set", "nodeSet.count=1", "--values", f"{eck}/values-small.yaml")
    empty.helm("install", "elasticsearch", eck, *small)
    empty.helm("install", "footnote", knative, "--values", f"{knative}/values-small.yaml")
    empty.helm("upgrade", "footnote", knative, "--reuse-values", "--set", "reconcile.enabled=false")
    until(lambda: "Broker/footnote" in contents(empty))
    gone = ("CronJob/footnote-reconcile", "Job/footnote-backfill-1-")
    assert not [thing for thing in contents(empty) if thing.startswith(gone)]
    for release in ("footnote", "elasticsearch"):
        empty.helm("uninstall", release, "--wait")
    until(lambda: not contents(empty))
