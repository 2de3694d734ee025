from pathlib import Path

import pytest

from footnote.drift import detect_drift
from footnote.errors import Unavailable, Unreadable, UnusableKey
from footnote.groups import NOBODY, GroupRules
from footnote.text.chunking import Chunking
from functions.ingest import manifests
from functions.ingest.staging import PROBE
from tests.unit.functions.ingest.world import LONG, World, converge

PNG = b"\x89PNG\r\n\x1a\n"


async def test_a_new_object_is_indexed(world: World) -> None:
    world.bucket.put("a.md", "# Title\n\nSome text.", groups=["staff"])
    assert await converge(world) == "indexed"
    manifest = await world.manifest("a.md")
    assert (manifest.title, manifest.state, manifest.chunks) == ("Title", "indexed", 1)
    assert (manifest.groups, manifest.uri, manifest.sequence) == (("staff",), "s3://docs/a.md", 1)
    assert await world.text("a.md") == "Title\n\nSome text."


async def test_a_replaced_object_is_indexed_again(world: World) -> None:
    world.bucket.put("a.md", LONG)
    await converge(world)
    world.bucket.put("a.md", "Short.")
    assert await converge(world) == "indexed"
    assert await world.text("a.md") == "Short."


async def test_the_manifest_describes_the_current_object(world: World) -> None:
    found = []
    for text in ("Text.", "A longer text."):
        world.bucket.put("a.md", text)
        await converge(world)
        found.append(await world.manifest("a.md"))
        assert (found[-1].size, found[-1].modified_at) == (
            len(text),
            world.bucket.objects["a.md"][0].modified_at,
        )
    assert found[0].indexed_at < found[1].indexed_at
    world.bucket.delete("a.md")
    await converge(world)
    gone = await world.manifest("a.md")
    assert (gone.size, gone.modified_at) == (0, None)
    assert gone.indexed_at > found[1].indexed_at


async def test_a_deleted_object_is_removed_from_the_index(world: World) -> None:
    world.bucket.put("a.md", "Text.", groups=["staff"])
    await converge(world)
    world.bucket.delete("a.md")
    assert await converge(world) == "deleted"
    assert await world.text("a.md") == ""
    assert (await world.manifest("a.md")).groups == ("staff",)
    world.bucket.put("a.md", "Back.")
    assert await converge(world) == "indexed"
    assert await world.text("a.md") == "Back."


async def test_an_unchanged_object_causes_no_embedding_and_no_write(world: World) -> None:
    world.bucket.put("a.md", "Text.")
    await converge(world)
    before, embedded = await world.manifest("a.md"), len(world.embed.texts)
    assert await converge(world) == "unchanged"
    assert await world.manifest("a.md") == before
    assert len(world.embed.texts) == embedded


async def test_an_unchanged_object_is_read_again_on_demand(world: World) -> None:
    world.bucket.put("a.md", "Text.", groups=["staff"])
    await converge(world)
    before, info = await world.manifest("a.md"), world.bucket.objects["a.md"][0]
    world.bucket.objects["a.md"] = (info, b"As a better parser reads it.")
    assert (await world.reconciler().converge("a.md", "reread")).state == "indexed"
    after = await world.manifest("a.md")
    assert await world.text("a.md") == "As a better parser reads it."
    assert (after.etag, after.groups) == (before.etag, before.groups)
    assert after.version != before.version
    assert [found async for found in world.store.leftovers()] == []


async def test_the_same_bytes_are_parsed_again_on_demand(world: World) -> None:
    world.bucket.put("a.md", "Text.")
    await converge(world)
    before, embedded = await world.manifest("a.md"), len(world.embed.texts)
    await world.reconciler().converge("a.md", "reread")
    assert (await world.manifest("a.md")).version != before.version
    assert len(world.embed.texts) > embedded


async def test_an_object_that_never_existed_leaves_no_trace(world: World) -> None:
    assert await converge(world) == "unchanged"
    assert [found async for found in world.store.manifests()] == []


