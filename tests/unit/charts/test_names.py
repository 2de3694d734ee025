"""Names of releases, from which those of all objects are made."""

from __future__ import annotations

import pytest
import yaml

from tests.unit.charts.objects import Template

CRON_JOB = 52
"""Characters that Kubernetes allows the name of a CronJob."""


@pytest.mark.parametrize("chart", ["knative", "eck"])
def test_a_release_with_a_name_too_long_for_its_jobs_is_refused(template: Template, chart: str) -> None:
    done = template(chart, release="r" * 40)
    found = [thing for thing in yaml.safe_load_all(done.stdout) if thing and thing["kind"] == "CronJob"]
    assert found
    assert all(len(thing["metadata"]["name"]) <= CRON_JOB for thing in found)
    done = template(chart, release="r" * 41)
    assert done.returncode != 0
    assert "The release name has 41 characters. Choose one of at most 40" in done.stderr


@pytest.mark.parametrize("release", ["1st", "foot.note"])
def test_a_release_whose_name_no_service_can_have_is_refused(template: Template, release: str) -> None:
    done = template("knative", release=release)
    assert done.returncode != 0
    complaint = f"The release name {release} is not a Service's: begin it with a letter, and use no dot"
    assert complaint in done.stderr
