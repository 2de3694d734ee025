"""Downloads of objects to temporary files."""

import hashlib

import pytest

from footnote.bucket import ObjectInfo
from footnote.errors import Conflict, Unreadable
from functions.ingest.downloads import Downloads
from tests.unit.functions.ingest.world import InMemoryBucket


def filled_bucket(**objects: str) -> tuple[InMemoryBucket, list[ObjectInfo]]:
    bucket = InMemoryBucket()
    for key, content in objects.items():
        bucket.put(key, content)
    return bucket, [info for info, _ in bucket.objects.values()]


async def test_the_content_is_in_a_file_until_it_is_released() -> None:
    bucket, infos = filled_bucket(a="a longer text", b="short")
    downloads, paths = Downloads(bucket, 100), []
    for info in infos:
        content = bucket.objects[info.key][1]
        async with downloads(info) as found:
            assert found.path.read_bytes() == content
            assert found.digest == hashlib.sha256(content).hexdigest()
            found.path.with_name("pieces").write_text("of it")
        assert not list(found.path.parent.iterdir())
        paths.append(found.path)
    assert paths[0] == paths[1]


async def test_concurrent_downloads_have_separate_folders() -> None:
    bucket, (a, b) = filled_bucket(a="one", b="other")
    downloads = Downloads(bucket, 100)
    async with downloads(a) as one, downloads(b) as other:
        assert one.path.parent != other.path.parent
        assert (one.path.read_text(), other.path.read_text()) == ("one", "other")


async def test_a_folder_that_was_removed_meanwhile_is_not_used_again() -> None:
    bucket, (a, b) = filled_bucket(a="one", b="other")
    downloads = Downloads(bucket, 100)
    async with downloads(a) as one, downloads(b) as other:
        pass
    for removed in (one, other):
        removed.path.parent.rmdir()
    async with downloads(a) as one:
        assert one.path.read_text() == "one"


async def test_an_object_that_is_too_large_or_changed_is_refused() -> None:
    bucket, (a, b) = filled_bucket(a="too long a text", b="short")
    async with Downloads(bucket, 15)(a):
        pass
    downloads = Downloads(bucket, 10)
    with pytest.raises(Unreadable, match="15 bytes, more than the limit of 10"):
        async with downloads(a):
            pass
    bucket.put("b", "other")
    with pytest.raises(Conflict, match="changed while"):
        async with downloads(b):
            pass


async def test_nothing_is_left_of_work_that_failed() -> None:
    bucket, (a, b) = filled_bucket(a="one", b="other")
    downloads = Downloads(bucket, 100)
    with pytest.raises(Unreadable):
        async with downloads(a) as one:
            raise Unreadable("It is damaged.")
    assert not list(one.path.parent.iterdir())
    async with downloads(b) as other:
        assert other.path == one.path


async def test_folders_are_removed_in_the_end() -> None:
    bucket, (a,) = filled_bucket(a="text")
    downloads = Downloads(bucket, 10)
    async with downloads(a) as found:
        folder = found.path.parent
    del downloads
    assert not folder.exists()
