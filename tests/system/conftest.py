from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.chat_model import ChatModel
from tests.processes import System
from tests.system.footnote_up import FootnoteUp
from tests.system.site import STATEMENT, Site

DOCUMENTS = Path(__file__).parents[2] / "bucket"


@pytest.fixture(scope="session")
def footnote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FootnoteUp]:
    """One Footnote for all tests, with the repository's documents and what the tests add."""
    up = FootnoteUp(tmp_path_factory.mktemp("footnote"))
    for document in DOCUMENTS.iterdir():
        up.put(document.name, document.read_bytes())
    with up:
        yield up


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        model = stack.enter_context(ChatModel(lambda _: STATEMENT))
        yield Site(System(tmp_path_factory.mktemp("site"), stack), model)


@pytest.fixture
def site(running: Site) -> Iterator[Site]:
    """The site, with all that it depends on well again afterwards."""
    yield running
    running.model.status = 200
    running.model.hold.set()
    running.model.asked.clear()
    running.model.left.clear()
    running.model.prompts.clear()
