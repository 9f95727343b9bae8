"""What a text element of a layout says: a wording such as "{birth_place}, {birth_date}" put together from a record.

Capitals throughout, dates DD-MM-YYYY, one space between words. A field the register left empty prints as "-".
"""

import string
import unicodedata
from dataclasses import dataclass
from datetime import date

from prr.record import PrintReadyRecord

# The fields that belong on a card. Images are elements of their own; the rest of a record is the register's business.
FIELDS = (
    "nik", "name", "birth_place", "birth_date", "sex", "blood_type", "address", "rt", "rw", "village", "district",
    "regency", "province", "religion", "marital_status", "occupation", "citizenship", "valid_until", "issue_place",
    "issue_date",
)  # fmt: skip
EMPTY = "-"
_PROVINCE = "PROVINSI "  # registers write the province with this word and without


class UnknownFieldError(ValueError):
    """A wording names a field that no card shows."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wording:
    """Literal texts and field names in turn; the field is "" after the last literal."""

    pieces: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, text: str) -> "Wording":
        """Read a wording.

        Raises:
            UnknownFieldError: it names a field that is not in FIELDS.
            ValueError: its braces are not closed, or hold more than a field's name.
        """
        pieces = []
        for literal, field, form, conversion in string.Formatter().parse(text):
            if form or conversion:
                raise ValueError("braces hold a field's name and nothing else")
            if field is not None and field not in FIELDS:
                raise UnknownFieldError(field)
            pieces.append((literal, field or ""))
        return cls(tuple(pieces))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it shows, in order."""
        return tuple(field for _, field in self.pieces if field)

    def of(self, record: PrintReadyRecord) -> str:
        """Return the text for a record."""
        values = {field: _printed(record, field) for field in self.fields}
        if values and not any(values.values()):
            return EMPTY  # not "-/-"
        said = "".join(
            literal + ((values[field] or EMPTY) if field else "") for literal, field in self.pieces
        )
        return plain(said.upper())


def plain(text: str) -> str:
    """Return a text with composed letters and single spaces: one letter is one glyph, one space one gap."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _printed(record: PrintReadyRecord, field: str) -> str:
    value = getattr(record, field)
    if isinstance(value, date):
        return f"{value:%d-%m-}{value.year:04d}"
    said = plain(str(value))
    return said.upper().removeprefix(_PROVINCE) if field == "province" else said
