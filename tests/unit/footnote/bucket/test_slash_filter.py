"""Keys with a leading or trailing slash, which the bucket's client strips, on a real S3 server."""

from pathlib import Path

import pytest

from footnote.bucket import Bucket, Draft
from footnote.errors import UnusableKey
from footnote.settings import Settings
from tests.unit.footnote.bucket.objects import content, keys, present, put


@pytest.fixture
def bucket(settings: Settings) -> Bucket:
    return Bucket.from_settings(settings)


async def test_a_folders_placeholder_is_not_listed(settings: Settings, bucket: Bucket) -> None:
    await put(settings, "a.md", "docs/", "docs/sub/", "docs/b.md", "other/")
    assert await keys(bucket) == {"a.md", "docs/b.md"}
    assert await keys(bucket, "docs/") == {"docs/b.md"}
    assert await keys(bucket, "other") == set()


async def test_an_empty_object_is_listed(settings: Settings, bucket: Bucket) -> None:
    await put(settings, "a.md", "docs", "docs/", body=b"")
    assert await keys(bucket) == {"a.md", "docs"}


async def test_an_object_is_not_taken_for_the_folder_of_its_name(
    settings: Settings, bucket: Bucket
) -> None:
    await put(settings, "docs", "docs/", "docs/b.md")
    assert [info.size async for info in bucket.list()] == [4, 4]


async def test_a_key_that_begins_with_a_slash_is_not_listed(settings: Settings, bucket: Bucket) -> None:
    leading = [f"/{name}" for name in ("a.md", "docs/a.md", "lead.md", "(draft).md", ".b")]
    await put(settings, "a.md", "zoo.md", *(f"many/{n}" for n in range(40)))
    await put(settings, *leading, body=b"other")
    assert await keys(bucket) == {"a.md", "zoo.md", *(f"many/{n}" for n in range(40))}
    assert await keys(bucket, "lead") == set()
    assert [info.etag async for info in bucket.list("a.md")] == [(await present(bucket, "a.md")).etag]


async def test_a_bucket_of_such_keys_only_has_no_objects(settings: Settings, bucket: Bucket) -> None:
    await put(settings, *(f"/many/{n}" for n in range(40)), "/z/")
    assert await keys(bucket) == set()


async def test_an_object_written_under_the_listed_name_is_listed(
    settings: Settings, bucket: Bucket
) -> None:
    await put(settings, "/lead.md", "docs/")
    assert await keys(bucket) == set()
    await put(settings, "lead.md", "docs", body=b"other")
    assert await keys(bucket) == {"lead.md", "docs"}
    assert await content(bucket, await present(bucket, "docs")) == b"other"


@pytest.mark.parametrize("key", ["/a.md", "docs/", "/"])
async def test_such_a_key_does_not_address_another_object(
    settings: Settings, bucket: Bucket, file: Path, key: str
) -> None:
    await put(settings, "a.md", "docs")
    with pytest.raises(UnusableKey, match="rename it"):
        await bucket.head(key)
    with pytest.raises(UnusableKey):
        await bucket.write(Draft(key, overwrite=True), file)
    assert await content(bucket, await present(bucket, "a.md")) == b"text"
