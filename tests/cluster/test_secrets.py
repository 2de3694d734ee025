"""Secrets as somebody else's files: what Vault's injector and CSI drivers bring, where they bring it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cluster.asking import asked
from tests.cluster.conftest import install
from tests.cluster.footnote import Footnote
from tests.cluster.kube import until

pytestmark = pytest.mark.usefixtures("beacon")

PLACE = "vault/elasticsearch-api-key"


@pytest.fixture
def injected(footnote: Footnote) -> Iterator[Footnote]:
    """retrieve finds its key in a volume and a folder of somebody else's choice."""
    items = [{"key": "elasticsearch-api-key", "path": PLACE}]
    source = {"secret": {"name": "footnote-elasticsearch-reader", "items": items}}
    volume = json.dumps({"projected": {"sources": [source]}})
    install(
        footnote.cluster,
        "--set-json",
        f"functions.retrieve.secretsVolume={volume}",
        "--set",
        "functions.retrieve.settings.secrets=/etc/footnote/secrets/vault",
    )
    until(lambda: footnote.latest("retrieve"))
    yield footnote
    install(footnote.cluster)
    until(lambda: footnote.latest("retrieve"))


def test_keys_that_others_bring_as_files_are_used_where_they_are(injected: Footnote) -> None:
    asked(injected)()
    (pod, *_) = until(lambda: injected.cluster.pods_of(revision(injected)))
    found = injected.cluster.kubectl("exec", pod, "--", "ls", "/etc/footnote/secrets")
    assert found == "vault"


def revision(footnote: Footnote) -> str:
    return f"serving.knative.dev/revision={footnote.latest('retrieve')}"
