from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.footnote_up import FootnoteUp

DOCUMENTS = Path(__file__).parents[2] / "bucket"


@pytest.fixture(scope="session")
def footnote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FootnoteUp]:
    """One Footnote for all tests, with the repository's documents and what the tests add."""
    up = FootnoteUp(tmp_path_factory.mktemp("footnote"))
    for document in DOCUMENTS.iterdir():
        up.put(document.name, document.read_bytes())
    with up:
        yield up
