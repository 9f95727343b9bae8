"""A trace: every byte between host and printer with its time, as JSON lines that a person can read too.

    {"trace": 1, "device": "tcp://…", "driver": "evolis", "at": "2026-…", "version": "…"}     first line
    {"at_s": 0.0, "event": "script", "name": "status"}             a driver's script begins
    {"at_s": …, "event": "request", "name": SHA256, "bytes": HEX}  what is to be printed, deflated (zlib)
    {"at_s": …, "event": "commit"}                                 from here a card may move
    {"at_s": …, "event": "sent", "bytes": HEX}                     one write
    {"at_s": …, "event": "finished"}                               the request is complete
    {"at_s": …, "event": "received", "bytes": HEX}                 one read; none: the end of the reply
    {"at_s": …, "event": "failed", "name": ERROR, "text": SENTENCE}
    {"at_s": …, "event": "closed"}                                 the device was let go

`at_s` are monotonic seconds since the first line. A trace of a print holds the picture: it is kept like the picture.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drivers.errors import InputFileError

VERSION = 1
TRACE_BYTES_MAX = 256 * 1024 * 1024  # fifty colour jobs
JOB_BYTES_MAX = 64 * 1024 * 1024  # what a deflated request may grow to


class Kind(StrEnum):
    """What happened."""

    SCRIPT = "script"
    REQUEST = "request"
    COMMIT = "commit"
    SENT = "sent"
    FINISHED = "finished"
    RECEIVED = "received"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Header:
    """Whose trace it is."""

    device: str
    driver: str
    at: str
    version: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, `at_s` seconds after the trace began."""

    at_s: float
    kind: Kind
    data: bytes = b""
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole recording."""

    header: Header
    events: tuple[Event, ...]

    @property
    def scripts(self) -> tuple[str, ...]:
        """Return the names of the scripts it holds, in order."""
        return tuple(event.name for event in self.events if event.kind is Kind.SCRIPT)


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    trace: Literal[1]
    device: Annotated[str, Field(max_length=400)]
    driver: Annotated[str, Field(max_length=100)]
    at: Annotated[str, Field(max_length=40)]
    version: Annotated[str, Field(max_length=40)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    at_s: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    event: Kind
    bytes: Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$")] = ""
    name: Annotated[str, Field(max_length=100)] = ""
    text: Annotated[str, Field(max_length=1000)] = ""


def head_line(header: Header) -> str:
    """Return the first line."""
    about = {"device": header.device, "driver": header.driver, "at": header.at}
    return json.dumps({"trace": VERSION, **about, "version": header.version})


def event_line(event: Event) -> str:
    """Return an event's line; what is empty is left out."""
    line: dict[str, object] = {"at_s": round(event.at_s, 6), "event": event.kind.value}
    told = {"name": event.name, "text": event.text[:1000], "bytes": event.data.hex()}
    return json.dumps(line | {key: value for key, value in told.items() if value})


def read_trace(path: Path) -> Trace:
    """Read a recording.

    Raises:
        InputFileError: not there, or no trace; names the line.
    """
    try:
        if path.stat().st_size > TRACE_BYTES_MAX:
            raise InputFileError(f"{path} is longer than {TRACE_BYTES_MAX} bytes: no trace of ours")
        lines = path.read_text("ascii").splitlines()
    except OSError as error:
        raise InputFileError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputFileError(f"{path} is no trace: not text") from error
    return trace_of(lines, str(path))


def trace_of(lines: list[str], name: str) -> Trace:
    """Read a recording's lines; `name` is what to call it in a sentence.

    Raises:
        InputFileError: no trace; names the line.
    """
    try:
        head = _Head.model_validate_json(lines[0] if lines else "")
    except ValidationError as error:
        raise InputFileError(f"{name} is no trace: its first line is not a trace's") from error
    header = Header(head.device, head.driver, head.at, head.version)
    return Trace(header, tuple(_events(name, lines[1:])))


def _events(name: str, lines: list[str]) -> Iterator[Event]:
    for number, text in enumerate(lines, start=2):
        try:
            line = _Line.model_validate_json(text)
        except ValidationError as error:
            raise InputFileError(f"{name} line {number} is no event of a trace") from error
        yield Event(line.at_s, line.event, bytes.fromhex(line.bytes), line.name, line.text)


def deflated(job_data: bytes) -> bytes:
    """Return a request's bytes as a trace keeps them."""
    return zlib.compress(job_data)


def inflated(data: bytes) -> bytes:
    """Return a request's bytes.

    Raises:
        InputFileError: they are none.
    """
    machine = zlib.decompressobj()
    try:
        job_data = machine.decompress(data, JOB_BYTES_MAX)
    except zlib.error as error:
        raise InputFileError(f"the trace's request cannot be inflated ({error})") from error
    if not machine.eof:
        raise InputFileError("the trace's request is cut off or too long")
    return job_data
