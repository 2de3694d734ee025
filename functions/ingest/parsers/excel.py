"""Excel (.xlsx): each sheet is a page, each row a record."""

from __future__ import annotations

from pathlib import Path

from functions.ingest.parsers.document import Document, Writer
from functions.ingest.parsers.records import table

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read(path: Path, writer: Writer) -> Document:
    import openpyxl

    with path.open("rb") as file:  # by its path it would be judged by its name
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            writer.page()
            writer.heading(2, sheet.title)
            sheet.reset_dimensions()  # a sheet that claims to be huge would be read as far as it claims
            table(sheet.iter_rows(values_only=True), writer)
    return writer.document(workbook.properties.title or "", TYPE)
