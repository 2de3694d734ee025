import io
import zipfile

import pytest

from footnote.errors import Unreadable
from tests import files
from tests.unit.functions.ingest.parse_type import Parse


def test_the_reason_of_a_broken_workbook_does_not_quote_it(read: Parse) -> None:
    sound, broken = zipfile.ZipFile(io.BytesIO(files.excel("Text."))), io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        for name in sound.namelist():
            content = sound.read(name)
            if name.endswith("sheet1.xml"):
                cell = b'<c r="C1" t="n"><v>Ada has epilepsy</v></c></row>'
                content = content.replace(b"</row>", cell, 1)
            archive.writestr(name, content)
    with pytest.raises(Unreadable, match="broken or truncated excel file") as refused:
        read("a.xlsx", broken.getvalue())
    assert "epilepsy" not in refused.value.message
