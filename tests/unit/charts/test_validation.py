"""Values that render well, and that the cluster or a pod would refuse once helm has begun to install."""

from __future__ import annotations

import pytest

from tests.unit.charts.objects import Template

WRONG = [
    ("knative", ["settings.bucket=documents"], "at '/settings/bucket': 'documents' does not match"),
    (
        "knative",
        ["settings.bucket=https://s3.example.com/documents"],
        "pattern '^(s3|gs|az)://[^/]+/?$'",
    ),
    (
        "knative",
        ["settings.uploads=enabled"],
        "at '/settings/uploads': value must be one of 'on', 'off'",
    ),
    ("knative", ["image.prefix=https://registry.example.com/footnote"], "at '/image/prefix'"),
    ("knative", ["image.prefix=registry.example.com/"], "at '/image/prefix'"),
    (
        "knative",
        ["functions.answer.podLabels.team=Docs & Search"],
        "at '/functions/answer/podLabels/team'",
    ),
    (
        "knative",
        ["functions.answer.minScale=60"],
        "functions.answer: minScale is 60 and maxScale 50; raise maxScale, or lower minScale.",
    ),
    (
        "knative",
        ["functions.ingest.resources.requests.memory=4Gi"],
        "functions.ingest.resources: 4Gi of memory is requested, but the limit is 3Gi; raise ",
    ),
    (
        "knative",
        ["jobs.resources.limits.cpu=20m"],
        "jobs.resources: 50m of cpu is requested, but the limit is 20m; raise limits.cpu, too.",
    ),
    (
        "knative",
        ["functions.answer.settings.chat_base_url=https://models.example.com/v1"],
        "settings.chat_base_url needs settings.chat_model: set both.",
    ),
    (
        "knative",
        ["settings.oidc_issuer=https://login.example.com"],
        "settings.oidc_issuer needs settings.oidc_audience: set both.",
    ),
    (
        "knative",
        ["environ.FOOTNOTE_BUCKET=s3://documents"],
        "environ.FOOTNOTE_BUCKET: set settings.bucket instead.",
    ),
    (
        "knative",
        ["reconcile.schedule=hourly"],
        "reconcile.schedule: hourly is not a schedule of cron; write five fields, such as 17 * * * *.",
    ),
    (
        "knative",
        ["reconcile.schedule=0 17 * * * *"],
        "reconcile.schedule: 0 17 * * * * is not a schedule",
    ),
    ("knative", ["reconcile.schedule=61 * * * *"], "reconcile.schedule: 61 * * * * is not a schedule"),
    ("knative", ["reconcile.schedule=17 8-24 * * *"], "reconcile.schedule: 17 8-24 * * * is not a"),
    ("knative", ["reconcile.schedule=*/0 * * * *"], "reconcile.schedule: */0 * * * * is not a schedule"),
    ("knative", ["reconcile.schedule=@fortnightly"], "reconcile.schedule: @fortnightly is not a"),
    ("knative", ["reconcile.schedule=@Daily"], "reconcile.schedule: @Daily is not a schedule"),
    ("knative", ["reconcile.schedule=@every day"], "reconcile.schedule: @every day is not a schedule"),
    ("knative", ["reconcile.schedule=0 0 * * day"], "reconcile.schedule: 0 0 * * day is not a schedule"),
    ("knative", ["reconcile.schedule=0 0 * mon *"], "reconcile.schedule: 0 0 * mon * is not a schedule"),
    (
        "knative",
        ["reconcile.schedule=0 0 * * 5-1"],
        "reconcile.schedule: in 0 0 * * 5-1, the range 5-1 ends before it begins; write two ranges",
    ),
    ("knative", ["reconcile.schedule=0 09-08 * * *"], "the range 09-08 ends before it begins"),
    ("knative", ["reconcile.schedule=0 0 * Nov-FEB *"], "the range Nov-FEB ends before it begins"),
    (
        "knative",
        ["domain.host=https://ask.example.com"],
        "domain.host: https://ask.example.com is not a host name; write one such as ask.example.com",
    ),
    ("knative", ["domain.host=ask.example.com:8443"], "domain.host: ask.example.com:8443 is not a host"),
    (
        "knative",
        ["sources.ingress.enabled=true", "sources.ingress.host=Events.example.com"],
        "sources.ingress.host: Events.example.com is not a host name; write one such as ask.example.com",
    ),
    ("eck", ["keys.image=https://registry.example.com/footnote-cli:1"], "at '/keys/image'"),
    ("eck", ["keys.rotation=monthly"], "keys.rotation: monthly is not a schedule of cron; write five"),
    ("eck", ["keys.rotation=0 3 0 * *"], "keys.rotation: 0 3 0 * * is not a schedule of cron"),
    ("eck", ["keys.rotation=0 3 1 13 *"], "keys.rotation: 0 3 1 13 * is not a schedule of cron"),
    ("eck", ["keys.rotation=0 3 * * 7"], "keys.rotation: 0 3 * * 7 is not a schedule of cron"),
    ("eck", ["keys.rotation=0 3 * * fri-mon"], "the range fri-mon ends before it begins"),
    (
        "eck",
        ["nodeSet.resources.requests.memory=8Gi"],
        "nodeSet.resources: 8Gi of memory is requested, but the limit is 4Gi; raise limits.memory, too.",
    ),
    (
        "eck",
        ["nodeSet.roles={data,ingest}"],
        "nodeSet.roles: include master and data, because there are no other nodes.",
    ),
    ("eck", ["nodeSet.roles={master,ingest}"], "nodeSet.roles: include master and data"),
    (
        "eck",
        ["lifecycle.deleteAfterDays=7", "lifecycle.coldAfterDays=10"],
        "lifecycle: deleteAfterDays is 7 and coldAfterDays 10; raise deleteAfterDays, or lower ",
    ),
]

