"""The office's name, code, address and numbering, as papers carry them.

Names differ from office to office (Disdukcapil, Dispendukcapil, Dindukcapil), so the name is data and the code the key.
A number is made from the office's pattern, such as `470/{number:04d}/{kind}/{month}/{year}`, and counted per kind and
year; a number once given is never given again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter

import sqlalchemy as sa

from hub.errors import CommandError
from hub.tables import letterheads

_OFFICES = letterheads.offices
_NUMBERS = letterheads.numbers

DEFAULT_NUMBERING = "{number:04d}/{kind}/{month}/{year}"
_FIELDS = frozenset({"number", "kind", "month", "year", "code"})
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
TEXT_LENGTH_MAX = 200


class LetterheadError(CommandError):
    """The office's name or numbering cannot stand on a paper, or nobody has set them."""

    code = "LETTERHEAD_REFUSED"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How the office calls itself.

    Attributes:
        name: of the office.
        code: its six or four digits, the key that figures carry.
        government: the line above the name; may be empty.
        address: one line.
        town: where papers are signed.
        numbering: pattern of its numbers; fields number, kind, month (Roman), year, code.
    """

    name: str
    code: str
    government: str = ""
    address: str = ""
    town: str = ""
    numbering: str = DEFAULT_NUMBERING

    def number(self, kind: str, count: int, day: date) -> str:
        """Make the number of a paper."""
        month = _ROMAN[day.month - 1]
        return self.numbering.format(
            number=count, kind=kind, month=month, year=day.year, code=self.code
        )


def keep(connection: sa.Connection, head: Letterhead, by: str, at: datetime) -> None:
    """Let the office be called so from now on.

    Raises:
        LetterheadError: a text is empty, too long or not printable, or the pattern is none.
    """
    _check(head)
    row = {
        "at": at, "by": by, "name": head.name, "code": head.code, "government": head.government,
        "address": head.address, "town": head.town, "numbering": head.numbering,
    }  # fmt: skip
    connection.execute(sa.insert(_OFFICES), row)


def current(connection: sa.Connection, at: datetime | None = None) -> Letterhead:
    """Return how the office is called now, or was at a moment.

    Raises:
        LetterheadError: nobody has said it yet.
    """
    query = sa.select(_OFFICES).order_by(_OFFICES.c.id.desc()).limit(1)
    then = query if at is None else query.where(_OFFICES.c.at <= at)
    row = connection.execute(then).first() or connection.execute(query).first()
    if row is None:
        raise LetterheadError("the office has no name yet: say it with `ktp-hub office set`")
    return Letterhead(row.name, row.code, row.government, row.address, row.town, row.numbering)


def next_number(connection: sa.Connection, kind: str, day: date, at: datetime) -> str:
    """Give the next number of a kind in the year of a day.

    Raises:
        LetterheadError: nobody has said how the office numbers, or the pattern makes a number twice.
    """
    columns = _NUMBERS.c
    last = sa.select(sa.func.max(columns.count)).where(
        columns.kind == kind, columns.year == day.year
    )
    count = (connection.execute(last).scalar() or 0) + 1
    number = current(connection).number(kind, count, day)
    given = sa.select(columns.number).where(columns.kind == kind, columns.number == number)
    if connection.execute(given).first() is not None:
        raise LetterheadError(f"the numbering makes {number} twice: set one with {{year}} in it")
    row = {"kind": kind, "year": day.year, "count": count, "number": number, "at": at}
    connection.execute(sa.insert(_NUMBERS), row)
    return number


def _check(head: Letterhead) -> None:
    texts = (head.name, head.code, head.government, head.address, head.town, head.numbering)
    if not all(text.isprintable() and len(text) <= TEXT_LENGTH_MAX for text in texts):
        raise LetterheadError(
            f"a text of the letterhead is longer than {TEXT_LENGTH_MAX} or not printable: shorten it"
        )
    if not (head.name.strip() and head.code.isdigit()):
        raise LetterheadError("an office has a name and a code of digits: give both")
    _check_pattern(head)


def _check_pattern(head: Letterhead) -> None:
    if not _is_pattern(head):
        fields = ", ".join(sorted(_FIELDS))
        raise LetterheadError(f"the numbering needs {{number}} and may have {fields}: correct it")


def _is_pattern(head: Letterhead) -> bool:
    try:
        named = {field for _, field, _, _ in Formatter().parse(head.numbering) if field is not None}
        head.number("BA", 1, date(2017, 9, 5))
    except (ValueError, IndexError, KeyError, AttributeError):
        return False
    return "number" in named and named <= _FIELDS
