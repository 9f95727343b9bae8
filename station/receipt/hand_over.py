"""The hand-over slip (tanda terima): which card was handed over when, where and by whom, never to whom.

No name, no address and no whole NIK: its last four digits, as the clerk reads them off the card, tell a person that
the slip is theirs and tell a finder nothing.
"""

from dataclasses import dataclass
from datetime import date

from prr.record import Right
from station.receipt.language import Language, Phrase
from station.receipt.slip import Field, Heading, Paragraph, Part, Rule, Signature, Slip

NIK_DIGITS, NIK_SHOWN = 16, 4

_TITLE = Phrase("TANDA TERIMA KTP-el", "KTP-el HAND-OVER")
_RECORD = Phrase("Nomor berkas", "Record")
_ISSUE = Phrase("Cetakan ke", "Issue")
_NIK = Phrase("NIK", "NIK")
_DATE = Phrase("Tanggal", "Date")
_CLERK = Phrase("Petugas", "Clerk")
_GIVEN = Phrase(
    "Kartu telah diserahkan kepada pemiliknya.", "The card was handed over to its holder."
)
_SIGNED = Phrase("Tanda tangan penerima", "Receiver's signature")


@dataclass(frozen=True, slots=True)
class HandOver:
    """One card handed over. `nik_end` is the NIK's last four digits, "" for none."""

    right: Right
    on: date
    office: str
    by: str
    nik_end: str = ""


def masked_nik(nik: str) -> str:
    """Return a NIK, or its end, with all but the last four digits covered; always as long as a NIK."""
    return nik[-NIK_SHOWN:].rjust(NIK_DIGITS, "*")


def slip(told: HandOver, language: Language) -> Slip:
    """Return the slip of a card handed over."""
    facts: list[Part] = [
        Field(_RECORD.said(language), told.right.record_id),
        Field(_ISSUE.said(language), str(told.right.issue_no)),
    ]
    if told.nik_end:
        facts.append(Field(_NIK.said(language), masked_nik(told.nik_end)))
    facts.append(Field(_DATE.said(language), f"{told.on:%d-%m-%Y}"))
    facts.append(Field(_CLERK.said(language), told.by))
    return Slip(
        (
            Heading(told.office),
            *(Heading(text) for text in _TITLE.versions(language)),
            Rule(),
            *facts,
            Rule(),
            *(Paragraph(text) for text in _GIVEN.versions(language)),
            Signature(_SIGNED.said(language)),
        )
    )
