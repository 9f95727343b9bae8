"""What is fuzzed: each way in for bytes of others, good inputs to begin with, and the errors it may end in."""

import contextlib
import io
import json
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from drivers.errors import ProtocolError, UriError
from drivers.evolis.codec import parse_fields, parse_reply, parse_stream
from drivers.uri import parse_uri
from hub.judge import judge
from hub.lines import CsvLines, JsonLines, Line
from hub.refusals import LineRefusedError
from prr import image, nik
from prr.exchange import Claim, ClaimAnswer, Grant, OutboxAnswer, Report, Sync, SyncAnswer
from prr.record import PrintReadyRecord
from reliability.fuzz import hub_http
from reliability.machine import ROOT
from support import printer_bytes, records, stations, words
from support.bad_images import gif, jpeg

ON = date(2026, 3, 2)
NOWHERE = Path("no-such-folder")
BOX_PX = (64, 24)


@dataclass(frozen=True, slots=True)
class Target:
    """One way in.

    Attributes:
        share: of all inputs, in per cent.
        corpus: makes the good inputs.
        take: is given each input.
        lawful: the typed errors it may raise; anything else is a crash.
        opened: holds open what it needs while it is given inputs.
    """

    name: str
    share: int
    corpus: Callable[[], tuple[bytes, ...]]
    take: Callable[[bytes], object]
    lawful: tuple[type[Exception], ...]
    opened: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext


# -- what a printer answers ------------------------------------------------------------------------------------


def _replies() -> tuple[bytes, ...]:
    block = printer_bytes.status(session=7, extensions=(1, 2**31, 5))
    texts = ("OK", "Evolis Primacy 2", "NEED CLEANING", "type: 5 \r\ncount 812\r\nserial: 00A1")
    return (printer_bytes.IDLE, block, *(printer_bytes.reply(text, block) for text in texts))


def _printer_answers(data: bytes) -> None:
    """Take a reply whole, and on a line byte by byte from the middle on."""
    _, rest = parse_stream(data[: len(data) // 2])
    for place in range(len(data) // 2, len(data)):
        _, rest = parse_stream(rest + data[place : place + 1])
    parse_fields(parse_reply(data).text)


# -- what station and hub say to each other ----------------------------------------------------------------------


@cache
def _bodies() -> tuple[TypeAdapter[Any], ...]:
    kinds = (Claim, ClaimAnswer, Grant, OutboxAnswer, Report, Sync, SyncAnswer, PrintReadyRecord)
    return tuple(TypeAdapter(kind) for kind in kinds)


def _said() -> tuple[bytes, ...]:
    one = stations.grant(1)
    said = (one, one.record, stations.allowance(), words.word())
    claim = Claim(
        station="P1",
        claim_key="1" * 8 + ("-" + "1" * 4) * 3 + "-" + "1" * 12,
        count_max=3,
        hub_epoch=1,
    )
    return tuple(contract.canonical() for contract in (*said, claim))


def _body(data: bytes) -> None:
    """Give a body to every kind of it; each must say what is wrong."""
    refused = 0
    for kind in _bodies():
        try:
            kind.validate_json(data)
        except ValidationError:
            refused += 1
    assert refused >= len(_bodies()) - 1, "two kinds of message take the same bytes"


# -- what offices hand over --------------------------------------------------------------------------------------


def _feed() -> tuple[bytes, ...]:
    lines = [json.dumps(records.json_fields(n)).encode() for n in range(1, 4)]
    fields = records.json_fields(1)
    head = ",".join(fields).encode()
    cells = ",".join(f'"{value}"' for value in fields.values()).encode()
    return (*lines, b"\n".join(lines), head + b"\r\n" + cells + b"\r\n")


def _import(data: bytes) -> None:
    """Read a file as both kinds and judge every line."""
    for reader in (JsonLines(io.BytesIO(data)), CsvLines(io.BytesIO(data))):
        for line in reader:
            _judged(reader, line)


def _judged(reader: JsonLines | CsvLines, line: Line) -> None:
    with contextlib.suppress(LineRefusedError):
        judge(reader.fields(line), NOWHERE, ON)


# -- pictures, addresses, numbers, logs --------------------------------------------------------------------------


def _pictures() -> tuple[bytes, ...]:
    return (records.photo_png(1), records.signature_png(2), jpeg(40, 50), gif(30, 30))


def _picture(data: bytes) -> None:
    image.examine(data)
    image.load(data, *BOX_PX)


def _uris() -> tuple[bytes, ...]:
    return (
        b"tcp://192.0.2.7:9100", b"usb://0f49:*?serial=UJI", b"usb://0f49:0e00?via=usbip:127.0.0.1:3240",
        b"usblp:///dev/usb/lp0", b"serial:///dev/ttyUSB0?baud=115200", b"tcp://[::1]:9100",
    )  # fmt: skip


def _uri(data: bytes) -> None:
    parse_uri(data.decode("latin-1"))


def _niks() -> tuple[bytes, ...]:
    return tuple(records.record(n).nik.encode() for n in range(1, 20))


def _nik(data: bytes) -> None:
    nik.examine(data.decode("latin-1"), ON)


@cache
def _checker() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "tools" / "check-events"))


def _events() -> tuple[bytes, ...]:
    row = {
        "about": {"intent": 1}, "at": "2026-03-02T01:00:00+00:00", "name": "card.made",
        "previous_sha256": "0" * 64, "seq": 1, "sha256": "1" * 64, "signature": None,
    }  # fmt: skip
    return (json.dumps(row, separators=(",", ":"), sort_keys=True).encode(),)


def _event(data: bytes) -> None:
    script = _checker()
    rows, faults = script["rows_of"](data.split(b"\n"))
    list(script["faults_of"](rows))
    assert rows or faults or not data


TARGETS = (
    Target("printer replies", 36, _replies, _printer_answers, (ProtocolError,)),
    Target("messages of station and hub", 8, _said, _body, ()),
    Target("import files", 7, _feed, _import, ()),
    Target("pictures", 8, _pictures, _picture, (image.ImageRefusedError,)),
    Target("device addresses", 15, _uris, _uri, (UriError,)),
    Target("NIKs", 15, _niks, _nik, ()),
    Target("event logs", 10, _events, _event, ()),
    Target("requests to the hub", 1, hub_http.good, hub_http.take, (), hub_http.opened),
)
assert sum(target.share for target in TARGETS) == 100
