"""Take the README's picture of the page: `make screenshot` while `make run` runs.

Needs Chromium; the picture there is was taken with the fonts of Debian's fonts-texgyre and fonts-inter.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).with_name("page.png")
QUESTION = "Why do the cold starts of two functions not add up?"


def take(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": 1160, "height": 640}, device_scale_factor=1.25, reduced_motion="reduce"
        )
        page.goto(url)
        page.get_by_label("Your question").fill(QUESTION)
        page.keyboard.press("Enter")
        page.locator(".colophon").wait_for()
        page.locator("a[role=doc-noteref]").first.click()
        page.locator("#panel mark").wait_for()
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1])
