import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
ASK = """
import asyncio, json, os, sys
from footnote.stubs import import_server

import_server(os.environ)
import functions_framework.aio, pydantic, uvicorn

async def status(path):
    sent = []
    async def receive():
        return {"type": "http.request", "body": b"hello", "more_body": False}
    async def send(message):
        sent.append(message)
    scope = {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b""}
    await app(scope, receive, send)
    return sent[0]["status"]

app = functions_framework.aio.create_asgi_app("bare", "bench/bare/main.py")
pydantic.create_model("Model", field=int)
found = {"status": asyncio.run(status("/")), "served with": [*sys.modules]}
import flask, werkzeug.local, uvicorn.supervisors, prometheus_client.exposition
found["flask"] = flask.Flask("it").name
found["framework"] = functions_framework.flask.Flask is flask.Flask
found["proxy"] = hasattr(werkzeug.local.LocalProxy, "_get_current_object")
workers = sys.modules["uvicorn.main"].Multiprocess(uvicorn.Config("it", workers=2), sockets=[])
found["workers"] = isinstance(workers, uvicorn.supervisors.Multiprocess)
found["metrics"] = "python_info" in prometheus_client.exposition.generate_latest().decode()
print(json.dumps(found))
"""


def ask(**environ: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | environ,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_function_is_served_without_what_it_never_uses_which_can_still_be_imported() -> None:
    found = ask()
    served = found.pop("served with")
    assert isinstance(served, list)
    assert not {"flask", "werkzeug", "werkzeug.local", "jinja2"} & set(served)
    assert not {"uvicorn.supervisors", "multiprocessing", "importlib.metadata"} & set(served)
    assert not {"wsgiref.simple_server", "urllib.request", "deprecation"} & set(served)
    working = {"framework": True, "proxy": True, "workers": True, "metrics": True}
    assert found == {"status": 200, "flask": "it"} | working


def test_execution_ids_in_the_log_import_the_real_flask() -> None:
    served = ask(LOG_EXECUTION_ID="true").pop("served with")
    assert isinstance(served, list)
    assert {"flask", "werkzeug.local"} <= set(served)


def test_pydantic_looks_for_the_plugins_that_an_operator_did_not_disable() -> None:
    served = ask(PYDANTIC_DISABLE_PLUGINS="logfire-plugin").pop("served with")
    assert isinstance(served, list)
    assert "importlib.metadata" in served
