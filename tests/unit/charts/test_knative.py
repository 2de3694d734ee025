from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from footnote.embedding_prompts import parse_prompts
from footnote.settings import Settings
from tests.unit.charts.objects import Object, Render, Template, container, environ, named

ROOT = Path(__file__).parents[3]
FUNCTIONS = ("answer", "embed", "retrieve", "ingest")
EVERYTHING = (
    "redis.enabled=true",
    "redis.secret=redis",
    "bucketSecrets={s3}",
    "broker.class=Kafka",
    "domain.host=ask.example.com",
    "domain.tlsSecret=tls",
    "monitoring.podMonitor.enabled=true",
    "monitoring.podMonitor.queueProxy=true",
    "monitoring.dashboard.enabled=true",
    "monitoring.rules.enabled=true",
    "sources.gcs.enabled=true",
    "sources.azure.enabled=true",
    "sources.eventBridge.enabled=true",
    "sources.sqs.enabled=true",
    "sources.sqs.arn=arn:aws:sqs:eu-central-1:123456789012:documents",
    "sources.sqs.secret=aws",
    "sources.ingress.enabled=true",
    "sources.ingress.host=events.example.com",
    "sources.ingress.tlsSecret=tls",
    "functions.answer.secrets={chat}",
    "functions.ingest.podLabels.team=documents",
    "jobs.podLabels.team=documents",
    "jobs.podAnnotations.team=documents",
    r"serviceAccount.annotations.iam\.gke\.io/gcp-service-account=reader@example",
    "settings.bucket_endpoint=http://minio:9000",
    "image.pullSecrets[0].name=registry",
    "reindex.enabled=true",
)


