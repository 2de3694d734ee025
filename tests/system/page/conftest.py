from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.system.page import standin
from tests.system.page.standin import StandIn

PATIENCE = 60_000
"""Milliseconds after which a test gives up; a busy machine takes its time."""
expect.set_options(timeout=PATIENCE)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert CHROMIUM.exists(), "The page is tested in Chromium; apt-get install chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here before. Its page must run nothing that is not the page's own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    faults: list[str] = []
    hosts: set[str] = set()
    context.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    context.on("weberror", lambda error: faults.append(f"error: {error.error}"))
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or request.url))
    yield context
    context.close()
    assert not faults
    assert hosts <= {"127.0.0.1"}


@pytest.fixture
def answer() -> Iterator[StandIn]:
    with standin.serving() as answer:
        yield answer


@pytest.fixture
def page(context: BrowserContext, answer: StandIn) -> Page:
    page = context.new_page()
    page.goto(answer.url)
    return page
