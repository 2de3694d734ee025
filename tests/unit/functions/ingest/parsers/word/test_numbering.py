"""Numbering as Word writes it: the numbers themselves are in no file."""

import io
from collections.abc import Callable

import docx
import pytest
from docx.oxml import parse_xml

from tests.unit.functions.ingest.parse_type import Parse

Lines = Callable[..., list[str]]

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MULTI_LEVEL = ("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "%3.")
CLAUSES = ("upperRoman", "Article %1"), ("decimalZero", "%1.%2"), ("decimal", "%1.%2.%3", "<w:isLgl/>")


def level(at: int, format: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{more}'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


def definition(id: int, *levels: tuple[str, ...], more: str = "") -> str:
    content = "".join(level(at, *given) for at, given in enumerate(levels))
    return f'<w:abstractNum w:abstractNumId="{id}">{more}{content}</w:abstractNum>'


def instance(id: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{id}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def item(text: str, at: int | str = 0, id: int | str = 1, more: str = "") -> str:
    properties = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{id}"/></w:numPr>{more}'
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def styled(text: str, style: str, properties: str = "") -> str:
    marked = f'<w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>'
    return f"<w:p>{marked}<w:r><w:t>{text}</w:t></w:r></w:p>"


def file(*blocks: str, numbering: str = "", styles: str = "") -> bytes:
    document = docx.Document()
    if numbering:
        part = document.part.numbering_part
        part._element = parse_xml(f"<w:numbering {NAMESPACE}>{numbering}</w:numbering>")
    for parent, content in ((document.styles.element, styles), (document.element.body, "".join(blocks))):
        for place, element in enumerate(parse_xml(f"<w:body {NAMESPACE}>{content}</w:body>")):
            parent.insert(place, element)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def lines(read: Parse) -> Lines:
    def read_lines(*blocks: str, **parts: str) -> list[str]:
        return [*filter(None, read("a.docx", file(*blocks, **parts)).text[:].split("\n"))]

    return read_lines


def test_the_items_of_nested_lists_have_their_numbers(lines: Lines) -> None:
    blocks = [item("a"), item("b", 1), item("c", 2), item("d", 2), item("e", 1), item("f"), item("g", 1)]
    assert lines(*blocks, numbering=definition(0, *MULTI_LEVEL) + instance(1, 0)) == [
        "1. a", "(a) b", "i. c", "ii. d", "(b) e", "2. f", "(a) g",
    ]  # fmt: skip


def test_clauses_repeat_the_numbers_above_them(lines: Lines) -> None:
    blocks = [item("a"), item("b"), item("c", 1), item("d", 2), item("e", 2)]
    assert lines(*blocks, numbering=definition(0, *CLAUSES) + instance(1, 0)) == [
        "Article I a", "Article II b", "II.01 c", "2.1.1 d", "2.1.2 e",
    ]  # fmt: skip


def test_a_bullet_is_a_dash_whatever_its_glyph(lines: Lines) -> None:
    numbering = definition(0, ("bullet", "\uf0b7"), ("none", "")) + instance(1, 0)
    assert lines(item("a"), item("b", 1), item("c", 8), numbering=numbering) == ["- a", "b", "c"]


def test_lists_of_one_definition_continue_each_other_unless_they_start_anew(lines: Lines) -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    replaced = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)")}</w:lvlOverride>'
    instances = instance(1, 0) + instance(2, 0) + instance(3, 0, start) + instance(4, 1, replaced)
    numbering = definition(0, *MULTI_LEVEL) + definition(1, *MULTI_LEVEL) + instances
    blocks = [item("a"), item("b", id=2), item("c", id=3), item("d", id=3), item("e", id=4)]
    assert lines(*blocks, numbering=numbering) == ["1. a", "2. b", "5. c", "6. d", "A) e"]


def test_a_level_may_count_on_below_the_next_item_above_it(lines: Lines) -> None:
    never = ("decimal", "%2.", '<w:lvlRestart w:val="0"/>')
    numbering = definition(0, ("upperLetter", "%1."), never) + instance(1, 0)
    blocks = [item("a"), item("b", 1), item("c"), item("d", 1)]
    assert lines(*blocks, numbering=numbering) == ["A. a", "1. b", "B. c", "2. d"]


def style(id: str, name: str, more: str) -> str:
    return f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/>{more}</w:style>'


def test_the_number_of_a_heading_comes_from_its_style(read: Parse) -> None:
    one, two = (f'<w:pStyle w:val="{id}"/>' for id in ("One", "Two"))
    numbering = definition(0, ("decimal", "%1", one), ("decimal", "%1.%2", two)) + instance(1, 0)
    listed, unlisted = (f'<w:numPr><w:numId w:val="{id}"/></w:numPr>' for id in (1, 0))
    styles = style("One", "heading 1", f"<w:pPr>{listed}</w:pPr>")
    styles += style("Two", "heading 2", '<w:basedOn w:val="One"/>')
    blocks = [styled("a", "One"), styled("b", "Two"), styled("c", "Two"), styled("d", "One", unlisted)]
    document = read("a.docx", file(*blocks, numbering=numbering, styles=styles))
    assert [(heading.level, heading.title) for heading in document.headings] == [
        (1, "1 a"), (2, "1.1 b"), (2, "1.2 c"), (1, "d"),
    ]  # fmt: skip


def test_a_list_may_take_its_definition_from_a_style(lines: Lines) -> None:
    numbering = (
        definition(0, more='<w:numStyleLink w:val="Terms"/>')
        + definition(1, *MULTI_LEVEL, more='<w:styleLink w:val="Terms"/>')
        + instance(1, 0)
    )
    assert lines(item("a"), item("b", 1), numbering=numbering) == ["1. a", "(a) b"]


def test_the_lists_of_the_default_template_are_marked(lines: Lines) -> None:
    styles = ("ListNumber", "ListNumber", "ListBullet", "ListParagraph", "ListContinue")
    assert lines(*(styled("x", style) for style in styles)) == ["1. x", "2. x", "- x", "x", "x"]


def test_a_paragraph_of_which_nothing_is_left_has_no_number(lines: Lines) -> None:
    removed = item("", more='<w:rPr><w:del w:id="1" w:author="Ada"/></w:rPr>')
    numbering = definition(0, *MULTI_LEVEL) + instance(1, 0)
    assert lines(item("a"), removed, item("b"), numbering=numbering) == ["1. a", "2. b"]


def test_a_numbered_cell_has_its_number(lines: Lines) -> None:
    rows = "".join(
        f"<w:tr><w:tc><w:tcPr/>{item(text)}</w:tc><w:tc><w:tcPr/><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>"
        for text in ("a", "b")
    )
    numbering = definition(0, *MULTI_LEVEL) + instance(1, 0)
    table = f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"
    assert lines(table, numbering=numbering) == ["1. a | x", "2. b | x"]


@pytest.mark.parametrize(
    "numbering",
    [
        instance(1, 7),
        definition(0) + instance(1, 0),
        definition(0, ("decimal", "%1. %9")) + instance(2, 0),
        '<w:abstractNum w:abstractNumId="0"><w:lvl/></w:abstractNum><w:num w:numId="1"/>',
    ],
)
def test_what_is_not_defined_has_no_number(lines: Lines, numbering: str) -> None:
    assert lines(item("a"), item("b", "x"), numbering=numbering) == ["a", "b"]
