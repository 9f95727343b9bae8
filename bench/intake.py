"""How fast the hub takes in print-ready records: 100,000 in 60 s on SQLite and on PostgreSQL.

The records are those of `bench.hub_claims` with a photo of 24 x 30 pixels of noise (2 kB), in base64, one JSON object a
line. A photo of 15 kB takes twice the time: it is decoded, hashed and stored. Measured in this process, from the opened
file to the last commit; the file is made before.
"""

import json
import random
import tempfile
import time
from pathlib import Path

from bench import hub_claims
from bench.figure import Figure
from hub import home, intake
from linearizability import postgres

RECORDS = 20_000
PHOTO_PX = (24, 30)
WANTED_PER_S = 100_000 / 60


def figures() -> list[Figure]:
    """Import the same file into a hub on each database."""
    with tempfile.TemporaryDirectory(prefix="intake-bench-") as name:
        folder = Path(name)
        source = _file(folder / "records.jsonl")
        on_sqlite = _import(folder / "sqlite", source, None)
        with postgres.running() as server:
            on_postgresql = _import(folder / "postgresql", source, server.new_schema())
    return [
        Figure(
            "records imported, SQLite, 2 kB photo", on_sqlite, WANTED_PER_S, "/s", at_least=True
        ),
        Figure(
            "records imported, PostgreSQL, 2 kB photo",
            on_postgresql,
            WANTED_PER_S,
            "/s",
            at_least=True,
        ),
    ]


def _file(path: Path) -> Path:
    noise = random.Random(20170905)  # pictures, not secrets
    with path.open("w") as file:
        for n in range(1, RECORDS + 1):
            file.write(json.dumps(hub_claims.record(n, noise, PHOTO_PX)) + "\n")
    return path


def _import(directory: Path, source: Path, store: str | None) -> float:
    """Return the records taken in a second by a new hub."""
    home.init(directory, "Asia/Jakarta", 200, "S1", store)
    with home.opened(directory) as hub:
        began = time.perf_counter()
        summary = intake.import_file(hub, source)
        took_s = time.perf_counter() - began
    if summary.accepted != RECORDS:
        raise SystemExit(f"the hub took {summary.accepted} of {RECORDS} records")
    return RECORDS / took_s