def test_further_variables_reach_every_function(render: Render) -> None:
    objects = render("knative", "environ.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318")
    for function in FUNCTIONS:
        variables = environ(container(objects, function))
        assert variables["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector:4318"


def files(objects: list[Object], function: str) -> list[str]:
    """Names of the Secrets that the function finds in its folder of secrets."""
    volumes = named(objects, "Service", function)["spec"]["template"]["spec"].get("volumes", [])
    secrets = [volume["projected"]["sources"] for volume in volumes if volume["name"] == "secrets"]
    return [source["secret"]["name"] for sources in secrets for source in sources]


@pytest.mark.parametrize("values", [(), EVERYTHING, (*EVERYTHING, "domain.kind=ingress")])
def test_every_object_is_one_that_its_api_accepts(
    render: Render, check: Callable[[Object], None], values: tuple[str, ...]
) -> None:
    for thing in render("knative", *values):
        check(thing)


def test_only_answer_can_be_reached_from_outside(render: Render) -> None:
    objects = render("knative")
    labels = {name: named(objects, "Service", name)["metadata"]["labels"] for name in FUNCTIONS}
    local = {name for name in FUNCTIONS if "networking.knative.dev/visibility" in labels[name]}
    assert local == {"embed", "retrieve", "ingest"}


def test_every_pod_may_run_where_pod_security_is_restricted(render: Render) -> None:
    objects = render("knative", *EVERYTHING)
    specs = [o["spec"]["template"]["spec"] for o in objects if "template" in o.get("spec", {})]
    assert len(specs) == 8
    for spec in specs:
        assert spec["automountServiceAccountToken"] is False
        for each in spec["containers"]:
            context = each["securityContext"]
            assert context["runAsNonRoot"]
            assert context["readOnlyRootFilesystem"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert context["seccompProfile"] == {"type": "RuntimeDefault"}


def test_every_pod_can_pull_its_image_from_a_registry_with_a_password(render: Render) -> None:
    objects = render("knative", *EVERYTHING)
    specs = [o["spec"]["template"]["spec"] for o in objects if "template" in o.get("spec", {})]
    assert [spec.get("imagePullSecrets") for spec in specs] == 8 * [[{"name": "registry"}]]


def test_the_gateway_is_where_knatives_operator_puts_it(render: Render) -> None:
    objects = render("knative", "domain.host=ask.example.com", "domain.kind=ingress")
    behind = named(objects, "Service", "gateway")["spec"]["externalName"]
    assert behind == "kourier.knative-serving.svc.cluster.local"
    rules = named(objects, "NetworkPolicy", "answer")["spec"]["ingress"]
    spaces = [each["namespaceSelector"]["matchLabels"] for each in rules[0]["from"]]
    assert spaces == [{"kubernetes.io/metadata.name": "knative-serving"}]


def test_ingest_gets_the_key_that_writes_and_retrieve_the_one_that_reads(render: Render) -> None:
    objects = render("knative", "bucketSecrets={s3}", "functions.answer.secrets={chat}")
    assert files(objects, "ingest") == ["footnote-elasticsearch-writer", "s3"]
    assert files(objects, "retrieve") == ["footnote-elasticsearch-reader"]
    assert files(objects, "answer") == ["chat"]
    assert files(objects, "embed") == []


def test_a_function_has_no_volume_that_it_does_not_need(render: Render) -> None:
    def volumes(*values: str) -> dict[str, list[str]]:
        objects = render("knative", *values)
        specs = {name: named(objects, "Service", name)["spec"]["template"]["spec"] for name in FUNCTIONS}
        return {name: [each["name"] for each in spec.get("volumes", [])] for name, spec in specs.items()}

    assert volumes() == {
        "answer": [],
        "embed": [],
        "retrieve": ["secrets", "elasticsearch"],
        "ingest": ["tmp", "secrets", "elasticsearch"],
    }
    assert volumes("settings.uploads=on")["answer"] == ["tmp"]


def test_secret_files_can_come_from_a_csi_driver(render: Render) -> None:
    objects = render("knative", "functions.ingest.secretsVolume.csi.driver=secrets-store.csi.k8s.io")
    volumes = named(objects, "Service", "ingest")["spec"]["template"]["spec"]["volumes"]
    assert {"name": "secrets", "csi": {"driver": "secrets-store.csi.k8s.io"}} in volumes


def test_the_functions_are_told_of_each_other_and_of_elasticsearch(render: Render) -> None:
    settings = environ(container(render("knative"), "answer"))
    assert settings["FOOTNOTE_EMBED_URL"] == "http://footnote-embed.here.svc.cluster.local"
    assert settings["FOOTNOTE_ELASTICSEARCH_URL"] == "https://footnote-es-http.here.svc:9200"
    assert settings["FOOTNOTE_ELASTICSEARCH_CA"] == "/etc/footnote/elasticsearch/ca.crt"


def test_another_elasticsearch_can_be_used(render: Render) -> None:
    objects = render(
        "knative", "elasticsearch.url=https://search.example.com", "elasticsearch.caSecret="
    )
    settings = environ(container(objects, "retrieve"))
    assert settings["FOOTNOTE_ELASTICSEARCH_URL"] == "https://search.example.com"
    assert "FOOTNOTE_ELASTICSEARCH_CA" not in settings


def test_retrieve_may_leave_the_cluster_only_for_what_is_not_in_it(render: Render) -> None:
    def may_leave(*values: str) -> bool:
        policy = named(render("knative", *values), "NetworkPolicy", "retrieve")
        peers = [to for rule in policy["spec"]["egress"] for to in rule.get("to", [])]
        return {"ipBlock": {"cidr": "0.0.0.0/0"}} in peers

    assert not may_leave()
    assert may_leave("elasticsearch.url=https://search.example.com", "elasticsearch.caSecret=")
    assert may_leave("settings.rerank_base_url=https://models.example.com/v1")
    assert may_leave("functions.retrieve.settings.rerank_base_url=https://models.example.com/v1")


def test_every_setting_that_the_chart_gives_is_one_that_the_functions_know(render: Render) -> None:
    objects = render("knative", *EVERYTHING, "settings.object_limit=50000000")
    for function in FUNCTIONS:
        settings = environ(container(objects, function))
        Settings.from_environ(settings)
        assert settings["FOOTNOTE_OBJECT_LIMIT"] == "50000000"


def test_the_schema_knows_exactly_the_settings_that_can_be_chosen() -> None:
    schema = json.loads((ROOT / "knative" / "values.schema.json").read_text())
    wired = {
        "store",
        "state",
        "bucket_interval",
        "key",
        "dead_letter_days",
        "dead_letters_url",
        "elasticsearch_url",
        "elasticsearch_ca",
    }
    wired |= {f"{function}_url" for function in FUNCTIONS}
    known = set(schema["definitions"]["settings"]["properties"])
    assert known == set(Settings.model_fields) - wired


def test_the_schema_refuses_what_the_functions_would_not_start_with() -> None:
    schema = json.loads((ROOT / "knative" / "values.schema.json").read_text())
    fields = Settings.model_json_schema()["properties"]
    settings = schema["definitions"]["settings"]["properties"]
    # A folder is none that the pods have.
    assert settings.pop("bucket") == {"type": "string", "pattern": "^(s3|gs|az)://[^/]+/?$"}
    del settings["embedding_prompts"]  # a map, which the functions get as JSON
    for name, value in settings.items():
        assert value == values_of(fields[name]), name


def test_prompts_are_written_as_a_map_and_reach_the_functions_with_their_blanks(
    render: Render, template: Template
) -> None:
    name = "settings.embedding_prompts.nomic-embed-text:latest"
    objects = render("knative", f"{name}.query=search_query: ", f'{name}.document=say "<&>": ')
    settings = Settings.from_environ(environ(container(objects, "embed")))
    given = {"query": "search_query: ", "document": 'say "<&>": '}
    assert parse_prompts(settings.embedding_prompts) == {"nomic-embed-text:latest": given}
    for typo in ("passage=passage: ", "query=1"):
        assert template("knative", f"{name}.{typo}").returncode


def values_of(field: Object) -> Object:
    """The schema of a setting's values: numbers may be written as text, and what is empty is unset."""
    if "enum" in field:
        return {"enum": [*field["enum"], ""]}
    if field["type"] == "boolean":
        return {"enum": ["on", "off", "", True, False, "true", "false"]}
    if "pattern" in field:
        return {"type": "string", "pattern": field["pattern"]}
    if field["type"] not in ("integer", "number"):
        return {"type": ["string", "number", "boolean"]}
    bounds = ("minimum", "exclusiveMinimum", "maximum")
    given = {bound: field[bound] for bound in bounds if bound in field}
    digits = "^[0-9]*$" if field["type"] == "integer" else r"^[0-9.]*$"
    return {"type": [field["type"], "string"], "pattern": digits, **given}


@pytest.mark.parametrize(
    ("typo", "complaint"),
    [
        ("functions.answer.maxscale=3", "additional properties 'maxscale' not allowed"),
        ("settings.bukcet=s3://x", "additional properties 'bukcet' not allowed"),
        ("broker.class=Rabbit", "value must be one of 'MTChannelBasedBroker', 'Kafka'"),
        ("functions.ingest.concurrency=many", "got string, want integer"),
        ("settings.auth=false", "at '/settings/auth': value must be one of 'off', 'required', ''"),
        ("settings.remember=-1", "at '/settings/remember': minimum: got -1, want 0"),
        ("functions.ingest.settings.chunk_size=ten", "'ten' does not match pattern"),
        ("settings.chat_base_url=models:8000", "'models:8000' does not match pattern '^(https?://|$)'"),
    ],
)
def test_a_typo_is_refused_with_its_place(template: Template, typo: str, complaint: str) -> None:
    done = template("knative", typo)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert "/".join(typo.split("=")[0].split(".")[:-1]) in done.stderr


def test_events_of_a_cloud_reach_ingest_only_when_it_is_switched_on(render: Render) -> None:
    def prefixes(*values: str) -> set[str]:
        trigger = named(render("knative", *values), "Trigger", "objects")
        filters = trigger["spec"]["filters"][0]["any"]
        return {each["prefix"]["type"] for each in filters if "prefix" in each}

    assert prefixes() == {"com.amazonaws."}
    assert "Microsoft.Storage.Blob" in prefixes("sources.azure.enabled=true")


def test_the_source_of_sqs_can_be_where_pods_need_not_be_restricted(render: Render) -> None:
    queue = ("sources.sqs.enabled=true", "sources.sqs.arn=arn:aws:sqs:eu-central-1:1:documents")

    def source(*values: str) -> Object:
        return named(render("knative", *queue, *values), "IntegrationSource", "sqs")

    ingest = {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "name": "footnote-ingest"}
    for values, namespace in (((), "here"), (("sources.sqs.namespace=events",), "events")):
        found = source(*values)
        assert found["metadata"]["namespace"] == namespace
        assert found["spec"]["sink"]["ref"] == {**ingest, "namespace": "here"}


def test_what_fails_for_good_goes_to_the_dead_letters(render: Render) -> None:
    objects = render("knative")
    broker = next(o for o in objects if o["kind"] == "Broker")
    sink = broker["spec"]["delivery"]["deadLetterSink"]["ref"]
    assert sink == {"apiVersion": "v1", "kind": "Service", "name": "footnote-dead-letters"}
    assert named(objects, "Deployment", "dead-letters")


def test_the_broker_in_memory_takes_an_event_before_it_delivers_it(render: Render) -> None:
    broker = next(o for o in render("knative") if o["kind"] == "Broker")
    assert broker["metadata"]["annotations"]["messaging.knative.dev/async-handler"] == "true"


def test_of_queue_proxy_metrics_are_asked_only_where_knative_was_told_to_serve_them(
    render: Render,
) -> None:
    def ports(*values: str) -> list[str | int]:
        objects = render("knative", "monitoring.podMonitor.enabled=true", *values)
        monitor = next(o for o in objects if o["kind"] == "PodMonitor")
        endpoints = monitor["spec"]["podMetricsEndpoints"]
        return [each.get("port", each.get("portNumber")) for each in endpoints]

    assert ports() == [8080]
    assert ports("monitoring.podMonitor.queueProxy=true") == [8080, "http-usermetric"]
