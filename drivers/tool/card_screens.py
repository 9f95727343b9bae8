"""What a command that moves a card shows: sentences in two languages with the card's picture, or JSON lines."""

import json
import sys
from dataclasses import asdict

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest, Verdict
from drivers.certify import wording
from drivers.status import PrinterIdentity
from drivers.tool.thumbnail import pictures

COMMIT = (
    "Mulai sekarang kartu dapat bergerak. Ctrl-C tidak lagi menghentikannya.",
    "From here on a card may move. Ctrl-C does not stop it any more.",
)
PRINTED = ("TERCETAK", "PRINTED")
UNKNOWN = (
    "TIDAK DIKETAHUI: lihat ke baki dan ke dalam printer. Jangan cetak ulang sebelum itu.",
    "UNKNOWN: look into the trays and the printer. Do not print again before that.",
)
KEPT = (
    "Sesi printer tidak dapat dikembalikan; printer membebaskannya sendiri dalam beberapa menit.",
    "The printer's session could not be given back; it frees itself in a few minutes.",
)


class PeopleCardScreen:
    """Indonesian first, English beside it.

    Args:
        console: where it is shown.
        station_here: a station keeps a book on this machine, in which the card is missing.
    """

    def __init__(self, console: Console, *, station_here: bool) -> None:
        self._console = console
        self._station_here = station_here

    def card(self, design: CardDesign, identity: PrinterIdentity) -> None:
        """Show the card's sides and whose hands it goes into."""
        title = (
            f"{identity.make_and_model}  {identity.serial}  pita / ribbon {design.ribbon.upper()}"
        )
        self._console.print(Panel(pictures(design, self._console), title=Text(title), expand=False))

    def commit(self, before: Evidence) -> None:
        """One line before, one sentence."""
        counter = "?" if before.counter is None else before.counter
        self._say(COMMIT, style="bold")
        self._console.print(f"  pencacah / counter {counter}", style="dim", highlight=False)

    def outcome(self, request: PrintRequest, outcome: CardOutcome) -> None:
        """The verdict, what the counter says now, and what to do in the book."""
        del request
        printed = outcome.verdict is Verdict.PRINTED
        self._say(PRINTED if printed else UNKNOWN, style="bold green" if printed else "bold red")
        if outcome.reason:
            self._console.print(Text(f"  {outcome.reason}"))
        counter = "?" if outcome.evidence.counter is None else outcome.evidence.counter
        self._console.print(f"  pencacah / counter {counter}", style="dim", highlight=False)
        if self._station_here:
            self._say((wording.BOOK[0].format(used=1), wording.BOOK[1].format(used=1)))

    def kept(self, sentence: str) -> None:
        """Say it with its cause."""
        self._say(KEPT)
        self._console.print(Text(f"  {sentence}", style="dim"))

    def _say(self, pair: wording.Pair, style: str = "") -> None:
        self._console.print(Text(pair[0], style=style))
        self._console.print(Text(pair[1], style=f"{style} dim"))


class JsonCardScreen:
    """One JSON object a line, each with its `event`."""

    def __init__(self, *, station_here: bool) -> None:
        self._station_here = station_here

    def card(self, design: CardDesign, identity: PrinterIdentity) -> None:
        """Write the printer and the kind of card."""
        kind = {"ribbon": design.ribbon.value, "sides": len(design.faces)}
        self._write("card", **asdict(identity), **kind, raw_colour=design.raw_colour)

    def commit(self, before: Evidence) -> None:
        """Write how things stood."""
        self._write("commit", before=asdict(before))

    def outcome(self, request: PrintRequest, outcome: CardOutcome) -> None:
        """Write all of it; `book` is how many cards are missing in the station's book, at most."""
        self._write(
            "outcome", verdict=outcome.verdict.value, reason=outcome.reason, busy_s=outcome.busy_s,
            after=asdict(outcome.evidence), image_sha256=request.image_sha256,
            book=1 if self._station_here else 0,
        )  # fmt: skip

    def kept(self, sentence: str) -> None:
        """Write why."""
        self._write("session-kept", reason=sentence)

    @staticmethod
    def _write(event: str, **facts: object) -> None:
        sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
        sys.stdout.flush()
