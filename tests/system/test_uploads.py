"""Documents that readers add, over real processes and S3's wire; and what readers think of answers."""

from __future__ import annotations

import http.client
import json
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from footnote.api_keys import generate_key
from footnote.events import object_changed_event, to_http
from tests.processes import Answer, Process, System, send
from tests.stub import Reply, Request, Stub

QUESTION = {"query": "Which bird nests on the roof of the observatory?"}
TEXT = b"A pair of storks nests on the roof of the observatory since 1974."


class Site:
    """A Footnote that asks who asks, and its bucket at an S3 server."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        server.start()
        stack.callback(server.stop)
        host, port = server.get_host_and_port()
        self.s3 = f"http://{host}:{port}"
        send(urllib.request.Request(f"{self.s3}/docs", method="PUT"))
        self.secrets = folder / "secrets"
        self.secrets.mkdir()
        (self.secrets / "s3-access-key-id").write_text("key")
        (self.secrets / "s3-secret-access-key").write_text("secret")
        self.keys = {name: generate_key(name, groups) for name, groups in GROUPS.items()}
        lines = (str(holder) for _, holder in self.keys.values())
        (self.secrets / "api-keys").write_text("\n".join(lines))
        self.system = System(folder, stack)
        self.system.start("embed")
        self.system.start("retrieve")
        self.system.settings |= {"secrets": self.secrets, "object_limit": 200_000}
        bucket = {"bucket": "s3://docs", "bucket_endpoint": self.s3}
        self.ingest = self.system.start("ingest", **bucket, uploads="on")
        self.answer = self.system.start("answer", auth="required", uploads="on")

    def upload(
        self, who: str, name: str, text: bytes = TEXT, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        url = f"{self.answer.url}/uploads/{name}"
        given = {"content-type": "text/plain", **self.bearer(who), **(headers or {})}
        return send(urllib.request.Request(url, text, given, method="PUT"))

    def index(self, uploaded: Answer) -> None:
        """Deliver the event that the storage would send."""
        assert uploaded.status == 201, uploaded.body
        headers, body = to_http(object_changed_event("s3://docs", uploaded.json["key"]))
        reply = self.ingest.post("/", body, headers)
        assert reply.status == 200, reply.body

    def bearer(self, who: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.keys[who][0]}"}

    def documents(self, who: str) -> list[str]:
        listed = self.answer.get("/documents", **self.bearer(who)).json["documents"]
        return [document["key"].rpartition("/")[2] for document in listed]


GROUPS = {"ada": ["staff", "board"], "bob": ["staff"], "eve": []}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path_factory.mktemp("uploads"), stack)


def test_a_document_is_its_uploaders_alone_unless_it_is_shared(site: Site) -> None:
    site.index(site.upload("ada", "storks.txt"))
    site.index(site.upload("ada", "minutes.txt?groups=board", b"The board met in the cellar."))
    site.index(site.upload("ada", "menu.txt?groups=staff", b"The canteen has soup today."))
    assert sorted(site.documents("ada")) == ["menu.txt", "minutes.txt", "storks.txt"]
    assert site.documents("bob") == ["menu.txt"]
    assert site.documents("eve") == []
    assert b"1974" in site.answer.post("/chat", QUESTION, site.bearer("ada")).body
    assert b"1974" not in site.answer.post("/chat", QUESTION, site.bearer("bob")).body


def test_nobody_shares_with_a_group_that_is_not_his(site: Site) -> None:
    for group in ("board", "private:key:ada"):
        refused = site.upload("bob", f"forged.txt?groups={group}")
        assert (refused.status, refused.json["error"]["type"]) == (403, "forbidden")


def test_a_name_that_is_taken_is_replaced_only_on_request_and_only_by_its_owner(site: Site) -> None:
    first = site.upload("ada", "plan.txt", b"one")
    assert site.upload("bob", "plan.txt", b"two").json["key"] != first.json["key"]
    refused = site.upload("ada", "plan.txt", b"three")
    assert (refused.status, refused.json["error"]["type"]) == (409, "already_there")
    replaced = site.upload("ada", "plan.txt?replaces=true", b"four")
    assert (replaced.status, replaced.json["id"]) == (201, first.json["id"])
    assert replaced.json["etag"] != first.json["etag"]


def test_what_is_sent_again_is_answered_as_at_first(site: Site) -> None:
    """A browser that hears nothing on a connection that was open before sends once more."""
    with ThreadPoolExecutor() as pool:
        sent = [pool.submit(site.upload, "bob", "twice.txt", b"x" * 100_000) for _ in range(4)]
    answers = {(upload.result().status, upload.result().body) for upload in sent}
    assert {status for status, _ in answers} == {201}
    assert len(answers) == 1
    assert site.upload("bob", "twice.txt?groups=staff", b"x" * 100_000).status == 409
    assert site.upload("bob", "twice.txt", b"y" * 100_000).status == 409


def test_the_list_tells_when_the_upload_itself_is_indexed(site: Site) -> None:
    uploaded = site.upload("eve", "picture.png", b"\x89PNG\r\n\x1a\n")
    headers, body = to_http(object_changed_event("s3://docs", uploaded.json["key"]))
    assert site.ingest.post("/", body, headers).status == 422
    [listed] = site.answer.get("/documents", **site.bearer("eve")).json["documents"]
    assert (listed["state"], listed["etag"]) == ("failed", uploaded.json["etag"])
    assert "PNG image" in listed["reason"]


def test_what_is_too_large_is_refused_whole(site: Site) -> None:
    assert site.upload("ada", "large.txt", b"x" * 200_001).status == 413
    connection = http.client.HTTPConnection(site.answer.url.removeprefix("http://"), timeout=60)
    parts = (b"x" * 50_000 for _ in range(5))
    connection.request("PUT", "/uploads/large.txt", parts, site.bearer("ada"), encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
    assert b"large.txt" not in send(urllib.request.Request(f"{site.s3}/docs")).body


def test_an_upload_that_breaks_off_leaves_nothing(site: Site) -> None:
    connection = http.client.HTTPConnection(site.answer.url.removeprefix("http://"), timeout=60)
    connection.putrequest("PUT", "/uploads/half.txt")
    for name, value in {"content-length": "1000", **site.bearer("ada")}.items():
        connection.putheader(name, value)
    connection.endheaders(b"half a document")
    connection.close()
    assert site.upload("ada", "whole.txt").status == 201
    assert b"half.txt" not in send(urllib.request.Request(f"{site.s3}/docs")).body


def test_other_sites_and_strangers_upload_nothing(site: Site) -> None:
    assert site.upload("ada", "a.txt", headers={"sec-fetch-site": "cross-site"}).status == 403
    assert site.upload("ada", "a.txt", headers={"authorization": "Bearer fn_guess"}).status == 401
    terms = site.answer.get("/uploads", **site.bearer("ada")).json
    assert terms == {"allowed": True, "limit": 200_000, "groups": ["staff", "board"], "private": True}


def test_only_where_the_settings_say_so(site: Site) -> None:
    with Process("answer", site.system.folder, site.system.settings) as answer:
        assert not answer.get("/uploads").json["allowed"]
        request = urllib.request.Request(f"{answer.url}/uploads/a.txt", TEXT, method="PUT")
        assert send(request).status == 403
    with Process("ingest", site.system.folder, {"bucket": site.system.bucket}) as ingest:
        request = urllib.request.Request(f"{ingest.url}/objects?key=uploads/a", TEXT, method="PUT")
        assert send(request).status == 403
    request = urllib.request.Request(f"{site.ingest.url}/objects?key=other/a", TEXT, method="PUT")
    assert send(request).status == 422


class Broker(Stub):
    """Takes events, unless it is `down`."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.down = False
        self.events: list[Request] = []

    def _answer(self, request: Request) -> Reply:
        if self.down:
            return Reply(503)
        self.events.append(request)
        return Reply(202)


