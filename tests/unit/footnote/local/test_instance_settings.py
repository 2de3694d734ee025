"""Settings of commands that run beside an instance of Footnote."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from footnote.bucket import Bucket
from footnote.cli.index import opened
from footnote.cli.main import main
from footnote.errors import Misconfigured
from footnote.local.instance import FILE, checked, lock, settings_to_publish
from footnote.settings import Settings
from tests.unit.footnote.manifests import commit_manifest

RULES = "hr/=hr"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "bucket" / "hr").mkdir(parents=True)
    (tmp_path / "bucket" / "hr" / "pay.txt").write_text("Pay day is Friday.")
    return tmp_path / "state"


@contextmanager
def running(state: Path, **given: str) -> Iterator[Settings]:
    """Hold the lock of an instance with these settings, and publish them."""
    environ = {"state": str(state), "bucket": str(state.parent / "bucket"), **given}
    settings = Settings.from_environ({f"FOOTNOTE_{name.upper()}": environ[name] for name in environ})
    with lock(state) as publish:
        publish(settings_to_publish(settings, Bucket.from_settings(settings)))
        yield settings


async def index_all(settings: Settings) -> None:
    bucket = Bucket.from_settings(settings)
    async with opened(settings) as store:
        async for info in bucket.list():
            await commit_manifest(store, bucket.uri_of(info.key), info.key, info.etag)


def command(state: Path, *arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--state", str(state)], env=environ)


def test_commands_compare_with_the_group_rules_of_the_instance(state: Path) -> None:
    with running(state, group_rules=RULES) as settings:
        asyncio.run(index_all(settings))
        assert command(state, "reconcile", "--dry-run").stdout == "The index agrees with the bucket.\n"


def test_commands_use_the_index_of_the_instance(state: Path) -> None:
    with running(state, store="elasticsearch", elasticsearch_url="http://127.0.0.1:9"):
        said = command(state, "status", FOOTNOTE_ELASTICSEARCH_URL="").stderr  # the tests' own
    assert said.startswith("footnote: Elasticsearch cannot be reached: ")
    assert not (state / "index.sqlite").exists()


def test_all_published_settings_are_inherited(state: Path, tmp_path: Path) -> None:
    given = {"index": "mine", "index_days": "30", "chunk_size": "400", "secrets": str(tmp_path)}
    with running(state, **given):
        there = checked(Settings(state=state))
    assert (there.index, there.index_days, there.chunk_size) == ("mine", 30, 400)
    assert there.secrets == tmp_path


def test_paths_are_published_as_absolute(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with running(state, secrets="keys"):
        assert checked(Settings(state=state)).secrets == tmp_path / "keys"


def test_the_region_from_aws_variables_is_published(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    with running(state, bucket="s3://docs"):
        monkeypatch.delenv("AWS_REGION")
        assert checked(Settings(state=state)).bucket_region == "eu-central-1"


def test_no_password_is_published(state: Path) -> None:
    elastic, redis = "http://elastic:hush@127.0.0.1:9", "redis://:hush@127.0.0.1"
    with running(state, store="elasticsearch", elasticsearch_url=elastic, redis_url=redis, key="hush"):
        assert "hush" not in (state / FILE).read_text()
        assert json.loads((state / FILE).read_text())["elasticsearch_url"] == "http://127.0.0.1:9"
        checked(Settings(state=state, elasticsearch_url=elastic))


@pytest.mark.parametrize(
    ("name", "there", "here"),
    [
        ("group_rules", RULES, "hr/=board"),
        ("group_rules", "", RULES),
        ("store", "elasticsearch", "sqlite"),
        ("bucket", "s3://docs", "s3://others"),
    ],
)
@pytest.mark.parametrize("asked", ["status", "reconcile", "reindex"])
def test_a_conflicting_setting_is_refused_by_name(
    state: Path, name: str, there: str, here: str, asked: str
) -> None:
    with running(state, **{name: there} if there else {}):
        done = command(state, asked, **{f"FOOTNOTE_{name.upper()}": here})
    assert done.exit_code == 2
    assert done.stderr == (
        f"footnote: The Footnote running with the state folder {state} has "
        f"FOOTNOTE_{name.upper()}={there!r}, but here it is {here!r}: remove it here, restart Footnote "
        "with it, or choose another state folder with `--state`.\n"
    )


def test_another_spelling_of_the_same_bucket_is_accepted(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(state.parent)
    with running(state):
        checked(Settings(state=state, bucket="bucket"))
        with pytest.raises(Misconfigured, match="FOOTNOTE_BUCKET="):
            checked(Settings(state=state, bucket="bucket/hr"))


def test_unused_settings_may_differ(state: Path) -> None:
    with running(state):
        here = Settings(state=state, elasticsearch_url="http://elsewhere", bucket_endpoint="http://x")
        checked(here)


def test_an_explicit_chunk_size_is_kept(state: Path) -> None:
    with running(state, chunk_size="400"):
        assert checked(Settings(state=state, chunk_size=300)).chunk_size == 300


def test_settings_are_unchanged_without_an_instance(state: Path) -> None:
    settings = Settings(state=state, group_rules=RULES)
    assert checked(settings) == settings
