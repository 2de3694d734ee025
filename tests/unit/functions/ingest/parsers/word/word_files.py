"""Makes Word files from the markup that Word writes."""

import io

import docx
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*parts: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(parts)}</w:p>"


def control(*parts: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{''.join(parts)}</w:sdtContent></w:sdt>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def cell(*blocks: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(blocks)}</w:tc>"


def file(*blocks: str, styles: str = "", **notes: str) -> bytes:
    """With its footnotes, endnotes or both, and styles before those that it has anyway."""
    document = docx.Document()
    for element in [*parse_xml(f"<w:styles {NAMESPACES}>{styles}</w:styles>")][::-1]:
        document.styles.element.insert(0, element)
    for kind, content in notes.items():
        name, xml = PackURI(f"/word/{kind}.xml"), f"<w:{kind} {NAMESPACES}>{content}</w:{kind}>"
        document.part.relate_to(Part(name, "application/xml", xml.encode()), f"{RELATIONSHIP}/{kind}")
    for block in reversed(blocks):
        root = f"<w:body {NAMESPACES}>{block}</w:body>"
        document.element.body.insert(0, parse_xml(root)[0])
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
