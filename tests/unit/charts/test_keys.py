"""Elasticsearch's API keys: who keeps one, who gets a new one, and when the old one ends."""

from __future__ import annotations

import base64
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.certificate import self_signed
from tests.unit.charts.objects import Object, Render

PROGRAM = Path(__file__).parents[3] / "eck" / "files" / "setup.py"
SETUP = runpy.run_path(str(PROGRAM))
ROLES = ("writer", "reader", "operator")
UID = "metadata.labels['batch.kubernetes.io/controller-uid']"


class Cluster:
    """As much of Elasticsearch and of Kubernetes as the set-up asks for."""

    def __init__(self) -> None:
        self.keys: dict[str, Object] = {}
        """Those that are valid, by their ids."""
        self.made = 0
        self.secrets = dict.fromkeys(ROLES, "")
        self.lost: list[str] = []
        """Secrets whose next writes do not arrive."""
        self.status = 0
        """With which every holder of a key is answered, unless it is 0."""
        self.busy = False
        """Whether no key can be removed."""

    def elasticsearch(self, method: str, path: str, body: Any = None) -> Any:
        if method == "POST":
            self.made += 1
            id = f"{body['name']}-{self.made}"
            self.keys[id] = {"id": id, "name": body["name"], "metadata": body["metadata"]}
            return {"id": id, "encoded": id}
        if method == "DELETE":
            if self.busy:
                raise OSError("busy")
            for id in body["ids"]:
                del self.keys[id]
            return {}
        field, _, value = path.partition("?")[2].partition("&")[0].partition("=")
        return {"api_keys": [key for key in self.keys.values() if key[field] == value]}

    def kubernetes(self, method: str, path: str, body: Any = None, content_type: str = "") -> Any:
        if method == "GET":
            key = base64.b64encode(self.secrets[path].encode()).decode()
            return {"data": {SETUP["SECRET_KEY"]: key}}
        if path in self.lost:
            self.lost.remove(path)
            raise OSError("timed out")
        self.secrets[path] = base64.b64decode(body["data"][SETUP["SECRET_KEY"]]).decode()
        return {}

    def as_holder(self, key: str) -> Any:
        def call(method: str, path: str) -> Any:
            if self.status or key not in self.keys:
                raise SETUP["Refused"](self.status or 401, "")
            return {"api_key": {"id": key}}

        return call

    def run(self, job: str, *, rotate: bool, version: int = 1) -> None:
        """One attempt of the Job."""
        keys = SETUP["Keys"](self.elasticsearch, self.kubernetes, self.as_holder, job)
        for role in ROLES:
            keys.provide(role, {role: {"version": version}}, role, rotate)


@pytest.fixture
def cluster() -> Cluster:
    """Installed."""
    cluster = Cluster()
    cluster.run("installation", rotate=False)
    return cluster


def test_a_key_that_works_stays(cluster: Cluster) -> None:
    first = dict(cluster.secrets)
    cluster.run("upgrade", rotate=False)
    assert cluster.secrets == first
    assert cluster.keys.keys() == set(first.values())


@pytest.mark.parametrize("change", [{"rotate": True}, {"rotate": False, "version": 2}])
def test_a_key_that_is_replaced_ends_when_the_next_is(cluster: Cluster, change: dict[str, Any]) -> None:
    first = dict(cluster.secrets)
    cluster.run("one", **change)
    second = dict(cluster.secrets)
    assert not set(first.values()) & set(second.values())
    assert cluster.keys.keys() == {*first.values(), *second.values()}
    cluster.run("two", rotate=True)
    assert cluster.keys.keys() == {*second.values(), *cluster.secrets.values()}


@pytest.mark.parametrize("lost", [["reader"], ["writer"] * 3, ["operator", "reader"]])
def test_a_key_that_pods_hold_outlives_a_rotation_that_is_tried_again(
    cluster: Cluster, lost: list[str]
) -> None:
    held = set(cluster.secrets.values())
    cluster.lost = list(lost)
    for _ in lost:
        with pytest.raises(OSError, match="timed out"):
            cluster.run("one", rotate=True)
    cluster.run("one", rotate=True)
    assert cluster.keys.keys() == {*held, *cluster.secrets.values()}


