"""Job: pages put together to what one card is made of, and the motions that make it.

A page with `DPXON` and `PAG1` waits for its back; a job is complete, and moves something, only when every page of it
has had its 03. Not the queue and not the errors: `engine.py`.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from emulator.machine.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, Bin, Ink
from emulator.machine.motions import EjectCard, Motion, Pace, PrintPanel, TakeCard, TurnCard
from emulator.magicard.header import Area, Header, HeaderError, read_header
from emulator.magicard.models import MagicardModel
from emulator.magicard.parser import Page
from emulator.magicard.raster import FIRST_ROW, IMAGE_DOTS, ink_of, uses_no_dots

_BACK_FORMAT_PANELS = {"C": "ymc", "K": "k", "O": "o"}


@dataclass(frozen=True, slots=True)
class Layers:
    """What goes on one side: planes by panel in printing order, the overcoat, and where it is left out."""

    planes: dict[str, bytes]
    overcoat: Area | None
    hole: Area | None

    @property
    def panels(self) -> str:
        """Return the panels it takes, in printing order."""
        return "".join(self.planes) + ("o" if self.overcoat is not None else "")


@dataclass(frozen=True, slots=True)
class Job:
    """One or more equal cards.

    Attributes:
        remarks: what is odd about it, for the log.
    """

    copies: int
    front: Layers
    back: Layers | None
    language: str | None
    remarks: tuple[str, ...]

    @property
    def panels(self) -> str:
        """Return every panel it takes, in printing order."""
        return self.front.panels + ("" if self.back is None else self.back.panels)

    @property
    def feeds(self) -> bool:
        """Say whether a card is fed for it: not if neither side has a plane at all."""
        return bool(self.front.planes or (self.back is not None and self.back.planes))


class Binder:
    """Puts pages together to jobs; one for each stream."""

    def __init__(self, model: MagicardModel) -> None:
        self._model = model
        self._front: tuple[Header, Page] | None = None

    @property
    def awaits_back(self) -> bool:
        """Say whether a front is here whose back is not."""
        return self._front is not None

    def forget(self) -> bool:
        """Drop a front whose back will not come; say whether there was one."""
        was_there, self._front = self.awaits_back, None
        return was_there

    def add(self, page: Page) -> Job | None:
        """Take the next page; None if the job is not complete yet.

        Raises:
            HeaderError: it is a back, and does not go with the page before it; that one is dropped too.
        """
        header = read_header(page.tokens, self._model)
        front, self._front = self._front, None
        if header.side == 1 and header.duplex:
            self._front = (header, page)
            return None
        if header.side == 1:
            return _job(header, page, None, None)
        if front is None:
            raise HeaderError("token PAG2 without the front of the card before it")
        _check_announced(front[0], _layers(header, page))
        return _job(*front, header, page)


def _check_announced(front: Header, back: Layers) -> None:
    if front.back_format is None:
        return
    announced = "".join(_BACK_FORMAT_PANELS[part] for part in front.back_format)
    if not set(back.panels) <= set(announced):
        raise HeaderError(f"the back has more than BAC{front.back_format} announced")


def _job(front: Header, front_page: Page, back: Header | None, back_page: Page | None) -> Job:
    remarks = _remarks(front, front_page)
    layers = None
    if back is not None and back_page is not None:
        remarks += _remarks(back, back_page)
        layers = _layers(back, back_page)
    return Job(front.copies, _layers(front, front_page), layers, front.language, remarks)


def _layers(header: Header, page: Page) -> Layers:
    return Layers(page.planes, header.overcoat, header.hole)


def _remarks(header: Header, page: Page) -> tuple[str, ...]:
    remarks = [f"token {name} is not known, passed over" for name in header.unknown]
    remarks += [
        f"plane of panel {panel} has bits set that belong to no dot of the head"
        for panel, plane in page.planes.items()
        if uses_no_dots(plane)
    ]
    return tuple(remarks)


# --- motions ----------------------------------------------------------------------------------


def motions_of(job: Job, pace: Pace) -> list[Motion]:
    """Return what makes one card of a job."""
    motions: list[Motion] = [TakeCard(pace, needs_ribbon=True), *_printing(job.front, pace)]
    if job.back is not None:
        motions += [TurnCard(pace), *_printing(job.back, pace)]
    return [*motions, EjectCard(Bin.OUTPUT, pace)]


def _printing(layers: Layers, pace: Pace) -> list[Motion]:
    motions: list[Motion] = [
        PrintPanel(panel, partial(ink_of, panel, plane), len(plane), pace)
        for panel, plane in layers.planes.items()
    ]
    if layers.overcoat is not None:
        motions.append(
            PrintPanel("o", partial(overcoat_ink, layers.overcoat, layers.hole), 0, pace)
        )
    return motions


def overcoat_ink(area: Area, hole: Area | None) -> Ink:
    """Return the overcoat in card orientation: the area less the hole; what lies beyond the image is cut off."""
    ink = np.zeros((CARD_HEIGHT_PX, CARD_WIDTH_PX), dtype=np.uint8)
    ink[_rows(area), area.x0 : area.x1 + 1] = 255
    if hole is not None:
        ink[_rows(hole), hole.x0 : hole.x1 + 1] = 0
    return ink


def _rows(area: Area) -> slice:
    """Return the rows of an area whose own are counted from the lower edge of the image."""
    above = FIRST_ROW + IMAGE_DOTS  # one past the lowest row of the image
    return slice(max(above - 1 - area.y1, FIRST_ROW), max(above - area.y0, 0))
