from pathlib import Path

import pytest

from functions.embed.processor import has_vnni


@pytest.mark.parametrize(
    ("flags", "has"),
    [
        ("flags\t\t: fpu avx avx2 avx512f avx512_vnni amx_int8", True),
        ("flags\t\t: fpu avx avx2 avx_vnni", True),
        ("flags\t\t: fpu avx avx2 avx512f", False),
        ("Features\t: fp asimd asimddp", False),
    ],
)
def test_the_processor_says_whether_it_has_vnni(tmp_path: Path, flags: str, has: bool) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\n{flags}\n\nprocessor\t: 1\n{flags}\n")
    assert has_vnni(cpuinfo) is has


def test_where_the_system_does_not_say_there_is_none(tmp_path: Path) -> None:
    assert not has_vnni(tmp_path / "cpuinfo")
