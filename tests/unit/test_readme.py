import re
from pathlib import Path

from footnote.settings import PREFIX, Settings

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_the_table_lists_every_setting_with_its_default() -> None:
    rows = dict(re.findall(rf"^\| `{PREFIX}([A-Z_]+)` \| (.*?) \|", README, re.MULTILINE))
    expected = {
        name.upper(): f"`{_shown(field.default)}`" if field.default not in ("", None) else ""
        for name, field in Settings.model_fields.items()
    }
    assert {name: cell.strip() for name, cell in rows.items()} == expected


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
