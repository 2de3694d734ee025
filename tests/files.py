"""One real file of every format that Footnote reads, each holding the sentence it is asked to hold."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from email.message import EmailMessage

import docx
import openpyxl
from fpdf import FPDF
from pptx import Presentation
from pptx.util import Inches


def plain(sentence: str) -> bytes:
    return f"A plain text.\n\n{sentence}\n".encode()


def log(sentence: str) -> bytes:
    return f"2026-01-02T03:04:05Z INFO started\n2026-01-02T03:04:06Z WARN {sentence}\n".encode()


def markdown(sentence: str) -> bytes:
    return f"# A guide\n\n## Limits\n\n{sentence} See [the notes](notes.md).\n\n- one\n- two\n".encode()


def html(sentence: str) -> bytes:
    page = (
        "<!doctype html><title>A page</title><nav>menu</nav><h1>News</h1><p>%s</p><script>x()</script>"
    )
    return (page % sentence).encode()


def pdf(sentence: str, first_page: str = "A cover page.") -> bytes:
    """Two pages: the sentence is on the second."""
    document = FPDF()
    document.set_title("A report")
    document.set_font("Helvetica", size=12)
    for text in (first_page, sentence):
        document.add_page()
        document.multi_cell(0, 8, text)
    return bytes(document.output())


def word(sentence: str) -> bytes:
    document = docx.Document()
    document.add_heading("A letter", 0)
    document.add_heading("Terms", 1)
    document.add_paragraph(sentence)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "left cell", "right cell"
    return _saved(document.save)


def powerpoint(sentence: str) -> bytes:
    """Two slides: the sentence is on the second, with a note."""
    presentation = Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[5]).shapes.title.text = "Welcome"
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Details"
    slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1)).text_frame.text = sentence
    slide.notes_slide.notes_text_frame.text = "a speaker's note"
    return _saved(presentation.save)


def excel(sentence: str) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Facts"
    sheet.append(["name", "fact"])
    sheet.append(["first", sentence])
    return _saved(workbook.save)


def csv(sentence: str) -> bytes:
    return f'name,fact\nfirst,"{sentence}"\n'.encode()


def json_object(sentence: str) -> bytes:
    return json.dumps({"title": "A record", "facts": [{"name": "first", "fact": sentence}]}).encode()


def json_lines(sentence: str) -> bytes:
    return "".join(json.dumps({"fact": fact}) + "\n" for fact in ("nothing", sentence)).encode()


def mail(sentence: str) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        "A mail",
        "Ada <ada@example.org>",
        "bob@example.org",
    )
    message["Date"] = "Mon, 05 Jan 2026 08:30:00 +0100"
    message.set_content("Only the HTML is read.")
    message.add_alternative(f"<p>{sentence}</p>", subtype="html", cte="base64")
    message.add_attachment(b"attached", "application", "pdf", filename="plan.pdf")
    return message.as_bytes()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


FORMATS: dict[str, Callable[[str], bytes]] = {
    "plain.txt": plain,
    "service.log": log,
    "guide.md": markdown,
    "page.html": html,
    "report.pdf": pdf,
    "letter.docx": word,
    "slides.pptx": powerpoint,
    "sheet.xlsx": excel,
    "table.csv": csv,
    "record.json": json_object,
    "records.jsonl": json_lines,
    "mail.eml": mail,
}
"""File name -> what makes its content around a sentence."""
