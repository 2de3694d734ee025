"""The cluster of the current context, as the tests use it."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.ports import unused_port

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("answer", "embed", "retrieve", "ingest")
T = TypeVar("T")


def run(*command: str, stdin: str | None = None, check: bool = True) -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True)
    assert not check or done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def until(look: Callable[[], T], seconds: float = 180, every: float = 0.3) -> T:
    """What `look` returns once that is true; its last value or exception is told when it never is."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found: Any = look()
        except (AssertionError, OSError) as error:
            found = error
        if found and not isinstance(found, Exception):
            return found  # type: ignore[no-any-return]
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} s; last seen: {found!r}")
        time.sleep(every)


@dataclass(frozen=True)
class Cluster:
    """One namespace with one release of each chart."""

    namespace: str
    release: str = "footnote"

    def kubectl(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        return run("kubectl", "--namespace", self.namespace, *arguments, stdin=stdin, check=check)

    def helm(self, *arguments: str, check: bool = True) -> str:
        helm = os.environ.get("HELM", "helm")
        return run(helm, "--namespace", self.namespace, *arguments, check=check)

    def get(self, *what: str) -> Any:
        return json.loads(self.kubectl("get", *what, "--output=json"))

    def secret(self, name: str, key: str) -> str:
        return base64.b64decode(self.get("secret", name)["data"][key]).decode()

    def apply(self, manifest: str | Path) -> None:
        text = manifest.read_text() if isinstance(manifest, Path) else manifest
        self.kubectl("apply", "--filename=-", stdin=text)

    def pods(self, *components: str) -> list[str]:
        """Names of the pods of these components that are not being deleted."""
        selector = f"app.kubernetes.io/instance={self.release}"
        return self.pods_of(f"{selector},app.kubernetes.io/component in ({','.join(components)})")

    def pods_of(self, selector: str) -> list[str]:
        found = self.get("pods", "--selector", selector)["items"]
        return [pod["metadata"]["name"] for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def wait_for_zero(self, seconds: float = 240) -> float:
        """Wait until no function has a pod; seconds that took."""
        started = time.monotonic()
        until(lambda: not self.pods(*FUNCTIONS), seconds)
        return time.monotonic() - started

    def run_now(self, schedule: str) -> str:
        """Do what a CronJob would, to its end; what that said."""
        job = f"job/{schedule}-now"
        self.kubectl("create", "job", f"{schedule}-now", f"--from=cronjob/{schedule}")
        try:
            self.kubectl("wait", job, "--for=condition=Complete", "--timeout=180s")
            return self.kubectl("logs", job)
        finally:
            self.kubectl("delete", job)

    def of_the_upgrade(self, name: str) -> str:
        """What the Job of this name said that came with the last upgrade, once it is done."""
        release = json.loads(self.helm("status", self.release, "--output=json"))
        prefix = f"job.batch/{self.release}-{name}-{release['version']}-"
        jobs = self.kubectl("get", "jobs", "--output=name").split()
        (job,) = [each for each in jobs if each.startswith(prefix)]
        self.kubectl("wait", job, "--for=condition=Complete", "--timeout=240s")
        return self.kubectl("logs", job)

    def ready(self) -> None:
        names = [f"ksvc/{self.release}-{function}" for function in FUNCTIONS]
        self.kubectl("wait", *names, "--for=condition=Ready", "--timeout=300s")
        self.kubectl("wait", "trigger", "--all", "--for=condition=Ready", "--timeout=120s")

    def host(self, service: str) -> str:
        """The host name under which the gateway knows a Knative Service."""
        return str(self.get("ksvc", service)["status"]["url"]).partition("://")[2]

    def logs(self, component: str, container: str = "user-container") -> str:
        """Each line after the name of its pod and a space."""
        selector = f"app.kubernetes.io/component={component}"
        wanted = ("--selector", selector, "--container", container, "--prefix", "--tail=-1")
        return self.kubectl("logs", *wanted)


def restarts_of_the_broker() -> str:
    """How often each container of Knative Eventing was started again."""
    return run("kubectl", "-n", "knative-eventing", "get", "pods", "-o=jsonpath={..restartCount}")


@contextmanager
def reach(namespace: str, service: str, port: int) -> Iterator[tuple[str, int]]:
    """Host and port at which this machine reaches a Service: its own address, or one forwarded."""
    cluster = Cluster(namespace)
    address = cluster.get("service", service)["spec"]["clusterIP"]
    if _answers(address, port):
        yield address, port
        return
    local = unused_port()
    command = ["kubectl", "-n", namespace, "port-forward", f"service/{service}", f"{local}:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as forwarding:
        try:
            until(lambda: _answers("127.0.0.1", local), 30)
            yield "127.0.0.1", local
        finally:
            forwarding.terminate()


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True
