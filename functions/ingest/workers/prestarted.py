"""The first worker, started on import: it takes longer to start than the function's own imports."""

from __future__ import annotations

from functions.ingest.workers.worker import Worker

worker = Worker()
