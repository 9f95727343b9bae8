"""The lines of an import file as they lie in it: endless ones, quotes that run over, and nothing at all."""

import io

import pytest

from hub import lines
from hub.lines import CsvLines
from hub.refusals import LineRefusedError


def records(data: bytes) -> list[lines.Line]:
    return list(CsvLines(io.BytesIO(data)))


def test_an_empty_file_has_no_records() -> None:
    assert records(b"") == records(b"\n \n") == []


def test_a_line_without_end_at_the_end_of_the_file() -> None:
    endless = b"x" * (2 * lines.LINE_BYTES_MAX)
    (found,) = lines.physical(io.BytesIO(endless))
    assert found.too_long
    assert len(found.raw) == lines.KEPT_BYTES_MAX


def test_quotes_that_never_close_take_one_line_with_them() -> None:
    data = b'a,b\n"open,1\n' + b"2,3\n" * 3
    found = records(data)
    assert [line.number for line in found] == [2, 3, 4, 5]
    reader = CsvLines(io.BytesIO(data))
    first, second, *_ = reader
    with pytest.raises(LineRefusedError):
        reader.fields(first)
    assert reader.fields(second) == {"a": "2", "b": "3"}


def test_quotes_that_never_close_are_looked_for_only_so_far() -> None:
    data = b'a,b\n"open,1\n' + b"2,3\n" * (lines.CSV_LINES_MAX + 5)
    assert len(records(data)) == lines.CSV_LINES_MAX + 6
