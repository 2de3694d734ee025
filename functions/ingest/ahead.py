"""The first process that parses, started before the function is imported: it takes longer to start."""

from __future__ import annotations

from functions.ingest.worker import Worker

worker = Worker()
