"""The supervisor with real processes of small functions."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest

from footnote.errors import Misconfigured, Unavailable
from footnote.local.listeners import listen
from footnote.local.supervisor import Supervisor

PID = """
import os
import functions_framework.aio
from starlette.responses import JSONResponse

@functions_framework.aio.http
async def {name}(request):
    return JSONResponse({{"pid": os.getpid(), "urls": os.environ["FOOTNOTE_ANSWER_URL"]}})
"""
NEVER_READY = """
import functions_framework.aio
from footnote.errors import Misconfigured
from footnote.serving.function import error_response

@functions_framework.aio.http
async def {name}(request):
    return error_response(Misconfigured("The index is of a newer Footnote: start that."))
"""
TIMEOUT = aiohttp.ClientTimeout(60)
BROKEN = "raise RuntimeError('The model is missing: get it.')"


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    for name, source in {"embed": PID, "answer": PID, "retrieve": BROKEN, "ingest": NEVER_READY}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.py").write_text(source.format(name=name))
    return tmp_path


def _run(
    functions: Path, *names: str, report: Callable[[str], None] = print, port: int = 0
) -> AbstractAsyncContextManager[Supervisor]:
    logs = functions / "logs"
    return Supervisor.running(names, os.environ, logs, report, port=port, functions=functions)


async def _ask(session: aiohttp.ClientSession, url: str) -> dict[str, str]:
    async with session.get(url) as response:
        answer: dict[str, str] = await response.json()
        return answer


async def test_functions_know_each_other(functions: Path) -> None:
    async with aiohttp.ClientSession() as session, _run(functions, "embed", "answer") as running:
        await running.wait_until_ready()
        said = [await _ask(session, url) for url in running.urls.values()]
    assert {answer["urls"] for answer in said} == {running.urls["answer"]}
    assert len({answer["pid"] for answer in said}) == 2


async def test_a_killed_function_is_restarted_without_refusing_requests(functions: Path) -> None:
    reports: asyncio.Queue[str] = asyncio.Queue()
    running_answer = _run(functions, "answer", report=reports.put_nowait)
    async with aiohttp.ClientSession() as session, running_answer as running:
        await running.wait_until_ready()
        before = await _ask(session, running.urls["answer"])
        os.kill(int(before["pid"]), signal.SIGKILL)
        report = await reports.get()
        after = await _ask(session, running.urls["answer"])
    assert after["pid"] != before["pid"]
    assert "answer ended with SIGKILL" in report


async def test_a_restart_recreates_a_removed_log(functions: Path) -> None:
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session, _run(functions, "answer") as running:
        await running.wait_until_ready()
        before = await _ask(session, running.urls["answer"])
        shutil.rmtree(functions / "logs")
        os.kill(int(before["pid"]), signal.SIGKILL)
        after = await _ask(session, running.urls["answer"])
    assert after["pid"] != before["pid"]
    assert (functions / "logs" / "answer.log").exists()


async def test_a_failing_restart_is_reported_and_retried(functions: Path) -> None:
    reports: asyncio.Queue[str] = asyncio.Queue()
    running_answer = _run(functions, "answer", report=reports.put_nowait)
    logs = functions / "logs"
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session, running_answer as running:
        await running.wait_until_ready()
        before = await _ask(session, running.urls["answer"])
        shutil.rmtree(logs)
        logs.touch()
        os.kill(int(before["pid"]), signal.SIGKILL)
        told = [await asyncio.wait_for(reports.get(), 30) for _ in range(3)]
        logs.unlink()
        after = await _ask(session, running.urls["answer"])
    assert after["pid"] != before["pid"]
    assert all("answer did not start ([Errno 17] File exists: " in report for report in told[1:])


async def test_a_function_that_never_started_says_why(functions: Path) -> None:
    async with _run(functions, "answer") as running:
        shutil.rmtree(functions / "logs")
        (functions / "logs").touch()
        with pytest.raises(Unavailable, match=r"answer did not start: .*File exists"):
            await running.wait_until_ready()


async def test_no_process_is_left_behind(functions: Path) -> None:
    async with aiohttp.ClientSession() as session, _run(functions, "answer") as running:
        await running.wait_until_ready()
        pid = int((await _ask(session, running.urls["answer"]))["pid"])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_crash_at_startup_says_why(functions: Path) -> None:
    async with _run(functions, "retrieve", "answer") as running:
        with pytest.raises(Unavailable, match="retrieve did not start: The model is missing: get it"):
            await running.wait_until_ready()


async def test_a_misconfigured_function_says_why(functions: Path) -> None:
    (functions / "retrieve" / "main.py").write_text(
        "from footnote.errors import Misconfigured; raise Misconfigured('The bucket is no bucket.')"
    )
    async with _run(functions, "retrieve") as running:
        with pytest.raises(Unavailable, match="retrieve did not start: The bucket is no bucket"):
            await running.wait_until_ready()


async def test_a_permanent_readiness_failure_ends_the_wait(functions: Path) -> None:
    async with _run(functions, "ingest", "answer") as running:
        with pytest.raises(Misconfigured, match="ingest is misconfigured: The index is of a newer"):
            await running.wait_until_ready()


async def test_a_port_in_use_is_reported(functions: Path) -> None:
    with listen(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"Port {port} is in use; choose another"):
            async with _run(functions, "embed", "answer", port=port):
                pass


async def test_a_log_that_cannot_be_written_is_reported(functions: Path) -> None:
    (functions / "logs").touch()
    with pytest.raises(Misconfigured, match=r"embed\.log cannot be written: .*; choose another state"):
        async with _run(functions, "embed"):
            pass


async def test_the_log_of_the_previous_run_is_kept(functions: Path) -> None:
    for _ in range(2):
        async with _run(functions, "answer") as running:
            await running.wait_until_ready()
    logs = sorted(path.name for path in (functions / "logs").iterdir())
    assert logs == ["answer.log", "answer.log.1"]
