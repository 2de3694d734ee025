"""Mails and web archives as programs write them, and as they should not be."""

import base64
import codecs
from email.message import EmailMessage

import pytest

from footnote.errors import Unreadable
from tests.unit.functions.ingest.parse_type import Parse

SENTENCE = "The reactor runs at 450 degrees."
UMLAUTS = "Größe und Übermut: der Käse ist süß, die Äpfel sind schön."


def multipart(kind: str, *parts: str, headers: str = "") -> str:
    """The parts of a mail, each with its headers, between boundaries."""
    boundary = f"{kind}-{len(str(parts))}"
    bodies = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'{headers}Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{bodies}--{boundary}--\n'


def part(kind: str, text: str, headers: str = "") -> str:
    return f"Content-Type: {kind}\n{headers}\n{text}\n"


PLAIN, HTML = part("text/plain", "The plain version."), part("text/html", f"<p>{SENTENCE}")
PICTURE = part("image/png", "AAAA", "Content-Transfer-Encoding: base64\nContent-ID: <1>\n")
NOTES = part("text/plain", "x", 'Content-Disposition: attachment; filename="a b.txt"\n')
PLAN = part("application/pdf", "AAAA", "Content-Disposition: attachment; filename=plan.pdf\n")


def test_a_mail_is_read_as_its_reader_sees_it(read: Parse) -> None:
    message = EmailMessage()
    message["Received"] = "from mx.example.org"
    message["Subject"] = "Grüße vom\tReaktor"
    message["From"] = "Ada Löwe <ada@example.org>"
    message["To"] = "bob@example.org, Cid <cid@example.org>"
    message["Date"] = "Mon, 05 Jan 2026 08:30:00 +0100"
    message.set_content("The plain version.")
    message.add_alternative(f"<title>x</title><p>Dear Bob,</p><p>{SENTENCE}</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", "application", "pdf", filename="Plän.pdf")
    document = read("a.eml", message.as_bytes())
    assert (document.title, document.content_type) == ("Grüße vom Reaktor", "message/rfc822")
    assert document.text[:] == (
        "Grüße vom Reaktor\n\n"
        "From: Ada Löwe <ada@example.org>\n"
        "To: bob@example.org, Cid <cid@example.org>\n"
        "Date: Mon, 05 Jan 2026 08:30:00 +0100\n\n"
        f"Dear Bob,\n\n{SENTENCE}\n\n"
        "Attachment: Plän.pdf\n\n"
    )
    assert [(each.offset, each.title) for each in document.headings] == [(0, "Grüße vom Reaktor")]


@pytest.mark.parametrize(
    ("charset", "encoding", "body"),
    [
        ("iso-8859-1", "base64", base64.encodebytes(UMLAUTS.encode("latin-1"))),
        ("utf-8", "quoted-printable", codecs.encode(UMLAUTS.encode(), "quopri")),
        ("windows-1252", "8bit", UMLAUTS.encode("cp1252")),
        ("x-unknown", "8bit", UMLAUTS.encode()),
        ("utf-8", "x-unknown", UMLAUTS.encode()),
    ],
)
def test_a_text_is_decoded(read: Parse, charset: str, encoding: str, body: bytes) -> None:
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    assert read("a.eml", head.encode() + body).text[:] == f"{UMLAUTS}\n\n"


MAILS = {
    "no headers": (f"\n{SENTENCE}", f"{SENTENCE}\n\n"),
    "alternatives": (multipart("alternative", PLAIN, HTML), f"{SENTENCE}\n\n"),
    "HTML first": (multipart("alternative", HTML, PLAIN), f"{SENTENCE}\n\n"),
    "HTML with pictures": (
        multipart("alternative", PLAIN, multipart("related", HTML, PICTURE)),
        f"{SENTENCE}\n\n",
    ),
    "HTML around an attachment": (
        multipart("alternative", PLAIN, multipart("mixed", HTML, PLAN, HTML)),
        f"{SENTENCE}\n\nAttachment: plan.pdf\n\n{SENTENCE}\n\n",
    ),
    "an attachment among pictures": (
        multipart("related", HTML, PICTURE, PLAN),
        f"{SENTENCE}\n\nAttachment: plan.pdf\n\n",
    ),
    "an attached text": (
        multipart("mixed", PLAIN, NOTES),
        "The plain version.\n\nAttachment: a b.txt\n\n",
    ),
    "an attached mail": (
        multipart("mixed", PLAIN, part("message/rfc822", f"Subject: Old news\n\n{SENTENCE}")),
        "The plain version.\n\nAttachment: Old news\n\n",
    ),
    "truncated": (multipart("mixed", PLAIN).rpartition("--mixed")[0], "The plain version.\n\n"),
}


@pytest.mark.parametrize(("mail", "text"), MAILS.values(), ids=MAILS)
def test_the_parts_that_a_reader_sees_are_read(read: Parse, mail: str, text: str) -> None:
    assert read("a.eml", mail.encode()).text[:] == text


def test_the_marks_of_quoted_lines_are_left_out_and_a_reply_is_a_paragraph(read: Parse) -> None:
    text = "Hello,\n\n> > It is late.\n>> Is it ready, or\n> the rest?\n>\n> /Bob\nYes > no.\n"
    assert read("a.eml", f"Subject: So\n\n{text}".encode()).text[:] == (
        "So\n\nHello,\n\nIt is late.\nIs it ready, or\n\nthe rest?\n\n/Bob\n\nYes > no.\n\n"
    )


def test_a_web_archive_is_read(read: Parse) -> None:
    headers = "From: <Saved by Blink>\nSubject: News of the plant\nMIME-Version: 1.0\n"
    style = part("text/css", "p { color: red }")
    page = part("text/html", "<title>News of the plant</title><h1>News</h1><p>450 degrees.")
    archive = multipart("related", page, style, headers=headers)
    document = read("a.mhtml", archive.encode())
    assert document.title == "News of the plant"
    assert document.text[:] == "News of the plant\n\nNews\n\n450 degrees.\n\n"


def test_a_mail_that_is_nested_too_deeply_is_unreadable(read: Parse) -> None:
    opened = "".join(
        f'Content-Type: multipart/mixed; boundary="{level}"\n\n--{level}\n' for level in range(2_000)
    )
    with pytest.raises(Unreadable, match="nested too deeply"):
        read("a.eml", opened.encode() + SENTENCE.encode())
