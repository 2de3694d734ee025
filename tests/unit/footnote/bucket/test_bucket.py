from pathlib import Path

import pytest
from obstore.store import MemoryStore

from footnote.bucket import Bucket
from footnote.bucket.cloud import CloudBucket
from footnote.errors import (
    Misconfigured,
)
from footnote.groups import GroupRules
from footnote.settings import Settings
from tests.unit.footnote.bucket.objects import content, present, write


class TestRules:
    async def test_a_rule_gives_an_object_its_groups_and_another_etag(self, tmp_path: Path) -> None:
        write(tmp_path, "hr/a.txt")
        write(tmp_path, "b.txt")
        free = Bucket.from_settings(Settings(bucket=str(tmp_path)))
        bucket = Bucket.from_settings(Settings(bucket=str(tmp_path), group_rules="hr/=hr"))
        closed = await present(bucket, "hr/a.txt")
        assert closed.groups == ("hr",)
        assert closed.etag != (await present(free, "hr/a.txt")).etag
        assert await present(bucket, "b.txt") == await present(free, "b.txt")
        assert closed in [info async for info in bucket.list()]
        assert await content(bucket, closed) == b"text"

    async def test_an_objects_own_metadata_goes_before_the_rule(self) -> None:
        client = MemoryStore()
        await client.put_async("hr/a", b"x", attributes={"footnote-groups": "board"})  # type: ignore[typeddict-unknown-key]
        bucket = CloudBucket("az", "docs", client)
        bucket.rules = GroupRules.parse("hr/=hr")
        info = await present(bucket, "hr/a")
        assert info.groups == ("board",)
        assert [info.etag] == [listed.etag async for listed in bucket.list()]
        assert await content(bucket, info) == b"x"


@pytest.mark.parametrize("bucket", ["ftp://docs", "s3://", "s3://docs/prefix", "gcs://docs"])
def test_a_bucket_of_no_known_kind_is_one_sentence(bucket: str) -> None:
    with pytest.raises(Misconfigured, match="names no bucket; give a folder"):
        Bucket.from_settings(Settings(bucket=bucket))


@pytest.mark.parametrize("bucket", ["gs://docs", "az://docs"])
def test_the_other_providers_open(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "azure-account-name").write_text("account")
    (tmp_path / "azure-account-key").write_text("a2V5")
    assert Bucket.from_settings(Settings(bucket=bucket, secrets=tmp_path)).uri == bucket
