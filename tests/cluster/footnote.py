"""Footnote on the cluster as its users meet it: a bucket to put files in, and answers."""

from __future__ import annotations

import http.client
import json
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from obstore.store import S3Store

from footnote.events import CloudEvent, to_http
from footnote.events.notifications import from_notification
from tests.cluster.kube import Cluster, until

KEEPER = ("exec", "deployment/footnote-dead-letters", "--")


@dataclass(frozen=True)
class Gateway:
    """The way into the cluster, to the Knative Service of one host name."""

    address: str
    port: int
    host: str

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        data = None if body is None else json.dumps(body).encode()
        return self.send(method, path, data, {"Content-Type": "application/json"})

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.address, self.port, timeout=120)
        try:
            connection.request(method, path, body, {**headers, "Host": self.host})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def json(self, method: str, path: str, body: Any = None) -> Any:
        status, content = self.request(method, path, body)
        assert status == 200, f"{method} {path}: {status} {content[:600].decode(errors='replace')}"
        return json.loads(content)


@dataclass(frozen=True)
class Footnote:
    cluster: Cluster
    bucket: S3Store
    gateway: Gateway

    ingest: Gateway

    broker: tuple[str, int]
    """Host and port of the ingress of the brokers."""

    def put(self, key: str, text: str | bytes) -> None:
        self.wake()
        self.bucket.put(key, text.encode() if isinstance(text, str) else text)

    def delete(self, key: str) -> None:
        self.wake()
        self.bucket.delete(key)

    def wake(self) -> None:
        """This S3 server waits 3 s for its notification to be taken, less than some starts take."""
        assert self.ingest.request("GET", "/health/liveness")[0] == 200

    def put_from_zero(self, key: str, text: str) -> None:
        """Wakes nobody before; writes again where the notification came to nothing, and again."""

        def indexed() -> bool:
            self.bucket.put(key, text.encode())
            with suppress(AssertionError):
                self.until_state(key, "indexed", 30)
                return True
            return False

        until(indexed)

    def ask(self, question: str) -> Any:
        return self.gateway.json("POST", "/chat", {"query": question})

    def stream(self, question: str) -> list[str]:
        """The names of the events that an answer's stream consists of."""
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        body = json.dumps({"query": question}).encode()
        _, stream = self.gateway.send("POST", "/chat", body, headers)
        return re.findall(r"^event: (\w+)$", stream.decode(), re.MULTILINE)

    def cited(self, question: str) -> list[str]:
        """What the answer quotes, and of which documents."""
        citations = self.ask(question)["citations"]
        return [f"{citation['uri']}: {citation['quote']}" for citation in citations]

    def documents(self) -> dict[str, Any]:
        """The manifests by key."""
        listed = self.gateway.json("GET", "/documents")["documents"]
        return {document["key"]: document for document in listed}

    def until_cited(self, question: str, words: str, seconds: float = 240) -> None:
        until(lambda: any(words in quote for quote in self.cited(question)), seconds)

    def until_state(self, key: str, state: str, seconds: float = 240) -> Any:
        def look() -> Any:
            found = self.documents().get(key)
            return found if found and found["state"] == state else None

        return until(look, seconds)

    def notification(self, key: str, what: str) -> CloudEvent:
        """The event of an S3 server about an object, such as `Created:Put`, new at each call."""
        place = {"bucket": {"name": "documents"}, "object": {"key": key, "sequencer": "0"}}
        record = {
            "eventName": f"s3:Object{what}",
            "eventTime": datetime.now(UTC).isoformat(),
            "s3": place,
        }
        (event,) = from_notification({"Records": [record]}, "s3://documents")
        return event

    def publish(self, event: CloudEvent) -> None:
        """Hand an event to the broker."""
        headers, body = to_http(event)
        connection = http.client.HTTPConnection(*self.broker, timeout=60)
        connection.request("POST", f"/{self.cluster.namespace}/{self.cluster.release}", body, headers)
        assert connection.getresponse().status == 202
        connection.close()

    def write_unnoticed(self, key: str, text: str, bucket: str = "documents") -> None:
        """An object in a bucket, which is made if need be; the S3 server tells nobody of it."""
        write = 'mkdir -p "/data/$2"; printf %s "$0" > "/data/$2/$1"'
        command = ("sh", "-c", write, text, key, bucket)
        self.cluster.kubectl("exec", "deployment/s3", "--", *command)

    def latest(self, function: str) -> str:
        """The revision that serves; an AssertionError while a newer one starts or has no traffic yet."""
        service = self.cluster.get("ksvc", f"footnote-{function}")
        status, latest = service["status"], service["status"]["latestReadyRevisionName"]
        assert status["observedGeneration"] == service["metadata"]["generation"]
        assert status["latestCreatedRevisionName"] == latest
        assert all(condition["status"] == "True" for condition in status["conditions"])
        return str(latest)

    def calls_of_ingest(self, *status: int) -> Counter[str]:
        """Events that each present pod of ingest answered, with any status or one of these."""
        lines = [line.partition(" ") for line in self.cluster.logs("ingest").splitlines()]
        requests = [(pod, json.loads(line)) for pod, _, line in lines if '"request"' in line]
        return Counter(
            pod
            for pod, each in requests
            if (each["method"], each["route"]) == ("POST", "/")
            and (not status or each["status"] in status)
        )

    def dead_letters(self) -> dict[str, str]:
        """Their reasons by subject."""
        listed = self.cluster.kubectl(*KEEPER, "footnote", "replay", "--list")
        lines = [line.strip() for line in listed.splitlines() if line.startswith(" ")]
        return {subject: reason for subject, _, reason in (line.partition(": ") for line in lines)}

    def replay(self) -> str:
        return self.cluster.kubectl(*KEEPER, "footnote", "replay")


def more(after: Counter[str], before: Counter[str]) -> int:
    """Calls since `before`; pods that are gone are left out."""
    return sum((after - before).values())


@dataclass(frozen=True)
class Observer:
    """Subscribed to what ingest and answer reply."""

    cluster: Cluster

    def events(self, type: str, subject: str) -> list[Any]:
        command = ("sh", "-c", "cat /tmp/footnote/dead-letters/*.json 2>/dev/null || true")
        text = self.cluster.kubectl("exec", "deployment/observer", "--", *command)
        events = _decoded(text)
        return [event for event in events if (event["type"], event["subject"]) == (type, subject)]

    def until_told(self, state: str, key: str, times: int) -> None:
        """Until so many replies have said that the document is in this state."""
        until(lambda: len(self.events(f"dev.footnote.document.{state}.v1", key)) >= times)


def _decoded(text: str) -> list[Any]:
    """The JSON values that follow each other in `text`."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found
