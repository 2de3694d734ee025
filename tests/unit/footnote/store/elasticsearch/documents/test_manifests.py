import json

import pytest

from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.documents.manifests import Manifests
from tests.unit.footnote.store.elasticsearch.server import Server


@pytest.mark.parametrize(("prefix", "filters"), [("", []), ("a/", [{"prefix": {"key": "a/"}}])])
async def test_only_a_listing_of_a_folder_needs_a_query_that_a_cluster_may_refuse_as_expensive(
    server: Server, client: Client, prefix: str, filters: list[object]
) -> None:
    server.responses = [(200, {"hits": {"hits": []}})]
    assert [each async for each in Manifests(client, "index").all(None, "", prefix)] == []
    (request,) = server.requests
    assert json.loads(request.body)["query"] == {"bool": {"filter": filters}}