def rate(answer: Process, name: str, rating: str) -> Answer:
    body = json.dumps({"rating": rating}).encode()
    return send(urllib.request.Request(f"{answer.url}/answers/{name}/rating", body, method="PUT"))


def test_what_a_reader_thinks_is_counted_logged_and_sent(site: Site) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    with Broker() as broker:
        environ = {"K_SINK": broker.url}
        with Process("answer", site.system.folder, site.system.settings, environ) as answer:
            headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
            asked = answer.post("/chat", QUESTION, headers)
            name = asked.json["id"]
            assert asked.headers["footnote-answer"] == name
            assert name.startswith(trace)
            completed = answer.post(
                "/v1/chat/completions", {"messages": [{"role": "user", "content": "?"}]}
            )
            assert completed.headers["footnote-answer"] == completed.json["id"]
            assert rate(answer, completed.json["id"], "down").status == 204
            assert [rate(answer, name, "up").status for _ in range(2)] == [204, 204]
            broker.down = True
            assert rate(answer, name, "down").status == 503
            assert rate(answer, "nonsense", "up").status == 422
            assert rate(answer, name, "sideways").status == 422
            metrics, log = answer.metrics(), answer.log.read_text()
    assert metrics['footnote_ratings_total{rating="up"}'] == 2
    assert metrics['footnote_ratings_total{rating="down"}'] == 1
    rated = [json.loads(line) for line in log.splitlines() if '"rated"' in line]
    assert [(line["answer"], line["rating"]) for line in rated][1] == (name, "up")
    down, up, again = (event.headers for event in broker.events)
    assert (up["ce-type"], up["ce-subject"]) == ("dev.footnote.answer.rated.v1", name)
    assert up["ce-id"] == again["ce-id"] != down["ce-id"]
    assert broker.events[1].json == {"answer": name, "rating": "up"}
    assert "observatory" not in log
