"""What goes into a print and what comes back: face, design, request, evidence, outcome."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

CARD_WIDTH_PX = 1016  # ID-1 at 300 dpi, landscape
CARD_HEIGHT_PX = 648
CARD_DPI = 300

RgbArray = npt.NDArray[np.uint8]
MaskArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CardFace:
    """One side of a card as the eye shall see it, landscape, row 0 at the top.

    Attributes:
        colour: 648 x 1016 x 3, uint8 RGB, what goes in dye (photo, tints); white where there is none.
        resin: 648 x 1016 bool, True where black resin (K panel) goes: text, never a photo.
        overlay: lay the protective overlay (O panel) over the whole side.
        underlay: keep the dye under resin: a deeper black where the passes lie true, a coloured seam where they do not.
    """

    colour: RgbArray
    resin: MaskArray
    overlay: bool = True
    underlay: bool = False

    def __post_init__(self) -> None:
        assert self.colour.shape == (CARD_HEIGHT_PX, CARD_WIDTH_PX, 3), self.colour.shape
        assert self.resin.shape == (CARD_HEIGHT_PX, CARD_WIDTH_PX), self.resin.shape
        assert self.colour.dtype == np.uint8
        assert self.resin.dtype == np.bool_


class Ribbon(StrEnum):
    """What hangs in the printer: its panels in the order they print."""

    YMCKO = "ymcko"
    YMCKOK = "ymckok"  # colour on the front, black on the back
    K = "k"  # black only, many cards a ribbon
    KO = "ko"


@dataclass(frozen=True, slots=True)
class MagneticTracks:
    """What goes on the stripe, without sentinels; None leaves a track as it is."""

    one: str | None = None
    two: str | None = None
    three: str | None = None

    def written(self) -> tuple[tuple[int, str], ...]:
        """Return the tracks to write by number, lowest first."""
        tracks = enumerate((self.one, self.two, self.three), start=1)
        return tuple((number, data) for number, data in tracks if data is not None)


@dataclass(frozen=True, slots=True, eq=False)
class CardDesign:
    """All that goes on one card.

    Attributes:
        front: the side that lies under the head first.
        back: the other side; None: it stays as it is, and the card is not turned.
        ribbon: what must hang in the printer; a driver refuses a design that its ribbon can't print.
        tracks: what goes on the magnetic stripe.
        raw_colour: ink is what white lacks, without the ribbon's tone curve.
    """

    front: CardFace
    back: CardFace | None = None
    ribbon: Ribbon = Ribbon.YMCKO
    tracks: MagneticTracks = MagneticTracks()
    raw_colour: bool = True

    @property
    def faces(self) -> tuple[CardFace, ...]:
        """Return the sides that are printed, front first."""
        return (self.front,) if self.back is None else (self.front, self.back)


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """One card to print: the driver's own bytes, made by `Driver.encode` ahead of time.

    `job_data` is opaque to everybody but the driver that made it; `image_sha256` names what was in it.
    """

    job_data: bytes
    image_sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the printer could be made to say about its cards, at one moment, while idle.

    Attributes:
        serial: the printer's serial number, None if it did not answer.
        counter: total cards counted by the printer, None if unreadable.
        counter_kind: which counter that is, in the printer's words.
        job_active: a job still lives in the printer's memory.
        card_inside: a card is somewhere in the path; None if the model can't tell.
        errors: IPP keywords of errors standing at that moment.
    """

    serial: str | None = None
    counter: int | None = None
    counter_kind: str = ""
    job_active: bool | None = None
    card_inside: bool | None = None
    errors: tuple[str, ...] = ()


class Verdict(StrEnum):
    """What a driver may claim of a card after Commit. SPOILED and NOT_PRINTED are not its to say."""

    PRINTED = "PRINTED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class CardOutcome:
    """How a print script ended: a positive end with its evidence, or unknown with the reason in one sentence."""

    verdict: Verdict
    evidence: Evidence
    reason: str = ""
    busy_s: float = 0.0
