from pathlib import Path

import pytest

from tests.unit.footnote.bucket.objects import write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, "elsewhere/upload", "new")
