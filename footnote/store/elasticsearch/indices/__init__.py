"""The store's indices and aliases: what exists, and changes to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from footnote.errors import FootnoteError, Misconfigured, Unavailable
from footnote.store import Recipe
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.client.errors import reason
from footnote.store.elasticsearch.client.transport import target
from footnote.store.elasticsearch.indices import schema
from footnote.store.elasticsearch.indices.schema import Names, write_alias

FIELDS = "*.aliases,*.mappings._meta,*.mappings._source,*.settings.index.uuid"
"""Part of an index's description that is read; every index has a uuid, so none is left out."""

AliasAction = Mapping[str, Any]


class Indices:
    def __init__(self, client: Client, names: Names) -> None:
        self._client = client
        self._names = names
        self.shared = {names.manifests: schema.MANIFESTS, names.ledger: schema.LEDGER}
        """Mappings of the indices that all generations share, by name."""

    async def describe(self) -> Mapping[str, Any]:
        """The aliases and metadata of each index that exists, by name.

        Raises Unavailable if the key may not see them, and Misconfigured if one cannot be used.
        """
        names = ",".join([f"{self._names.chunks}-*", *self.shared])
        where = target(names, ignore_unavailable="true", filter_path=FIELDS)
        description: Mapping[str, Any] = await self._client.request("GET", where)
        if not description:
            await self._check_visible()
        _check_source(description)
        return description

    async def _check_visible(self) -> None:
        """Raise Unavailable if the key may not see the indices, which a list then leaves out."""
        answer = await self._client.request("GET", target(self._names.manifests), accepted=(403, 404))
        if answer.get("status") == 403:
            raise Unavailable(
                f"Elasticsearch does not show the indices of FOOTNOTE_INDEX={self._names.prefix}: "
                f"{reason(answer['error'])}; correct it, or grant this to the key."
            )

    async def create_generation(self, name: str, alias: str, recipe: Recipe) -> str:
        """Create an index of chunks behind `alias`. Returns why it was refused, "" if it was not.

        Of several processes that do this at once one succeeds: an alias has one index to write to.
        """
        mappings = schema.chunks(recipe)
        return await self._create(name, alias, settings=schema.SETTINGS, mappings=mappings)

    async def create_shared(self, name: str) -> None:
        """Create a shared index, unless another process creates it first."""
        settings, mappings = schema.SHARED_SETTINGS, self.shared[name]
        refusal = await self._create(name, settings=settings, mappings=mappings)
        if refusal and "already exists" not in refusal:
            raise FootnoteError(f"Elasticsearch refused to create {name}: {refusal}.")

    async def update_aliases(self, actions: Sequence[AliasAction]) -> bool:
        """Carry out all actions atomically, or none; returns False if an index or alias is missing."""
        answer = await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.update_aliases(actions=actions),
            accepted=(404,),
        )
        return "error" not in answer

    async def set_lifecycle(self, index: str, settings: dict[str, Any]) -> None:
        """Set `index.lifecycle` settings; a cluster without lifecycle management does not know them."""
        await self._client.administer(
            lambda elasticsearch: elasticsearch.indices.put_settings(
                index=index, settings={"index.lifecycle": settings}
            ),
            accepted=(400,),
        )

    async def _create(self, name: str, alias: str = "", **body: Any) -> str:
        """Returns why the index was refused, "" if it was not; a taken alias is a status 500.

        Raises Unavailable if the key may not create it: a writer's key may not, on a cluster.
        """
        aliases = {each: {"is_write_index": True} for each in (alias, write_alias(name)) if each}
        # Not with the official client: ingest waits for this at its first document, and would import it.
        answer = await self._client.request(
            "PUT", target(name), {"aliases": aliases, **body}, accepted=(400, 403, 500)
        )
        if answer.get("status") == 403:
            raise Unavailable(
                f"There is no index {name}, and it cannot be created: {reason(answer['error'])}; run "
                "`footnote reconcile`, with a key that may create it."
            )
        return reason(answer["error"]) if "error" in answer else ""


def _check_source(description: Mapping[str, Any]) -> None:
    """Raise Misconfigured if an index template made an index that does not return what is written."""
    changed = [index for index, body in description.items() if "_source" in body.get("mappings", {})]
    if changed:
        raise Misconfigured(
            f"{', '.join(changed)} cannot be used: remove `_source` from the index template that "
            "matches, delete these indices, and run `footnote reconcile`."
        )


def add_alias(index: str, alias: str) -> AliasAction:
    return {"add": {"index": index, "alias": alias, "is_write_index": True}}


def remove_alias(index: str, alias: str) -> AliasAction:
    return {"remove": {"index": index, "alias": alias, "must_exist": True}}