async def test_the_same_content_written_again_keeps_its_version(world: World) -> None:
    world.bucket.put("a.md", "Text.")
    await converge(world)
    before, embedded = await world.manifest("a.md"), len(world.embed.texts)
    world.bucket.put("a.md", "Text.", groups=["staff"])
    assert await converge(world) == "unchanged"
    after = await world.manifest("a.md")
    assert (after.version, after.groups, after.etag) == (before.version, ("staff",), "e2")
    assert len(world.embed.texts) == embedded
    assert await converge(world) == "unchanged"
    assert await world.manifest("a.md") == after


async def test_the_same_content_with_another_type_is_parsed_again(world: World) -> None:
    world.bucket.put("notes", "# Title\n\n**Bold** text.", content_type="application/octet-stream")
    await converge(world, "notes")
    assert await world.text("notes") == "# Title\n\n**Bold** text."
    world.bucket.put("notes", "# Title\n\n**Bold** text.", content_type="text/markdown; charset=utf-8")
    assert await converge(world, "notes") == "indexed"
    assert await world.text("notes") == "Title\n\nBold text."
    manifest = await world.manifest("notes")
    assert (manifest.title, manifest.content_type) == ("Title", "text/markdown")


@pytest.mark.parametrize(
    ("key", "content", "type"),
    [
        ("notes", "# Title", "text/markdown"),  # of the same type
        ("notes", "Text.", "application/octet-stream"),  # that says nothing
        ("notes", "", "text/markdown"),
        ("a.md", "# Title", "text/html"),  # its name says more
        ("page", "<!doctype html><p>Text.", "text/plain"),  # it says itself what it is
    ],
)
async def test_a_change_of_groups_causes_no_embedding_if_the_format_stays(
    world: World, key: str, content: str, type: str
) -> None:
    world.bucket.put(key, content, content_type=type)
    await converge(world, key)
    before, embedded = await world.manifest(key), len(world.embed.texts)
    world.bucket.put(key, content, groups=["staff"], content_type=type)
    assert await converge(world, key) == "unchanged"
    after = await world.manifest(key)
    assert (after.version, after.groups) == (before.version, ("staff",))
    assert len(world.embed.texts) == embedded


async def test_a_new_group_rule_applies_to_indexed_documents_until_it_is_removed(world: World) -> None:
    world.bucket.put("hr/a.md", "Text.")
    world.bucket.put("hr/b.md", "Text.", groups=["board"])
    for key in ("hr/a.md", "hr/b.md"):
        await converge(world, key)
    before, embedded = await world.manifest("hr/a.md"), len(world.embed.texts)
    world.bucket.rules = GroupRules.parse("hr/=hr")
    assert (await detect_drift(world.bucket, world.store)).keys == ["hr/a.md", "hr/b.md"]
    for key in ("hr/a.md", "hr/b.md"):
        assert await converge(world, key) == "unchanged"
    after = await world.manifest("hr/a.md")
    assert (after.groups, after.version) == (("hr",), before.version)
    assert (await world.manifest("hr/b.md")).groups == ("board",)
    assert (await detect_drift(world.bucket, world.store)).keys == []
    world.bucket.rules = GroupRules()
    await converge(world, "hr/a.md")
    assert (await world.manifest("hr/a.md")).groups == ()
    assert len(world.embed.texts) == embedded


async def test_a_group_rule_applies_to_an_object_with_unusable_metadata(tmp_path: Path) -> None:
    async def step(name: str) -> None:
        if name == "bucket.head":
            raise Unreadable("The metadata names no group.")

    world = World(tmp_path, step)
    world.bucket.rules = GroupRules.parse("hr/=hr")
    assert await converge(world, "hr/a.md") == "failed"
    assert (await world.manifest("hr/a.md")).groups == ("hr",)
    assert await converge(world, "b.md") == "failed"
    assert (await world.manifest("b.md")).groups == NOBODY
    await world.store.close()


async def unaddressable(name: str) -> None:
    if name == "bucket.head":
        raise UnusableKey("The key cannot be addressed.")


async def test_an_unusable_key_is_refused_and_leaves_no_trace(tmp_path: Path) -> None:
    world = World(tmp_path, unaddressable)
    with pytest.raises(UnusableKey):
        await converge(world, "b//a.md")
    assert [found async for found in world.store.manifests()] == []
    await world.store.close()


