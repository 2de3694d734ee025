import asyncio
import re
import ssl
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from obstore.store import MemoryStore, S3Store

from footnote.bucket import Bucket, Draft, ObjectInfo
from footnote.bucket.cloud import SINGLE_REQUEST_LIMIT, CloudBucket
from footnote.errors import (
    AlreadyThere,
    InvalidRequest,
    Misconfigured,
    Unavailable,
    Unreadable,
    UnusableKey,
)
from footnote.settings import Settings
from tests.certificate import self_signed
from tests.unit.footnote.bucket.objects import keys, present, put
from tests.unit.footnote.store.elasticsearch.server import Server


class TestS3:
    async def test_groups_and_type_come_from_the_metadata(
        self, settings: Settings, client: S3Store
    ) -> None:
        attributes = {"Content-Type": "text/markdown", "footnote-groups": "staff, board,"}
        await client.put_async("a", b"x", attributes=attributes)
        info = await present(Bucket.from_settings(settings), "a")
        assert (info.groups, info.content_type) == (("board", "staff"), "text/markdown")

    async def test_the_etag_changes_with_the_metadata_though_the_content_does_not(
        self, settings: Settings, client: S3Store
    ) -> None:
        bucket = Bucket.from_settings(settings)
        await client.put_async("a", b"x")
        before = await present(bucket, "a")
        assert [before.etag] == [info.etag async for info in bucket.list()]
        await asyncio.sleep(1 - time.time() % 1)  # until the next second: servers report whole seconds
        await client.put_async("a", b"x", attributes={"footnote-groups": "staff"})
        after = await present(bucket, "a")
        assert before.etag != after.etag
        assert [after.etag] == [info.etag async for info in bucket.list()]

    async def test_a_large_object_is_not_overwritten(self, settings: Settings, tmp_path: Path) -> None:
        large, bucket = tmp_path / "large", Bucket.from_settings(settings)
        with large.open("wb") as sparse:
            sparse.truncate(SINGLE_REQUEST_LIMIT + 1)
        first = await bucket.write(Draft("a"), large)
        assert (first.size, await bucket.write(Draft("a"), large)) == (SINGLE_REQUEST_LIMIT + 1, first)
        with large.open("ab") as file:
            file.write(b"x")
        with pytest.raises(AlreadyThere):
            await bucket.write(Draft("a"), large)

    @pytest.mark.parametrize("group", ["a,b", " a", "ü", "a\nb"])
    async def test_a_group_that_metadata_cannot_hold_is_refused(
        self, settings: Settings, file: Path, group: str
    ) -> None:
        bucket = Bucket.from_settings(settings)
        with pytest.raises(InvalidRequest, match="ASCII"):
            await bucket.write(Draft("a", groups=(group,)), file)
        assert await bucket.head("a") is None

    async def test_a_missing_bucket_is_misconfigured(self, settings: Settings) -> None:
        bucket = Bucket.from_settings(settings.model_copy(update={"bucket": "s3://other"}))
        with pytest.raises(Misconfigured, match="s3://other does not exist"):
            await keys(bucket)

    @pytest.mark.parametrize(
        ("endpoint", "reason"),
        [
            ("http://127.0.0.1:9", "Connection refused"),
            ("http://nowhere.invalid", "failed to lookup address"),
        ],
    )
    async def test_a_server_that_cannot_be_reached_is_reported_with_the_reason(
        self, settings: Settings, endpoint: str, reason: str
    ) -> None:
        down = settings.model_copy(update={"bucket_endpoint": endpoint})
        with pytest.raises(Unavailable, match=rf"s3://docs cannot be reached: .*{reason}.*\.$"):
            await Bucket.from_settings(down).head("a")

    async def test_a_certificate_that_nobody_trusts_is_the_reported_reason(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        certificate, key = self_signed(tmp_path)
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)
        server = Server()
        async with server.serving(tls):
            private = settings.model_copy(update={"bucket_endpoint": server.url})
            with pytest.raises(Unavailable, match=r"cannot be reached: .*invalid certificate: \w+\.$"):
                await Bucket.from_settings(private).head("a")

    @pytest.mark.parametrize("key", ["a/../b", "./a", "a//b", "a\tb", "a\x7f"])
    async def test_a_key_that_cannot_be_addressed_is_named(
        self, settings: Settings, file: Path, key: str
    ) -> None:
        bucket, named = Bucket.from_settings(settings), f"{re.escape(repr(key))}.* rename it"
        with pytest.raises(UnusableKey, match=named):
            await bucket.head(key)
        with pytest.raises(UnusableKey, match=named):
            await bucket.write(Draft(key), file)
        await put(settings, "fine.md", quote(key))
        with pytest.raises(UnusableKey, match=named):
            await keys(bucket)


class TestGroups:
    """With a store in memory, which keeps metadata like the client of every provider."""

    async def groups(self, **metadata: str) -> tuple[str, ...]:
        client = MemoryStore()
        await client.put_async("a", b"x", attributes=metadata)
        return (await present(CloudBucket("az", "docs", lambda: client), "a")).groups

    async def test_groups_come_from_azures_metadata(self) -> None:
        assert await self.groups(Footnote_Groups="staff") == ("staff",)

    async def test_groups_are_written_to_azures_metadata(self, file: Path) -> None:
        client = MemoryStore()
        bucket = CloudBucket("az", "docs", lambda: client)
        assert (await bucket.write(Draft("a", groups=("staff",)), file)).groups == ("staff",)
        with pytest.raises(AlreadyThere):
            await bucket.write(Draft("a"), file)

    async def test_an_object_without_groups_is_public(self) -> None:
        assert await self.groups(other="staff") == ()

    async def test_metadata_that_names_no_group_does_not_make_the_object_public(self) -> None:
        with pytest.raises(Unreadable, match="names no group"):
            await self.groups(**{"footnote-groups": " , "})


class Asked(CloudBucket):
    """Records the keys it is asked for."""

    def __init__(self, client: MemoryStore, remembered: int) -> None:
        super().__init__("s3", "docs", lambda: client, remembered)
        self.keys: list[str] = []

    async def head(self, key: str) -> ObjectInfo | None:
        self.keys.append(key)
        return await super().head(key)


@pytest.mark.parametrize(("remembered", "again"), [(4, False), (3, True)])
async def test_the_cache_of_lookups_is_bounded(remembered: int, again: bool) -> None:
    client = MemoryStore()
    for key in ["a", "b", "c", "d"]:
        await client.put_async(key, b"")
    bucket = Asked(client, remembered)
    assert await keys(bucket) == {"a", "b", "c", "d"} == set(bucket.keys)
    bucket.keys.clear()
    assert await keys(bucket) == {"a", "b", "c", "d"}
    assert bool(bucket.keys) is again
