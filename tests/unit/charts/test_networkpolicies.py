"""Where pods may go: each to what its settings name, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.charts.objects import Object, Render, named

ELSEWHERE = ("elasticsearch.url=https://search.example.com:9243", "elasticsearch.caSecret=")
CHAT = "settings.chat_base_url=http://vllm:8000/v1"
GOOGLES = r"serviceAccount.annotations.iam\.gke\.io/gcp-service-account=reader@example"
METADATA = {"169.254.169.254/32": [80, 8080], "169.254.169.252/32": [987, 988]}


def egress(objects: list[Object], component: str) -> list[Object]:
    return list(named(objects, "NetworkPolicy", component)["spec"]["egress"])


def anywhere(objects: list[Object], component: str) -> list[int]:
    """Ports that the component reaches wherever they are, inside the cluster and outside."""
    rules = [rule for rule in egress(objects, component) if "to" not in rule]
    return [port["port"] for rule in rules for port in rule["ports"]]


def blocks(objects: list[Object], component: str) -> dict[str, list[int]]:
    """Ports by the network that they are in."""
    rules = [rule for rule in egress(objects, component) if "ipBlock" in rule.get("to", [{}])[0]]
    return {r["to"][0]["ipBlock"]["cidr"]: [port["port"] for port in r["ports"]] for r in rules}


def namespaces(policy: Object) -> set[str]:
    """Those named one by one, in either direction."""
    rules = [*policy["spec"]["ingress"], *policy["spec"]["egress"]]
    peers = [peer for rule in rules for peer in (*rule.get("from", ()), *rule.get("to", ()))]
    labels = [peer.get("namespaceSelector", {}).get("matchLabels", {}) for peer in peers]
    return {each["kubernetes.io/metadata.name"] for each in labels if each}


@pytest.mark.parametrize(
    ("values", "reached"),
    [
        ((), {}),
        (("settings.bucket_endpoint=http://minio.example:9000",), {"ingest": [9000], "jobs": [9000]}),
        (("settings.bucket_endpoint=http://minio.storage",), {"ingest": [80], "jobs": [80]}),
        (("functions.ingest.settings.bucket_endpoint=http://[fd00::1]:9000",), {"ingest": [9000]}),
        (("jobs.settings.bucket_endpoint=https://minio.example.com",), {"jobs": [443]}),
        (ELSEWHERE, {"retrieve": [9243], "ingest": [9243], "jobs": [9243]}),
        ((CHAT, "settings.chat_model=m"), {"answer": [8000]}),
        (
            (f"functions.answer.{CHAT}", "functions.answer.settings.chat_model=m"),
            {"answer": [8000]},
        ),
        (
            ("settings.oidc_issuer=https://login.example.com:8443/realm", "settings.oidc_audience=me"),
            {"answer": [8443]},
        ),
        (("settings.redis_url=redis://:secret@redis.example.com/0",), {"answer": [6379]}),
        (("settings.embedding_base_url=http://vllm:8001/v1",), {"embed": [8001]}),
        (("functions.retrieve.settings.rerank_base_url=http://vllm:8002",), {"retrieve": [8002]}),
        (
            ("environ.HTTPS_PROXY=http://proxy.example.com:3128",),
            {"answer": [3128], "embed": [3128], "ingest": [3128], "jobs": [3128]},
        ),
        (
            (
                "environ.HTTPS_PROXY=http://proxy.example.com:3128",
                "functions.retrieve.settings.rerank_base_url=https://models.example.com/v1",
            ),
            {
                "answer": [3128],
                "embed": [3128],
                "retrieve": [443, 3128],
                "ingest": [3128],
                "jobs": [3128],
            },
        ),
        (
            (
                "settings.chat_base_url=http://a:80",
                "settings.chat_model=m",
                "settings.oidc_issuer=http://b",
                "settings.oidc_audience=me",
            ),
            {"answer": [80]},
        ),
        (("settings.bucket_endpoint=http://minio:9000", "networkPolicy.endpoints=false"), {}),
    ],
)
def test_a_pod_reaches_the_port_of_every_url_that_it_is_given(
    render: Render, values: tuple[str, ...], reached: dict[str, list[int]]
) -> None:
    objects = render("knative", *values)
    components = ("answer", "embed", "retrieve", "ingest", "jobs", "dead-letters")
    ports = {component: anywhere(objects, component) for component in components}
    assert {component: found for component, found in ports.items() if found} == reached


def test_the_redis_of_the_chart_opens_nothing_else(render: Render) -> None:
    assert anywhere(render("knative", "redis.enabled=true", "redis.secret=redis"), "answer") == []


def test_jobs_may_ask_who_keeps_the_dead_letters(render: Render) -> None:
    def selected(component: str) -> Object:
        labels = {"app.kubernetes.io/instance": "footnote", "app.kubernetes.io/component": component}
        return {"podSelector": {"matchLabels": labels}}

    objects = render("knative")
    ports = [{"port": 8080}]
    assert {"to": [selected("dead-letters")], "ports": ports} in egress(objects, "jobs")
    (rule,) = named(objects, "NetworkPolicy", "dead-letters")["spec"]["ingress"]
    assert selected("jobs") in rule["from"]
    assert rule["ports"] == ports


def test_traces_leave_for_the_namespace_of_monitoring(render: Render) -> None:
    there = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    objects = render("knative")
    for component in ("answer", "embed", "retrieve", "ingest", "jobs"):
        assert {"to": [there], "ports": [{"port": 4318}]} in egress(objects, component)


def test_names_are_asked_of_a_resolver_in_a_pod_or_on_the_node(render: Render) -> None:
    objects = render("knative")
    ports = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]
    for component in ("answer", "embed", "retrieve", "ingest", "jobs", "dead-letters"):
        (rule,) = [rule for rule in egress(objects, component) if rule.get("ports") == ports]
        assert rule["to"] == [{"namespaceSelector": {}}, {"ipBlock": {"cidr": "169.254.0.0/16"}}]


def test_googles_metadata_server_is_open_to_those_who_have_an_identity_from_it(render: Render) -> None:
    plain, identified = render("knative"), render("knative", GOOGLES)
    for component in ("ingest", "jobs"):
        assert not METADATA.keys() & blocks(plain, component).keys()
        assert METADATA.items() <= blocks(identified, component).items()
    assert not METADATA.keys() & blocks(identified, "answer").keys()


def test_nothing_is_open_to_a_namespace_for_monitoring_where_there_is_none(render: Render) -> None:
    plain, without = render("knative"), render("knative", "networkPolicy.monitoring=")
    for component in ("answer", "embed", "retrieve", "ingest", "dead-letters"):
        assert "monitoring" in namespaces(named(plain, "NetworkPolicy", component))
        policy = named(without, "NetworkPolicy", component)
        assert namespaces(policy) <= {"knative-serving", "knative-eventing"}
        assert all(rule.get("from") for rule in policy["spec"]["ingress"])


def test_the_notes_tell_which_ports_are_open(notes: Callable[..., str]) -> None:
    said = notes("knative", "settings.bucket_endpoint=http://minio:9000", CHAT, "settings.chat_model=m")
    assert "answer may reach these ports, too: 8000" in said
    assert "ingest may reach these ports, too: 9000" in said
    assert "networkPolicy.egress" in said
    assert "networkPolicy.egress" not in notes("knative", "networkPolicy.enabled=false")
