"""The last drift report, as the only row of a table. Each function runs in the caller's transaction."""

from __future__ import annotations

from sqlite3 import Connection

from footnote.contracts import DriftReport


def put(connection: Connection, report: DriftReport) -> None:
    connection.execute("DELETE FROM drift")
    connection.execute(
        "INSERT INTO drift VALUES (:compared_at, :new, :changed, :gone, :behind, :leftovers)",
        report.model_dump(mode="json"),
    )


def last(connection: Connection) -> DriftReport | None:
    row = connection.execute("SELECT * FROM drift").fetchone()
    return row and DriftReport.model_validate(dict(row))
