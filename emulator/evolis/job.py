"""Print jobs: the claim, the ribbon a job is for, and the planes.

A job is whatever comes between `Pcla;1` and `Pcla;0`; old hosts send none of the two and are answered when a motion is
done. Tracks downloaded in a job without `Smw` are written when the first plane comes.
"""

import logging

from emulator.evolis import words
from emulator.evolis.actions import DropClaim, FitRibbon, RaiseClaim, print_bitmap
from emulator.evolis.bitmap import RESIN_PANELS, Bitmap
from emulator.evolis.context import Context, Handler
from emulator.evolis.magnetic import pending_tracks
from emulator.evolis.ram import Ticket
from emulator.machine.motions import EncodeTracks
from emulator.machine.ribbon import kind_named

log = logging.getLogger("emulator")

# Verbs of a failed job that are swallowed until `Pcla;0`: everything that would move or print.
DRAINED = frozenset(
    {"Ss", "Si", "Sib", "Sis", "Sic", "Sie", "Sv", "Se", "Sce", "Ser", "Pr", "Smw", "Smr"}
)


def _claim(context: Context, params: tuple[str, ...]) -> Ticket | str:
    ram = context.ram
    if params not in (("1",), ("0",)):
        return words.BAD_PARAMETER
    ram.draining = False
    if params == ("1",) and ram.job_open:
        log.warning("a job begins inside another one: two hosts at once, or one that lost its job")
    if params == ("1",):
        ram.magnetic_data.clear()  # what an earlier host left behind is not part of this job
    ram.job_open = True  # so that the claim itself waits for its turn and answers at once
    ticket = context.run(RaiseClaim(ram) if params == ("1",) else DropClaim(ram))
    ram.job_open = params == ("1",)
    return ticket


def _ribbon(context: Context, params: tuple[str, ...]) -> Ticket | str:
    """`Pr;<number or old name>[;t]`."""
    kind = kind_named(params[0]) if params else None
    if kind is None:
        return words.BAD_PARAMETER
    return context.run(FitRibbon(kind, keep=context.keep_ribbon))


def accept_bitmap(context: Context, bitmap: Bitmap) -> Ticket | str:
    """Queue a plane for the face under the head."""
    if bitmap.panel not in RESIN_PANELS and bitmap.levels > context.model.colour_levels_max:
        return words.BAD_PARAMETER
    tracks = pending_tracks(context)
    if tracks is None:
        context.ram.errors |= words.ERR_MAGNETIC_DATA
    elif tracks:
        context.run(EncodeTracks(tracks))
    return context.run(print_bitmap(bitmap))


TABLE: dict[str, Handler] = {"Pcla": _claim, "Pr": _ribbon}