async def test_a_document_under_an_unusable_key_is_removed(tmp_path: Path) -> None:
    world = World(tmp_path, unaddressable)
    unknown = manifests.unknown(world.bucket.uri_of("b//a.md"), "b//a.md")
    await world.store.commit(manifests.unusable(unknown, (), "The key cannot be addressed."))
    assert (await detect_drift(world.bucket, world.store)).gone == ["b//a.md"]
    assert await converge(world, "b//a.md") == "deleted"
    assert (await detect_drift(world.bucket, world.store)).keys == []
    with pytest.raises(UnusableKey):
        await converge(world, "b//a.md")
    await world.store.close()


async def test_a_text_that_embed_refuses_fails_with_the_reason_and_without_chunks(
    tmp_path: Path,
) -> None:
    asked = 0

    async def step(name: str) -> None:
        nonlocal asked
        asked += name == "embed"
        if name == "embed" and asked == 3:
            raise Unreadable("Its text cannot be embedded: too long.")

    world = World(tmp_path, step)
    world.bucket.put("a.md", "Text.")
    assert await converge(world) == "indexed"
    world.bucket.put("a.md", "\n\n".join(f"Paragraph {n} of many, in words." for n in range(9)))
    assert await converge(world) == "failed"
    assert (await world.manifest("a.md")).reason == "Its text cannot be embedded: too long."
    assert await world.text("a.md") == ""
    assert [found async for found in world.store.leftovers()] == []
    await world.store.close()


async def test_an_unreadable_object_fails_with_the_reason_and_loses_its_old_text(world: World) -> None:
    world.bucket.put("a.md", "Text.")
    await converge(world)
    world.bucket.put("a.md", PNG)
    assert await converge(world) == "failed"
    manifest = await world.manifest("a.md")
    assert manifest.state == "failed"
    assert "PNG image" in (manifest.reason or "")
    assert await world.text("a.md") == ""
    assert await converge(world) == "failed"
    assert await world.manifest("a.md") == manifest
    world.bucket.put("a.md", "Mended.")
    assert await converge(world) == "indexed"
    assert await world.text("a.md") == "Mended."
    assert (await world.manifest("a.md")).reason is None


async def test_an_object_over_the_limit_is_not_read(world: World) -> None:
    world.bucket.put("a.md", "x" * 10_001)
    assert await converge(world) == "failed"
    assert "10001 bytes, more than the limit of 10000" in ((await world.manifest("a.md")).reason or "")


async def test_an_empty_object_is_indexed_without_chunks_and_with_a_reason(world: World) -> None:
    world.bucket.put("a.md", "")
    assert await converge(world) == "indexed"
    manifest = await world.manifest("a.md")
    assert (manifest.chunks, manifest.reason) == (0, "It is empty.")
    assert await converge(world) == "unchanged"


async def test_title_and_headings_are_embedded_but_not_quoted(world: World) -> None:
    world.bucket.put("a.md", "# Title\n\n## Part\n\n" + LONG)
    await converge(world)
    assert all(text.startswith("Title") for text in world.embed.texts if text != PROBE)
    assert any(text.startswith("Title > Part\nSentence") for text in world.embed.texts)
    assert (await world.text("a.md")).startswith("Title\n\nPart\n\nSentence 0")


async def test_the_old_version_stays_while_a_dependency_is_down(tmp_path: Path) -> None:
    down: set[str] = set()

    async def step(name: str) -> None:
        if name in down:
            raise Unavailable(f"{name} is down")

    world = World(tmp_path, step)
    world.bucket.put("a.md", "Old.")
    await converge(world)
    world.bucket.put("a.md", LONG)
    for port in ["bucket.head", "bucket.read", "embed", "store.manifest", "store.stage", "store.commit"]:
        down.add(port)
        with pytest.raises(Unavailable, match=f"{port} is down"):
            await converge(world)
        down.clear()
        assert await world.text("a.md") == "Old."
    assert await converge(world) == "indexed"
    await world.store.close()


async def test_the_index_keeps_its_model_and_chunking_whatever_the_settings_say(world: World) -> None:
    world.bucket.put("a.md", "Text.")
    await converge(world)
    live = await world.store.live()
    world.embed.model = "other-model/4"
    world.bucket.put("b.md", LONG)
    await world.reconciler(Chunking(60, 0, "characters")).converge("b.md")
    assert live is not None
    assert await world.store.generations() == (live,)
    assert max(map(len, await world.texts("b.md", live))) <= 40
