"""Actions: motions and other steps that only the Evolis firmware knows, because they touch its RAM.

What any card printer does with a card is in `machine/motions.py`.
"""

from emulator.evolis import words
from emulator.evolis.bitmap import Bitmap, ink_of
from emulator.evolis.ram import Ram
from emulator.machine.card import Bin
from emulator.machine.mechanics import Machine
from emulator.machine.motions import PACE, EjectCard, Motion, Pace, PrintPanel
from emulator.machine.ribbon import RibbonKind
from emulator.machine.stoppage import Cause, Stoppage


def print_bitmap(bitmap: Bitmap) -> PrintPanel:
    """Make the motion that prints a plane."""
    return PrintPanel(bitmap.panel, lambda: ink_of(bitmap), len(bitmap.payload))


class ClearError(EjectCard):
    """`Scs`: the error is forgotten if its cause is gone; a card of the failed job goes to the reject bin."""

    def __init__(self, ram: Ram, pace: Pace = PACE) -> None:
        super().__init__(Bin.REJECT)
        self._ram = ram
        self._clear_s = pace.clear_s

    def check(self, machine: Machine) -> None:
        """Ask a person to have removed the cause."""
        machine.check_closed()

    def duration_s(self, machine: Machine) -> float:
        """Return the time to run the path empty."""
        return 0.0 if machine.inside is None else self._clear_s

    def finish(self, machine: Machine, now_s: float) -> None:
        """Run the path empty and drop the ERR bits."""
        super().finish(machine, now_s)
        self._ram.errors = 0


class ReadTracks(Motion):
    """Magnetic tracks read from the card inside into RAM."""

    forbidden_after_error = True

    def __init__(self, ram: Ram, pace: Pace = PACE) -> None:
        self._ram = ram
        self._read_s = pace.read_s

    def name(self, machine: Machine) -> str:  # noqa: ARG002 - an interface
        """Return its name."""
        return "read"

    def check(self, machine: Machine) -> None:
        """Ask for a card."""
        machine.need_card()
        machine.check_closed()

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of a pass."""
        return self._read_s

    def finish(self, machine: Machine, now_s: float) -> None:  # noqa: ARG002
        """Keep what was read for `Rmb`."""
        self._ram.magnetic_read = dict(machine.need_card().tracks)


class RaiseClaim(Motion):
    """`Pcla;1` when the queue gets there."""

    silent = True

    def __init__(self, ram: Ram) -> None:
        self._ram = ram

    def finish(self, machine: Machine, now_s: float) -> None:
        """Raise the CLAIM bit."""
        self._ram.claimed = True
        machine.tell("job", now_s)


class DropClaim(Motion):
    """`Pcla;0` when the queue gets there: everything before it is done."""

    silent = True

    def __init__(self, ram: Ram) -> None:
        self._ram = ram

    def finish(self, machine: Machine, now_s: float) -> None:  # noqa: ARG002
        """Drop the CLAIM bit."""
        self._ram.claimed = False


class FitRibbon(Motion):
    """`Pr`: a job names its ribbon. An attentive operator changes the cassette unless told to keep it."""

    silent = True

    def __init__(self, kind: RibbonKind, *, keep: bool) -> None:
        self._kind = kind
        self._keep = keep

    def finish(self, machine: Machine, now_s: float) -> None:  # noqa: ARG002
        """Have the right ribbon or stop."""
        fitted = machine.state.ribbon
        if fitted is not None and fitted != self._kind.number:
            if self._keep:
                raise Stoppage(Cause.RIBBON_WRONG)
            machine.fit_ribbon(self._kind)


# INFORMATION bits that are up while a motion runs, by the first word of its name.
INFORMATION = {
    "print": words.INF_PRINTING_RUNNING,
    "encode": words.INF_ENCODING_RUNNING,
    "read": words.INF_ENCODING_RUNNING,
    "clean": words.INF_CLEANING_RUNNING,
}
