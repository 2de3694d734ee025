"""README.md and the documents of the sample bucket say what the code does."""

import csv
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

from footnote.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "knative/README.md", "bench/README.md")
FOLDERS = ("bench", "bucket", "docs", "eck", "footnote", "functions", "knative", "tests")
WORDS = {"None": "", "True": "on", "False": "off"}
"""As defaults are written in the environment."""


def settings_table() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting."""
    return [
        (
            PREFIX + name.upper(),
            WORDS.get(str(field.default), str(field.default)),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def test_the_readme_lists_every_setting() -> None:
    text = (ROOT / "README.md").read_text()
    table = text.partition("<!-- settings -->\n")[2].partition("<!-- /settings -->")[0]
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |"
        for name, default, meaning in settings_table()
    ]
    assert table == "\n".join(["| setting | default | what it is |", "| --- | --- | --- |", *rows, ""])


def test_the_bucket_lists_every_setting() -> None:
    with (ROOT / "bucket" / "settings.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["setting", "default", "what it is"], *map(list, settings_table())]


def test_a_setting_of_a_few_values_tells_all_of_them() -> None:
    few = {
        name: get_args(field.annotation)
        for name, field in Settings.model_fields.items()
        if get_origin(field.annotation) is Literal
    }
    assert few, "there are such settings"
    untold = [
        (name, value)
        for name, values in few.items()
        for value in values
        if not re.search(rf"\b{value}\b", Settings.model_fields[name].description or "")
    ]
    assert untold == []


def test_the_readme_lists_every_command() -> None:
    from footnote.cli.main import COMMANDS

    text = (ROOT / "README.md").read_text()
    assert re.findall(r"^footnote (\w+)  ", text, re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_readme_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / page).read_text())
    local = [link for link in links if "://" not in link]
    assert local
    assert [link for link in local if not leads_somewhere(ROOT / page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether the file exists and, if the link names an anchor, has a heading with it."""
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in anchors(target.read_text()))


def anchors(markdown: str) -> set[str]:
    """The headings as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_file_and_module_that_a_readme_names_exists() -> None:
    text = "".join((ROOT / page).read_text() for page in PAGES)
    files = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+)", text)
    modules = re.findall(r"`(footnote(?:\.\w+)+)`", text)
    named = {name for name in files if not name.startswith("bench/out/")}
    assert named
    assert modules
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [name for name in modules if not find_spec(name)] == []
