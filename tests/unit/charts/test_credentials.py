"""How credentials get to pods: files of Secrets, files that others bring, identities of clouds."""

from __future__ import annotations

import pytest

from tests.unit.charts.objects import Object, Render, environ, named

FUNCTIONS = ("answer", "embed", "retrieve", "ingest")
JOBS = (("Job", "backfill-1"), ("CronJob", "reconcile"), ("CronJob", "status"))


def job(objects: list[Object], kind: str, name: str) -> Object:
    """The template of its pods."""
    spec = named(objects, kind, name)["spec"]
    return dict(spec.get("jobTemplate", {"spec": spec})["spec"]["template"])


def pods(objects: list[Object], values: str) -> list[Object]:
    """Templates of the pods that the values `functions.X` or `jobs` are about."""
    if values == "jobs":
        return [job(objects, *each) for each in JOBS]
    return [named(objects, "Service", values.partition(".")[2])["spec"]["template"]]


PLACES = (*(f"functions.{name}" for name in FUNCTIONS), "jobs")


@pytest.mark.parametrize("place", PLACES)
def test_pods_can_be_marked_for_whoever_brings_credentials(render: Render, place: str) -> None:
    label = rf"{place}.podLabels.azure\.workload\.identity/use=a"
    annotation = rf"{place}.podAnnotations.vault\.hashicorp\.com/role=footnote"
    for pod in pods(render("knative", label, annotation), place):
        assert pod["metadata"]["labels"]["azure.workload.identity/use"] == "a"
        assert pod["metadata"]["annotations"]["vault.hashicorp.com/role"] == "footnote"


@pytest.mark.parametrize("place", PLACES)
def test_a_pod_has_a_token_of_its_account_only_where_one_is_asked_for(
    render: Render, place: str
) -> None:
    def account(objects: list[Object]) -> bool:
        found = named(objects, "ServiceAccount", place.rpartition(".")[2])
        return bool(found["automountServiceAccountToken"])

    without = render("knative")
    with_token = render("knative", f"{place}.automountServiceAccountToken=true")
    assert not account(without)
    assert account(with_token)
    # A Knative Service may refuse the token, and is not admitted where it demands one.
    demand = [True] * len(JOBS) if place == "jobs" else [None]
    tokens = [pod["spec"].get("automountServiceAccountToken") for pod in pods(with_token, place)]
    assert tokens == demand
    assert not any(pod["spec"]["automountServiceAccountToken"] for pod in pods(without, place))


def test_the_files_of_jobs_can_come_from_a_csi_driver(render: Render) -> None:
    driver = "secrets-store.csi.k8s.io"
    for pod in pods(render("knative", f"jobs.secretsVolume.csi.driver={driver}"), "jobs"):
        assert {"name": "secrets", "csi": {"driver": driver}} in pod["spec"]["volumes"]


def test_keys_of_elasticsearch_that_others_bring_need_no_secrets(render: Render) -> None:
    none = [f"elasticsearch.{who}Secret=" for who in ("writer", "reader", "operator")]
    other = ("elasticsearch.url=https://search.example.com", "elasticsearch.caSecret=ca")
    objects = render("knative", *other, *none)
    for place in ("functions.retrieve", "functions.ingest", "jobs"):
        for pod in pods(objects, place):
            volumes = {each["name"]: each for each in pod["spec"]["volumes"]}
            assert "secrets" not in volumes
            assert volumes["elasticsearch"]["secret"]["secretName"] == "ca"
            mounts = [each["name"] for each in pod["spec"]["containers"][0]["volumeMounts"]]
            assert sorted(mounts) == sorted(volumes)


def test_jobs_can_look_for_their_files_elsewhere(render: Render) -> None:
    for pod in pods(render("knative", "jobs.settings.secrets=/vault/secrets"), "jobs"):
        settings = environ(pod["spec"]["containers"][0])
        assert settings["FOOTNOTE_SECRETS"] == "/vault/secrets"
        assert settings["FOOTNOTE_STATE"] == "/tmp/footnote"
