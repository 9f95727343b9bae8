"""The end-of-day slip (tutup hari): the close as it was told to the office, for the two people who sign the day's book.

It is made from the close itself, so it says what the office heard, also when it is printed again the week after.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from prr.exchange import DayClose, Outcome
from station.receipt.language import Language, Phrase
from station.receipt.slip import Field, Heading, Paragraph, Part, Rule, Signature, Slip

_TITLE = Phrase("TUTUP HARI", "END OF DAY")
_DAY = Phrase("Tanggal", "Day")
_CLOSED = Phrase("Ditutup", "Closed")
_CLERK = Phrase("Petugas", "Clerk")
_STATION = Phrase("Stasiun", "Station")
_CARDS = Phrase("Kartu dimulai", "Cards begun")
_BLANKS = Phrase("Blangko", "Blanks")
_COUNTED = Phrase("Dihitung tangan", "Counted by hand")
_PRINTER = Phrase("Printer", "Printer")
_FITS = Phrase("cocok", "fits")
_DIFFERS = Phrase("TIDAK COCOK", "DOES NOT FIT")
_SIGNED = Phrase("Tanda tangan petugas", "Clerk's signature")
_COPY = Phrase(
    "Salinan tutup hari yang dikirim ke kantor.", "A copy of the close as told to the office."
)

_OUTCOMES = {
    Outcome.PRINTED: Phrase("tercetak", "printed"),
    Outcome.SPOILED: Phrase("rusak", "spoiled"),
    Outcome.NOT_PRINTED: Phrase("tidak tercetak", "not printed"),
    Outcome.IN_DOUBT: Phrase("ragu", "in doubt"),
}
_ACCOUNTS = {
    "LOADED": Phrase("di printer", "loaded"),
    "IN_PRINT": Phrase("sedang dicetak", "in print"),
    "PRINTED": Phrase("tercetak", "printed"),
    "SPOILED": Phrase("rusak", "spoiled"),
    "TEST": Phrase("kartu uji", "test cards"),
    "MISSING": Phrase("hilang", "missing"),
    "RETURNED": Phrase("dikembalikan", "returned"),
}


@dataclass(frozen=True, slots=True)
class DayEnd:
    """A close, the station whose it is, and when (local time) it was made."""

    close: DayClose
    station: str
    office: str
    at: datetime


def slip(told: DayEnd, language: Language) -> Slip:
    """Return the slip of a closed day."""
    close = told.close
    parts: list[Part] = [
        Heading(told.office),
        *(Heading(text) for text in _TITLE.versions(language)),
        Rule(),
        Field(_STATION.said(language), told.station),
        Field(_DAY.said(language), f"{close.day:%d-%m-%Y}"),
        Field(_CLOSED.said(language), f"{told.at:%d-%m-%Y %H:%M}"),
        Field(_CLERK.said(language), close.by),
        Rule(),
        *_cards(close, language),
        *_blanks(close, language),
        *_printers(close, language),
        *(Paragraph(text) for text in _COPY.versions(language)),
        Signature(_SIGNED.said(language)),
    ]
    return Slip(tuple(parts))


def _cards(close: DayClose, language: Language) -> list[Part]:
    counts = Counter(card.outcome for card in close.cards)
    parts: list[Part] = [Field(_CARDS.said(language), str(len(close.cards)))]
    parts += [
        Field(f"  {_OUTCOMES[outcome].said(language)}", str(counts[outcome]))
        for outcome in Outcome
        if counts[outcome]
    ]
    return parts


def _blanks(close: DayClose, language: Language) -> list[Part]:
    parts: list[Part] = []
    for series, accounts in close.blanks.items():
        parts.append(Rule())
        parts.append(Field(_BLANKS.said(language), series))
        for account, count in accounts.items():
            if not count:
                continue
            name = _ACCOUNTS.get(account, Phrase(account, account))
            parts.append(Field(f"  {name.said(language)}", str(count)))
    if close.hopper_count is not None:
        parts.append(Field(_COUNTED.said(language), str(close.hopper_count)))
    return [*parts, Rule()]


def _printers(close: DayClose, language: Language) -> list[Part]:
    return [
        Field(
            f"{_PRINTER.said(language)} {tally.printer_serial}",
            (_FITS if tally.fits else _DIFFERS).said(language),
        )
        for tally in close.tallies
    ]