def test_a_rotation_that_is_tried_again_replaces_no_key_twice(cluster: Cluster) -> None:
    cluster.busy = True
    cluster.run("one", rotate=True)
    second = set(cluster.secrets.values())
    with pytest.raises(OSError, match="busy"):
        cluster.run("two", rotate=True)
    writer = cluster.secrets["writer"]
    cluster.busy = False
    cluster.run("two", rotate=True)
    assert cluster.secrets["writer"] == writer
    assert cluster.keys.keys() == {*second, *cluster.secrets.values()}


def test_a_key_that_pods_hold_outlives_a_rotation_that_failed_for_good(cluster: Cluster) -> None:
    cluster.lost = ["reader"] * 3
    for _ in range(3):
        with pytest.raises(OSError, match="timed out"):
            cluster.run("one", rotate=True)
    held = cluster.secrets["reader"]
    cluster.run("two", rotate=True)
    assert held in cluster.keys


def test_where_a_secret_was_emptied_no_key_that_pods_may_hold_ends(cluster: Cluster) -> None:
    held = cluster.secrets["reader"]
    cluster.secrets["reader"] = ""
    cluster.run("upgrade", rotate=False)
    assert cluster.keys.keys() == {held, *cluster.secrets.values()}


def test_jobs_are_told_apart_though_they_have_the_same_name(render: Render) -> None:
    objects = render("eck")
    job = next(o for o in objects if o["kind"] == "Job")["spec"]
    cron = next(o for o in objects if o["kind"] == "CronJob")["spec"]["jobTemplate"]["spec"]
    for spec in (job, cron):
        (setup,) = spec["template"]["spec"]["containers"]
        assert "--job=$(JOB)" in setup["args"]
        assert setup["env"] == [{"name": "JOB", "valueFrom": {"fieldRef": {"fieldPath": UID}}}]


@pytest.mark.parametrize("status", [429, 503])
def test_a_key_is_not_replaced_because_elasticsearch_is_busy(cluster: Cluster, status: int) -> None:
    first, cluster.status = dict(cluster.secrets), status
    with pytest.raises(SETUP["Refused"], match=str(status)):
        cluster.run("upgrade", rotate=False)
    assert cluster.secrets == first


def test_the_setup_ends_when_it_is_told_to_while_elasticsearch_is_silent(tmp_path: Path) -> None:
    first = ["unshare", "--pid", "--fork"]
    if subprocess.run([*first, "true"], capture_output=True).returncode:
        pytest.skip("This user may not make a namespace of processes.")
    program = mounted(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        options = [f"--url={url}", "--namespace=here", "--prefix=p", "--index=i", "--job=1"]
        with subprocess.Popen([*first, sys.executable, program, *options]) as pod, silent.accept()[0]:
            first_process = Path(f"/proc/{pod.pid}/task/{pod.pid}/children").read_text()
            os.kill(int(first_process), signal.SIGTERM)
            assert pod.wait() == 128 + signal.SIGTERM


def mounted(folder: Path) -> Path:
    """The program with all that its pod mounts, below a folder."""
    account = folder / "var" / "run" / "secrets" / "kubernetes.io" / "serviceaccount"
    for place in (account, folder / "ca", folder / "elastic"):
        place.mkdir(parents=True)
    certificate, _ = self_signed(folder)
    shutil.copy(certificate, account / "ca.crt")
    shutil.copy(certificate, folder / "ca" / "ca.crt")
    (account / "token").write_text("token")
    (folder / "elastic" / "elastic").write_text("password")
    program = folder / "setup.py"
    program.write_text(PROGRAM.read_text().replace('Path("/', f'Path("{folder}/'))
    return program
