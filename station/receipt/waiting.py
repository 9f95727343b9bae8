"""The waiting number (nomor antrean): a number to be called by, the office, the day. Nothing about the person."""

from dataclasses import dataclass
from datetime import date

from station.receipt.language import Language, Phrase
from station.receipt.slip import Big, Heading, Paragraph, Slip

_TITLE = Phrase("NOMOR ANTREAN", "WAITING NUMBER")
_WAIT = Phrase(
    "Silakan menunggu sampai nomor Anda dipanggil.", "Please wait until your number is called."
)


@dataclass(frozen=True, slots=True)
class WaitingNumber:
    """A place in the queue; `service` is what for, or "" where there is one queue only."""

    number: str
    on: date
    office: str
    service: str = ""


def slip(told: WaitingNumber, language: Language) -> Slip:
    """Return the slip of a waiting number."""
    service = (Heading(told.service),) if told.service else ()
    return Slip(
        (
            Heading(told.office),
            *(Heading(text) for text in _TITLE.versions(language)),
            Big(told.number),
            *service,
            Heading(f"{told.on:%d-%m-%Y}"),
            *(Paragraph(text) for text in _WAIT.versions(language)),
        )
    )
