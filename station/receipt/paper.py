"""From a slip to the bytes of an ESC/POS printer, for paper of 58 and 80 mm. python-escpos makes the bytes.

Every line is broken here, between words, at the columns of font A, and written in ASCII: so what a slip says does not
depend on how a printer breaks lines or which code pages it has. A printer for 58 mm is taken to have no cutter: its
slips are fed past the edge and torn off by hand. Nothing is sent here.
"""

import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from station.errors import ReceiptError
from station.receipt.letters import writable
from station.receipt.slip import Big, Field, Heading, Paragraph, Part, Rule, Signature, Slip

PACKAGE_MISSING = (
    "slips need python-escpos, which is not installed: install ktp-station with its extra `receipt`"
)
SIGNATURE_LINES = 3


@dataclass(frozen=True, slots=True)
class Paper:
    """Paper and head: columns of font A, and the python-escpos profile that has them."""

    columns: int
    profile: str


PAPERS = {58: Paper(32, "POS-5890"), 80: Paper(48, "TM-T20II")}


def slip_bytes(slip: Slip, paper: Paper) -> bytes:
    """Return a slip as the bytes to send: settings of its own, the text, feed, and cut where there is a cutter.

    Raises:
        ReceiptError: python-escpos is not installed.
    """
    host = _host(paper)
    host.hw("INIT")
    for part in slip.parts:
        _write(host, part, paper.columns)
    host.cut()
    return bytes(host.output)


def _host(paper: Paper) -> Any:
    try:
        with _passing_folder():
            from escpos.printer import (  # type: ignore[import-untyped]  # noqa: PLC0415 an extra
                Dummy,
            )
    except ImportError as error:
        raise ReceiptError(PACKAGE_MISSING) from error
    return Dummy(profile=paper.profile)


@contextmanager
def _passing_folder() -> Iterator[None]:
    """Let temporary folders be made where they go again: python-escpos leaves one behind at each first import."""
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = usual


def _write(host: Any, part: Part, columns: int) -> None:
    match part:
        case Heading(text):
            host.set(align="center", bold=True)
            _lines(host, _broken(text, columns))
        case Big(text):
            host.set(align="center", bold=True, double_width=True, double_height=True)
            _lines(host, _broken(text, columns // 2))
        case Signature(text):
            host.set(align="left")
            _lines(host, (*[""] * SIGNATURE_LINES, "_" * columns, *_broken(text, columns)))
        case Field(name, fact):
            _lines(host, _field(name, fact, columns))
        case Paragraph(text):
            _lines(host, _broken(text, columns))
        case Rule():
            _lines(host, ("-" * columns,))
    host.set(align="left", bold=False, normal_textsize=True)


def _lines(host: Any, lines: Iterator[str] | tuple[str, ...]) -> None:
    for line in lines:
        host.textln(line)


def _broken(text: str, columns: int) -> Iterator[str]:
    yield from textwrap.wrap(writable(text), columns, break_on_hyphens=False)


def _field(name: str, fact: str, columns: int) -> Iterator[str]:
    """Put the name at the left and the fact at the right; a fact without room stands on lines of its own, right."""
    indent = " " * (len(name) - len(name.lstrip()))
    left = textwrap.wrap(writable(name), columns, initial_indent=indent, subsequent_indent=indent)
    right = textwrap.wrap(writable(fact), columns, break_on_hyphens=False)
    if left and right and len(left[-1]) + 1 + len(right[0]) <= columns:
        last = left.pop()
        yield from left
        yield last + right.pop(0).rjust(columns - len(last))
    else:
        yield from left
    for line in right:
        yield line.rjust(columns)
