import pytest

from tests.unit.functions.ingest.parse_type import Parse


@pytest.mark.parametrize("tag", ["<br>", "<br/>", " <BR /> ", '<br clear="all">'])
def test_a_break_tag_separates_lines(read: Parse, tag: str) -> None:
    text = f"# One{tag}two\n\nfirst{tag}second<b>ly</b>\n\n| k |\n|---|\n| first{tag}second |\n"
    document = read("a.md", text.encode())
    assert document.text[:] == "One two\n\nfirst\nsecondly\n\nk: first second\n\n"


def test_a_break_tag_before_a_line_end_is_one_break(read: Parse) -> None:
    assert read("a.md", b"first<br>\nsecond  \nthird\nfourth\n").text[:] == (
        "first\nsecond\nthird\nfourth\n\n"
    )


@pytest.mark.parametrize("start", ["\n", "\n# Fees\n\n", "# Fees\n\n"])
def test_text_between_leading_rules_is_not_front_matter(read: Parse, start: str) -> None:
    text = f"---\n{start}It is 30 euros.\n\n## Who pays\n\nNote: not you.\n\n---\n\nAll else.\n"
    assert read("a.md", text.encode()).text[:] == (
        "Fees\n\n" * ("Fees" in start) + "It is 30 euros.\n\nWho pays\n\nNote: not you.\n\nAll else.\n\n"
    )


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("title: X # the first", "X"),
        ("title: 'X # the first' # or so", "X # the first"),
        ('title: "X: Y"', "X: Y"),
        ("title: C# and F#", "C# and F#"),
        ("title: >-\n  A long title\n  in two lines\nsummary: Y", "A long title in two lines"),
        ("title:\n  On the next line", "On the next line"),
        ("title: |-", "a"),
        ("title:\nauthor: Ada", "a"),
        ("title: # none yet", "a"),
        ("# Of the site\ntitle: X", "X"),
        ("tags:\n- x\ntitle: X", "X"),
    ],
)
@pytest.mark.parametrize("end", ["---", "...", "--- "])
def test_front_matter_gives_the_title(read: Parse, front: str, title: str, end: str) -> None:
    document = read("a.md", f"---\n{front}\n{end}\nBody.".encode())
    assert (document.title, document.text[:]) == (title, "Body.\n\n")


def test_front_matter_in_toml_gives_the_title(read: Parse) -> None:
    document = read("a.md", b'+++\ndraft = false\ntitle = "X" # the first\n+++\nBody.')
    assert (document.title, document.text[:]) == ("X", "Body.\n\n")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (":::warning Mind this\nIt is hot.\n:::", "Mind this\n\nIt is hot."),
        (":::note[Mind this]\n\nIt is hot.\n\n:::", "Mind this\n\nIt is hot."),
        ("::: {.tip}\nIt is hot.\n:::", "It is hot."),
        ('!!! note "Mind this"\n    It is hot.', "Mind this\n\nIt is hot."),
        ("??? note\n    It is hot.", "It is hot."),
        ('=== "Linux"\n\n    It is hot.', "Linux\n\nIt is hot."),
        ("> [!NOTE]\n> It is hot.", "It is hot."),
        ("> [!tip]- Mind this\n> It is hot.", "Mind this\n\nIt is hot."),
        ("!!! Do not touch", "!!! Do not touch"),
        ("=== or ==", "=== or =="),
    ],
)
def test_a_note_or_tab_loses_its_frame(read: Parse, markup: str, text: str) -> None:
    assert read("a.md", markup.encode()).text[:] == f"{text}\n\n"


def test_a_heading_loses_its_attributes(read: Parse) -> None:
    (heading,) = read("a.md", b"## Fees {#fees .wide}\n\nBody.").headings
    assert heading.title == "Fees"


def test_mdx_is_read_as_markdown(read: Parse) -> None:
    markup = "# Fees\n\n<Tabs>\n  <Tab>\n\n  It is **hot**.\n\n  </Tab>\n</Tabs>\n"
    assert read("a.mdx", markup.encode()).text[:] == "Fees\n\nIt is hot.\n\n"


def test_each_table_row_names_its_columns(read: Parse) -> None:
    table = "| Plan | Storage |\n|---|---|\n| Team | 50 GB |\n| Business | *1 TB* |\n\nMore below.\n"
    assert read("a.md", table.encode()).text[:] == (
        "Plan: Team; Storage: 50 GB\nPlan: Business; Storage: 1 TB\n\nMore below.\n\n"
    )
    assert read("a.md", b"| Plan | Storage |\n|---|---|\n").text[:] == "Plan; Storage\n\n"


def test_what_is_struck_through_is_left_out(read: Parse) -> None:
    items = "- ~~Cash~~\n- Card ~~or\ncheque~~\n- ~~Art~~\n"
    text = f"It costs ~~10 **or** 9~~7 euros.\n\n{items}\n~~Later~~ Gold.\n"
    assert read("a.md", text.encode()).text[:] == "It costs 7 euros.\n\n- Card\n\nGold.\n\n"
