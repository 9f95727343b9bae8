"""Reads an import file one record at a time: JSON Lines or CSV, never more than one record in memory.

A line is bounded, so no file can make the hub hold it all. A CSV record may run over several lines within quotes; one
whose quotes never close costs its first line only.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from hub.refusals import Code, LineRefusedError

LINE_BYTES_MAX = 24 * 1024 * 1024  # two images of 8 MiB in base64, and the words
KEPT_BYTES_MAX = 64 * 1024  # of a line that is too long
CSV_LINES_MAX = 8  # of one record: some exports break lines within a cell
_BOM = b"\xef\xbb\xbf"
_OTHER_MARKS = (
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"PK\x03\x04", "a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet"),
    (b"%PDF", "a PDF"),
)
_DELIMITERS = (",", ";", "\t")  # as spreadsheets write them, by the country they are set to


@dataclass(frozen=True, slots=True)
class Line:
    """One record as it stands in the file; `number` is its first line, from 1."""

    number: int
    raw: bytes
    too_long: bool = False


def physical(file: BinaryIO) -> Iterator[Line]:
    """Yield the lines of a file, without empty ones; of a line that is too long only the head."""
    number = 0
    while raw := file.readline(LINE_BYTES_MAX):
        number += 1
        too_long = len(raw) == LINE_BYTES_MAX and not raw.endswith(b"\n")
        if too_long:
            _skip_rest(file)
            raw = raw[:KEPT_BYTES_MAX]
        if number == 1:
            raw = raw.removeprefix(_BOM)
        if raw.strip():
            yield Line(number, raw, too_long)


def _skip_rest(file: BinaryIO) -> None:
    while part := file.readline(LINE_BYTES_MAX):
        if part.endswith(b"\n"):
            return


class JsonLines:
    """A file of one JSON object a line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __iter__(self) -> Iterator[Line]:
        return physical(self._file)

    def fields(self, line: Line) -> dict[str, Any]:
        """Return the fields of a line.

        Raises:
            LineRefusedError: it is not one flat JSON object.
        """
        try:
            value = json.loads(_text(line), object_pairs_hook=_object, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            if isinstance(error, LineRefusedError):
                raise
            raise LineRefusedError(Code.BAD_JSON) from error
        if not isinstance(value, dict):
            raise LineRefusedError(Code.BAD_JSON)
        return value


class CsvLines:
    """A file of separated cells whose first line names the fields, and so shows what separates them."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = physical(file)
        self._pushed_back: list[Line] = []
        self._header: list[str] | None = None
        self._delimiter = _DELIMITERS[0]

    def __iter__(self) -> Iterator[Line]:
        header = self._next_record()
        if header is None:
            return
        try:
            self._delimiter = max(_DELIMITERS, key=_text(header).count)
            self._header = [cell.strip() for cell in _cells(header, self._delimiter)]
        except LineRefusedError:
            self._header = None  # every line is refused: none can be understood
        while (line := self._next_record()) is not None:
            yield line

    def fields(self, line: Line) -> dict[str, Any]:
        """Return the filled cells of a line by the names of the header.

        Raises:
            LineRefusedError: it is no sound CSV, or has another number of cells than the header.
        """
        cells = _cells(line, self._delimiter)
        header = self._header
        if header is None or len(cells) != len(header) or len(set(header)) != len(header):
            raise LineRefusedError(Code.BAD_CSV)
        return {name: cell for name, cell in zip(header, cells, strict=True) if cell}

    def _next_record(self) -> Line | None:
        """Return the next line with those that its open quotes run over."""
        line = self._next_line()
        if line is None or line.too_long or _closed(line.raw):
            return line
        taken: list[Line] = []
        raw = line.raw
        while len(taken) < CSV_LINES_MAX and len(raw) <= LINE_BYTES_MAX:
            following = self._next_line()
            if following is None:
                break
            taken.append(following)
            raw += following.raw
            if _closed(raw) and not following.too_long:
                return Line(line.number, raw)
        self._pushed_back[:0] = taken
        return line

    def _next_line(self) -> Line | None:
        return self._pushed_back.pop(0) if self._pushed_back else next(self._lines, None)


def other_encoding(head: bytes) -> str | None:
    """Return which encoding the first bytes of a file show, where it is one that is not read, else None."""
    return next((name for mark, name in _OTHER_MARKS if head.startswith(mark)), None)


def opened(path: Path, file: BinaryIO) -> JsonLines | CsvLines | None:
    """Return the reader for a file by its name, or None where the name says nothing we read."""
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            return JsonLines(file)
        case ".csv":
            return CsvLines(file)
        case _:
            return None


def _closed(raw: bytes) -> bool:
    return raw.count(b'"') % 2 == 0  # a quote within quotes is written twice


def _cells(line: Line, delimiter: str) -> list[str]:
    csv.field_size_limit(LINE_BYTES_MAX)
    try:
        return next(csv.reader([_text(line)], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as error:
        raise LineRefusedError(Code.BAD_CSV) from error


def _text(line: Line) -> str:
    if line.too_long:
        raise LineRefusedError(Code.LINE_TOO_LONG)
    try:
        return line.raw.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise LineRefusedError(Code.BAD_ENCODING) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise LineRefusedError(Code.BAD_JSON)  # which of two values is meant nobody knows
    return fields


def _no_constant(_name: str) -> None:
    raise LineRefusedError(Code.BAD_JSON)  # NaN and Infinity are not JSON
