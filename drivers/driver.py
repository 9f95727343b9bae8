"""Driver: knows one family's language, moves no bytes.

Every conversation is a script: a generator that yields what it wants done and is resumed with the result.

    Send(data)        write these bytes                                resumed with b""
    Expect(within_s)  finish the request, read one whole reply         resumed with the reply's bytes
                      or, on a line that goes on, what `whole` calls one
    Pause(seconds)    nothing to do for a while                        resumed with b""
    Commit(evidence)  the next Send may move a card                    resumed with b"" once the intent is durable

The point of no return of a print is therefore one visible `yield Commit(...)`: before it a script only reads and
reserves and may raise; after it every failure ends in CardOutcome UNKNOWN. Scripts hold no thread and no clock, so the
press advances one a step at a time and prepares the next card in the pauses.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest, Ribbon
from drivers.status import PrinterIdentity, PrinterStatus

API_VERSION = 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Write bytes to the printer."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Expect:
    """Read one whole reply within a time.

    Attributes:
        within_s: how long to wait for it.
        whole: says whether the bytes so far are the whole reply, for media that mark neither the end of a request nor
            of a reply; None: the medium marks both. May raise ProtocolError.
    """

    within_s: float
    whole: Callable[[bytes], bool] | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Leave the printer alone for a while."""

    duration_s: float


@dataclass(frozen=True, slots=True)
class Commit:
    """Make the intent durable now, with this evidence of how things stood before."""

    before: Evidence


Step = Send | Expect | Pause | Commit
Script = Generator[Step, bytes, T]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a driver can promise for a model. Undeclared means no.

    Attributes:
        model_names: the models, as the printer names itself.
        card_seconds: the machine's own time for one simplex card, for polling and forecasts.
        ribbons: those it can print with.
        duplex: some model of the family turns cards; whether this one does is asked before Commit.
        magnetic: some model of the family writes stripes.
        evidence_counter: its evidence counts cards, so that PRINTED can be proven without a person.
    """

    model_names: tuple[str, ...]
    card_seconds: float = 13.0
    ribbons: frozenset[Ribbon] = frozenset({Ribbon.YMCKO})
    duplex: bool = False
    magnetic: bool = False
    evidence_counter: bool = False


class Driver(Protocol):
    """One printer family. Made without a transport; scripts are run by `drivers.link`."""

    api_version: int
    capabilities: Capabilities

    def identify(self) -> Script[PrinterIdentity]:
        """Ask who is there. No card moves."""

    def status(self) -> Script[PrinterStatus]:
        """Poll the state without a command. No card moves."""

    def supplies(self) -> Script[PrinterStatus]:
        """Poll the state and ask for ribbon and counters too. No card moves."""

    def evidence(self) -> Script[Evidence]:
        """Ask what the printer can tell of its cards; believe it only while idle. No card moves."""

    def encode(self, design: CardDesign) -> PrintRequest:
        """Make a print request of a design; pure, no printer needed.

        Raises:
            DesignNotPrintableError: this family can't print it: a ribbon it lacks, a side or stripe it has not.
        """

    def print_script(self, request: PrintRequest) -> Script[CardOutcome]:
        """Print one card. A card may move after the one Commit; raises only before it."""

    def finish_script(self) -> Script[Evidence]:
        """End a job left alive by a lost host, without starting one, and return the evidence after it.

        A card already inside may move out; no card is fed.
        """

    def clear_script(self) -> Script[PrinterStatus]:
        """Clear a standing error after a person removed its cause. The printer may move a card inside."""

    def release(self) -> Script[None]:
        """Give the session back and let the printer handle its own errors again. No card moves."""
