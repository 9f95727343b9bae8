"""Ribbon bay: which cassette is in, what is left on each, and how a strip ends or tears. It moves no card.

Theory of operation. A machine remembers every kind of ribbon it ever had, so that a cassette taken out and put back
goes on where it stopped. A torn strip prints nothing until a person tapes it or throws it away. What a test arms
(`tear_ahead`, `out_ahead`) happens once, and is forgotten with the process; what has happened is lasting state.
"""

from emulator.machine.machine_state import MachineState
from emulator.machine.ribbon import KINDS, PanelMissingError, Ribbon, RibbonEndedError, RibbonKind
from emulator.machine.stoppage import Cause, Stoppage


class RibbonBay:
    """The ribbons of one machine; whoever changes them saves the state.

    Attributes:
        fade: how worn the strips are, old stock: 0 fresh, 1 gives hardly any ink.
        tear_ahead: the panel that tears when it is printed next, and at which share of the card (0..1).
        out_ahead: the panel right before which the strip ends.
    """

    def __init__(self, state: MachineState) -> None:
        self.fade = 0.0
        self.tear_ahead: tuple[str, float] | None = None
        self.out_ahead: str | None = None
        self._state = state

    # --- what can be seen -------------------------------------------------------------------

    @property
    def ribbon(self) -> Ribbon | None:
        """Return the cassette that is in, as a copy to ask."""
        number = self._state.ribbon
        if number is None:
            return None
        remaining, index = self._state.cassettes[number]
        return Ribbon(KINDS[number], remaining, index)

    @property
    def torn(self) -> bool:
        """Say whether the strip that is in is torn."""
        return self._state.ribbon in self._state.torn

    def whole(self) -> Ribbon:
        """Return the cassette as `ribbon`, or raise a Stoppage if there is none or it is torn."""
        ribbon = self.ribbon
        if ribbon is None:
            raise Stoppage(Cause.RIBBON_MISSING)
        if self.torn:
            raise Stoppage(Cause.RIBBON_TORN)
        return ribbon

    def panels_skipped(self, panel: str) -> int:
        """Return how far the ribbon must be wound for a panel; raises a Stoppage if it is not there.

        Winding is how a strip is found to be at its end: one armed by `out_ahead` has ended from here on.
        """
        ribbon = self.whole()
        if panel == self.out_ahead:
            self.out_ahead = None
            ribbon.run_out()
            self._keep(ribbon)
        try:
            return ribbon.panels_skipped(panel)
        except RibbonEndedError as exc:
            raise Stoppage(Cause.RIBBON_ENDED) from exc
        except PanelMissingError as exc:
            raise Stoppage(Cause.RIBBON_WRONG) from exc

    # --- what a person does -----------------------------------------------------------------

    def fit(self, kind: RibbonKind, remaining: int | None = None) -> None:
        """Put in the cassette of a kind; a torn one was thrown away, so its kind comes new.

        Args:
            kind: which cassette.
            remaining: force the segments left, the strip at a segment's start.
        """
        state = self._state
        if kind.number in state.torn:
            state.torn.remove(kind.number)
            del state.cassettes[kind.number]
        left, index = state.cassettes.get(kind.number, (kind.capacity, 0))
        if remaining is not None:
            left, index = min(max(remaining, 0), kind.capacity), 0
        state.ribbon = kind.number
        self._keep(Ribbon(kind, left, index))

    def mend(self) -> None:
        """Tape the torn strip together; nothing if it is sound or out."""
        ribbon = self.ribbon
        if ribbon is not None and self.torn:
            self._state.torn.remove(ribbon.kind.number)
            ribbon.tape()
            self._keep(ribbon)

    # --- motions ----------------------------------------------------------------------------

    def synchronise(self) -> None:
        """Wind to the start of the next segment if there is a ribbon."""
        ribbon = self.ribbon
        if ribbon is not None:
            ribbon.synchronise()
            self._keep(ribbon)

    def spend(self, panel: str, done: float) -> float | None:
        """Pull one panel under the head; return at which share of the card it tore, None if it held.

        Args:
            panel: one that `panels_skipped` has found.
            done: share of the panel that is needed; a tear armed for further on does not happen.
        """
        ribbon = self.ribbon
        assert ribbon is not None, "a panel without a ribbon"
        ribbon.spend(panel)
        self._keep(ribbon)
        if self.tear_ahead is None:
            return None
        torn_panel, at = self.tear_ahead
        if torn_panel != panel or at > done:
            return None
        self.tear_ahead = None
        self._state.torn.append(ribbon.kind.number)
        return at

    def _keep(self, ribbon: Ribbon) -> None:
        self._state.cassettes[ribbon.kind.number] = (ribbon.remaining, ribbon.strip_index)
