import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.api_keys import ApiKey, generate_key
from footnote.errors import InvalidRequest

names = st.from_regex(r"[\w.@-]+", fullmatch=True)


@given(names, st.lists(names))
def test_a_line_matches_its_own_key_only(name: str, groups: list[str]) -> None:
    key, line = generate_key(name, groups)
    holder = ApiKey.parse(str(line))
    assert (holder.name, list(holder.groups)) == (name, groups)
    assert holder.matches(key)
    assert not holder.matches(generate_key(name, groups)[0])


def test_the_key_itself_is_not_in_its_line() -> None:
    key, line = generate_key("ada", [])
    assert key not in str(line)


@pytest.mark.parametrize(
    "line", ["", "ada", "ada:secret:", f"a da:{'0' * 64}:", f"ada:{'0' * 64}", f"ada:{'0' * 64}:x:y"]
)
def test_a_line_of_another_form_is_refused(line: str) -> None:
    with pytest.raises(InvalidRequest, match="name:sha256"):
        ApiKey.parse(line)


@pytest.mark.parametrize(("name", "groups"), [("a:b", []), ("", []), ("ada", ["x,y"]), ("ada", [""])])
def test_a_name_that_would_break_the_file_is_refused(name: str, groups: list[str]) -> None:
    with pytest.raises(InvalidRequest, match="use letters"):
        generate_key(name, groups)