RIGHT = [
    ("knative", ["settings.bucket=az://documents/"]),
    ("knative", ["settings.uploads=true"]),
    ("knative", ["image.prefix=registry.example.com:5000/team/footnote"]),
    ("knative", ["functions.answer.minScale=60", "functions.answer.maxScale=0"]),
    ("knative", ["functions.ingest.resources.requests.memory=3072Mi"]),
    ("knative", ["functions.ingest.resources.limits.memory=3e9"]),
    ("knative", ["jobs.resources.limits.cpu=1"]),
    ("knative", ["settings.chat_base_url=http://m/v1", "functions.answer.settings.chat_model=m"]),
    ("knative", ["reconcile.schedule=@hourly"]),
    ("knative", ["reconcile.schedule=*/15 8-18/2 * * MON-FRI"]),
    ("knative", [r"reconcile.schedule=05\,59 23 ? jan\,12 0-6"]),
    ("knative", ["reconcile.schedule=08-09 9-10 1-31 feb-11 sun-Sat/2"]),
    ("knative", ["reconcile.schedule=@every 1h30m"]),
    ("knative", ["domain.host=ask.xn--bcher-kva.example"]),
    ("eck", ["keys.rotation="]),
    ("eck", ["keys.rotation=@every 720h"]),
    ("eck", ["nodeSet.roles={master,data_hot,data_content,ingest}"]),
    ("eck", ["image=registry.example.com:5000/elasticsearch:8.19.21"]),
]


@pytest.mark.parametrize(("chart", "values", "complaint"), WRONG)
def test_what_the_cluster_would_refuse_later_is_refused_at_once(
    template: Template, chart: str, values: list[str], complaint: str
) -> None:
    done = template(chart, *values)
    assert done.returncode != 0
    assert complaint in done.stderr


@pytest.mark.parametrize(("chart", "values"), RIGHT)
def test_what_the_cluster_accepts_is_accepted(template: Template, chart: str, values: list[str]) -> None:
    done = template(chart, *values)
    assert done.returncode == 0, done.stderr
