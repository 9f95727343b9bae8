"""The small talks the procedure is made of: a look, a question, an act whose effect shows, a power cut, a pulled cable.

What the person says is set against what the printer says wherever both can know. If they contradict each other the
certification ends: one of them is wrong, and nobody here can tell which.
"""

import contextlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from drivers.card import Evidence
from drivers.certification import CertificationScripts
from drivers.certify.asked import PLACES, Ask, Run, Show, Step, Wait, Word
from drivers.certify.cards import Cards
from drivers.certify.findings import Findings, any_move
from drivers.driver import Script
from drivers.errors import (
    CertificationError,
    ProtocolError,
    ReplyRefusedError,
    TransportError,
)
from drivers.profile import Heard, Reading
from drivers.status import PrinterIdentity

Talk = Generator[Step, Any, None]
LookTalk = Generator[Step, Any, Reading]

COVER_OPEN = "cover-open"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things are waited for, in seconds.

    Attributes:
        grace_s: from a person's "done" until its effect must show.
        boot_s: from switching on until the printer must answer.
        watch_s: how long a job is watched after its link was lost.
        poll_s: between two looks.
    """

    grace_s: float = 15.0
    boot_s: float = 180.0
    watch_s: float = 60.0
    poll_s: float = 1.0


class Conversation:
    """One certification's talk with printer and person, and what was said in it."""

    def __init__(self, scripts: CertificationScripts, patience: Patience) -> None:
        self.scripts = scripts
        self.patience = patience
        self.cards = Cards()
        self.found = Findings()
        self.readings: list[Reading] = []
        self.heard: list[Heard] = []
        self.identity: PrinterIdentity | None = None

    # -- the printer -----------------------------------------------------------------------------------------

    def meet(self) -> Talk:
        """Ask who answers; it must be the same one every time."""
        found: PrinterIdentity = yield Run(self.scripts.identify())
        if self.identity is not None and found != self.identity:
            raise CertificationError(
                f"another printer answers ({found.make_and_model}, {found.serial}, firmware "
                f"{found.firmware}) than at the beginning: begin again with one printer"
            )
        self.identity = found

    def look(self, step: str) -> LookTalk:
        """Read the printer and show it."""
        reading = yield from self._peek(step)
        self.readings.append(reading)
        yield Show(reading)
        return reading

    def _peek(self, step: str) -> LookTalk:
        found: Evidence = yield Run(self.scripts.look())
        assert self.identity is not None
        if found.serial != self.identity.serial:
            raise CertificationError(
                f"serial number {found.serial} answers, {self.identity.serial} did at the beginning: "
                "begin again with one printer"
            )
        return Reading(step, found.counter, found.card_inside, found.job_active, found.errors)

    def feeding(self, script: Script[Any]) -> Generator[Step, Any, Any]:
        """Run a script that may take a card from the hopper."""
        self.cards.perhaps = True
        return (yield Run(script))

    # -- the person ------------------------------------------------------------------------------------------

    def ask(
        self, step: str, question: str, choices: tuple[Word, ...], **about: Any
    ) -> Generator[Step, Any, Word]:
        """Ask for one of some words."""
        answer = Word((yield Ask(step, question, choices, about)))
        assert answer in choices
        self.heard.append(Heard(step, question, answer.value))
        return answer

    def count(self, step: str, question: str, expected: int, **about: Any) -> Talk:
        """Ask for a number of cards that is known already.

        Raises:
            CertificationError: she counted another one.
        """
        number = yield from self.number(step, question, **about)
        if number != expected:
            raise CertificationError(
                f"{number} cards were counted where {expected} must be ({step}, {question})"
            )

    def number(self, step: str, question: str, **about: Any) -> Generator[Step, Any, int]:
        """Ask for a number of cards."""
        answer = int((yield Ask(step, question, (), about)))
        self.heard.append(Heard(step, question, str(answer)))
        return answer

    def act(self, step: str, act: str, shows: Callable[[Reading], bool], **about: Any) -> LookTalk:
        """Have something done and see that it was.

        Raises:
            CertificationError: the printer shows nothing of it.
        """
        yield from self.ask(step, act, (Word.DONE,), **about)
        waited_s = 0.0
        while True:
            reading = yield from self._peek(step)
            if shows(reading):
                self.readings.append(reading)
                yield Show(reading)
                return reading
            if waited_s >= self.patience.grace_s:
                raise CertificationError(
                    f"the printer shows nothing of what is said to be done ({step}, {act})"
                )
            yield Wait(self.patience.poll_s)
            waited_s += self.patience.poll_s

    def where(self, step: str) -> Generator[Step, Any, tuple[Word, Reading]]:
        """Ask where the last card is and set it against the printer's sensors.

        Raises:
            CertificationError: the printer sees a card inside where the person sees none.
        """
        place = yield from self.ask(step, "where", PLACES)
        reading = yield from self.look(step)
        if place is Word.INSIDE:
            self.found.seen.append((step, reading.card_inside))
        elif reading.card_inside:
            raise CertificationError(
                f"the printer says that a card is inside, the person that none is ({step})"
            )
        return place, reading

    def close_cover(self, step: str) -> LookTalk:
        """Have the cover closed and clear the error it left.

        Raises:
            CertificationError: the error stands.
        """
        yield from self.ask(step, "close-cover", (Word.DONE,))
        waited_s = 0.0
        while waited_s <= self.patience.grace_s:
            with contextlib.suppress(ReplyRefusedError):  # still open
                yield Run(self.scripts.clear())
            reading = yield from self._peek(step)
            if not reading.errors:
                self.readings.append(reading)
                yield Show(reading)
                return reading
            yield Wait(self.patience.poll_s)
            waited_s += self.patience.poll_s
        raise CertificationError(f"the printer's error does not clear ({step}): see to it")

    # -- power and cable -------------------------------------------------------------------------------------

    def power_cut(self, step: str) -> Talk:
        """Have the power pulled and put back."""
        yield from self.ask(step, "power-off", (Word.DONE,))
        yield from self._away(step, "power")
        yield from self.ask(step, "power-on", (Word.DONE,))
        yield from self._back(step)

    def power_cut_inside(self, step: str, before: Reading) -> Generator[Step, Any, Word]:
        """Cut the power while a card is inside; returns where it is afterwards."""
        yield from self.power_cut(step)
        place, after = yield from self.where(step)
        if place is Word.HOPPER:
            raise CertificationError(f"a card that was inside can't be in the hopper ({step})")
        cut = any_move(step, before, after)
        self.found.cuts.append((cut, place is Word.INSIDE))
        if place is Word.OUTPUT:
            self.cards.output += 1
        return place

    def pull_cable(self, step: str) -> Talk:
        """Have the data cable pulled."""
        yield from self.ask(step, "unplug", (Word.DONE,))
        yield from self._away(step, "cable")

    def put_cable_back(self, step: str) -> Talk:
        """Have the data cable put back."""
        yield from self.ask(step, "replug", (Word.DONE,))
        yield from self._back(step)

    def _away(self, step: str, what: str) -> Talk:
        waited_s = 0.0
        while waited_s <= self.patience.grace_s:
            try:
                yield Run(self.scripts.look())
            except TransportError:
                return
            except ProtocolError:  # half a reply of one that is just going
                pass
            yield Wait(self.patience.poll_s)
            waited_s += self.patience.poll_s
        raise CertificationError(f"the printer still answers, so its {what} is not out ({step})")

    def _back(self, step: str) -> Talk:
        waited_s = 0.0
        while waited_s <= self.patience.boot_s:
            try:
                yield from self.meet()
            except (TransportError, ProtocolError):
                yield Wait(self.patience.poll_s)
                waited_s += self.patience.poll_s
            else:
                return
        raise CertificationError(
            f"the printer did not come back within {self.patience.boot_s:g} s ({step})"
        )

    # -- a card taken out ------------------------------------------------------------------------------------

    def take_out(self, step: str, *, printed: bool) -> LookTalk:
        """Have the card inside taken out by hand and looked at; the path must be empty then.

        Raises:
            CertificationError: it does not look as it must, or the printer still sees it.
        """
        reading = yield from self.act(
            step, "take-card", lambda r: not r.card_inside and COVER_OPEN not in r.errors
        )
        yield from self.check_look(step, printed=printed)
        return reading

    def check_look(self, step: str, *, printed: bool) -> Talk:
        """Ask whether a card in her hand is printed.

        Raises:
            CertificationError: it does not look as it must.
        """
        looks = yield from self.ask(step, "card-look", (Word.PRINTED, Word.BLANK))
        if (looks is Word.PRINTED) is not printed:
            raise CertificationError(f"the card is {looks.value}, which it can't be ({step})")
