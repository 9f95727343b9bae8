"""Words of the Magicard Enduro family: control bytes, plane letters, film names, error pairs, panel texts.

Facts are those of docs/protocols/magicard.md. Two error pairs are openly known, 00:00 and 11:01; every pair with a
major of 90 is the emulator's own and says nothing about a real printer.
"""

from dataclasses import dataclass

from emulator.machine.ribbon import RibbonKind
from emulator.machine.stoppage import Cause

START = 0x01
LEAD = 0x1C  # ends a header, and leads a plane's trailer in
COLON = 0x3A  # ends a plane's trailer
END = 0x03

# Planes in the order of the wire, and the panel each is printed from: the letters name other colours than they hold.
PANEL_OF = {"B": "y", "G": "m", "R": "c", "K": "k"}
LETTERS = "".join(PANEL_OF)

# What a film is called in the status, by number of the ribbon kind; other kinds keep the name they have here.
FILM_NAMES = {0: "LC1", 1: "LC6", 4: "LC8", 100: "LC3"}


def film_name(kind: RibbonKind) -> str:
    """Return what the status calls a film."""
    return FILM_NAMES.get(kind.number, kind.name)


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A major and a minor number, the code in brackets that goes with them, and the text on the panel."""

    major: int
    minor: int
    bracket: str
    text: str

    @property
    def pair(self) -> str:
        """Return the two numbers as the texts have them."""
        return f"{self.major:02d}:{self.minor:02d}"


NO_ERROR = ErrorCode(0, 0, "c0300", "Printer status OK.")
_NOT_FED = ErrorCode(11, 1, "c0201", "The card was not drawn in, try again")

ERRORS = {
    Cause.FEED_JAM: _NOT_FED,
    Cause.FEEDER_EMPTY: _NOT_FED,  # no sensor of the hopper is known: an empty one is noticed by feeding
    Cause.JAM: ErrorCode(90, 1, "c9001", "A card is stuck"),
    Cause.COVER_OPEN: ErrorCode(90, 2, "c9002", "The cover is open"),
    Cause.RIBBON_ENDED: ErrorCode(90, 3, "c9003", "The film is used up"),
    Cause.RIBBON_MISSING: ErrorCode(90, 4, "c9004", "There is no film"),
    Cause.RIBBON_WRONG: ErrorCode(90, 5, "c9005", "The film does not suit the job"),
    Cause.RIBBON_TORN: ErrorCode(90, 6, "c9006", "The film is torn"),
    Cause.OUTPUT_FULL: ErrorCode(90, 7, "c9007", "The output tray is full"),
    Cause.NO_CARD: ErrorCode(90, 8, "c9008", "The card is gone"),
}

# What stands before the pair in an error text. Replies come in the language of the panel: parse digits alone.
CODE_WORDS = {"ENG": "Error code - ", "DEU": "Fehlercode - "}
READY_TEXTS = {"ENG": NO_ERROR.text, "DEU": "Printerstatus OK."}
