"""The office under test: a hub's directory with stations and small records, and what its book says in the end."""

import base64
import io
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image

from hub import address, home, intake, schema, stations
from hub.db import Store
from linearizability.specification import Kind, Operation

SITE = "KEC-01"
CLIENTS = 8


def make(directory: Path, records: int, store: str | None) -> dict[str, str]:
    """Make a hub with stations and records; returns station -> access key."""
    home.init(directory, home.DEFAULT_ZONE, home.DEFAULT_CAP, home.DEFAULT_SERIES, store)
    access_keys = {}
    source = directory.parent / "records.jsonl"
    source.write_text("".join(json.dumps(_record(n)) + "\n" for n in range(1, records + 1)))
    with home.opened(directory) as hub:
        for number in range(CLIENTS):
            new = stations.NewStation(f"P{number}", SITE, "http://127.0.0.1:1", "tcp://127.0.0.1:1")
            config = tomllib.loads(stations.add(hub, new))
            access_keys[new.station] = config["hub"]["access_key"]
        summary = intake.import_file(hub, source)
    if summary.accepted != records:
        raise SystemExit(f"the hub took {summary.accepted} of {records} records")
    return access_keys


def names(records: int) -> list[str]:
    """Return the records' ids."""
    return [f"B{n:07d}" for n in range(1, records + 1)]


def read_all(directory: Path, store: str | None, at_ns: int) -> Iterator[tuple[str, Operation]]:
    """Read how every right ended, as the last operation on it."""
    columns = schema.rights.c
    query = sa.select(columns.record_id, columns.state, columns.holder, columns.fence)
    opened = Store.open(store or address.of(directory))
    try:
        rows = opened.read(lambda connection: connection.execute(query).all())
    finally:
        opened.close()
    for row in rows:
        yield (
            row.record_id,
            Operation(Kind.FINAL, row.holder or "", row.fence, at_ns, at_ns, row.state),
        )


def _record(n: int) -> dict[str, Any]:
    """Make a record that can be nobody's: its NIK has district 99."""
    return {
        "record_id": f"B{n:07d}", "issue_type": "NEW", "upstream_status": "PRINT_READY_RECORD",
        "data_version": 1, "site": SITE, "recorded_on": "2017-09-05",
        "nik": f"167199{n % 28 + 1:02d}{n % 12 + 1:02d}80{n % 9999 + 1:04d}",
        "name": "CONTOH", "birth_place": "CONTOH",
        "birth_date": f"1980-{n % 12 + 1:02d}-{n % 28 + 1:02d}", "sex": "LAKI-LAKI",
        "address": "JL CONTOH", "village": "CONTOH", "district": "CONTOH", "regency": "CONTOH",
        "province": "CONTOH", "religion": "ISLAM", "marital_status": "KAWIN",
        "occupation": "WIRASWASTA", "issue_place": "CONTOH", "issue_date": "2017-09-05",
        "photo": _PHOTO, "signature": _SIGNATURE,
    }  # fmt: skip


def _png(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


_PHOTO = _png(Image.new("RGB", (82, 86), "#c01818"))
_SIGNATURE = _png(Image.new("1", (64, 24), 1))
