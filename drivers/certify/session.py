"""Runs a certification: moves its scripts' bytes, puts its questions on the screen, and leaves the printer clean.

However it ends, the printer is left without a job, or the person is told to switch it off; and each card used is said.
"""

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from drivers.certify import wording
from drivers.certify.asked import Ask, Run, Show, Step, Wait
from drivers.certify.cards import Cards
from drivers.certify.interrupt import Interrupt
from drivers.certify.procedure import Procedure
from drivers.certify.screen import Screen
from drivers.driver import Script
from drivers.errors import CertificationError, PrinterError
from drivers.link import Link
from drivers.profile import Facts

T = TypeVar("T")


class Session:
    """One certification of one printer, from the first question to the last sentence."""

    def __init__(
        self,
        procedure: Procedure,
        link: Link,
        screen: Screen,
        sleep: Callable[[float], None],
        interrupt: Interrupt,
    ) -> None:
        self._procedure = procedure
        self._link = link
        self._screen = screen
        self._sleep = sleep
        self._interrupt = interrupt

    def run(self) -> Facts:
        """Measure; what was said stays in the procedure's talk.

        Raises:
            PrinterError: there is no profile; what was used and what to do has been said.
            KeyboardInterrupt: the same, because the person wanted it so.
        """
        try:
            facts = self._run(self._procedure.story())
        except KeyboardInterrupt:
            self._end("interrupted")
            raise
        except PrinterError as error:
            self._end(str(error))
            raise
        if not self._abandon():
            self._screen.say("job-left", wording.JOB_LEFT)
            raise CertificationError("the printer keeps a job in its memory at the end")
        self._say_used(self._procedure.talk.cards)
        return facts

    def _run(self, story: Generator[Step, Any, T]) -> T:
        answer: Any = None
        error: PrinterError | None = None
        while True:
            try:
                step = story.throw(error) if error is not None else story.send(answer)
            except StopIteration as stop:
                result: T = stop.value
                return result
            answer, error = None, None
            self._interrupt.check()
            match step:
                case Ask():
                    with self._interrupt.welcome():
                        answer = self._screen.ask(step)
                case Wait():
                    with self._interrupt.welcome():
                        self._sleep(step.duration_s)
                case Show():
                    self._screen.show(step.reading)
                case Run():
                    try:
                        answer = self._complete(step.script)
                    except PrinterError as failed:
                        error = failed

    def _complete(self, script: Script[T]) -> T:
        return self._link.complete(script, self._sleep)

    def _end(self, reason: str) -> None:
        """Say that there is no profile, clean up, and say what was used."""
        indonesian, english = wording.NO_PROFILE
        self._screen.say(
            "no-profile", (f"{indonesian}: {reason}", f"{english}: {reason}"), reason=reason
        )
        if self._procedure.talk.identity is not None and not self._abandon():
            self._screen.say("job-left", wording.JOB_LEFT)
        self._say_used(self._procedure.talk.cards)

    def _abandon(self) -> bool:
        """Leave the printer without a job; False: it could not be done or can't be asked."""
        try:
            return self._complete(self._procedure.talk.scripts.abandon())
        except PrinterError:
            return False

    def _say_used(self, cards: Cards) -> None:
        if cards.used:
            indonesian, english = wording.BOOK
            pair = indonesian.format(used=cards.used), english.format(used=cards.used)
            self._screen.say("cards-used", pair, used=cards.used, perhaps=cards.perhaps)
        if cards.perhaps:
            self._screen.say("card-perhaps", wording.PERHAPS, used=cards.used)
