"""The person at an emulated printer who is certified: does what the screen says through the control link, and looks.

Her eyes are the emulator's truth. `lies` makes her say something else at one question, or say "done" and do nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from drivers.certify.asked import Ask, Word
from drivers.certify.wording import Pair
from drivers.profile import Measured, Reading

Order = Callable[..., dict[str, Any]]
SKIP = "skip"  # says "done" and does nothing


@dataclass
class Technician:
    """Hands and eyes. Implements the certification's screen.

    Attributes:
        order: gives the emulator an order.
        lies: (step, question) -> what she says instead, or SKIP.
        stop_at: the question, counted from 0, at which she presses Ctrl-C.
        before_answer: called before each question is answered, with its number.
    """

    order: Order
    lies: dict[tuple[str, str], str] = field(default_factory=dict)
    stop_at: int | None = None
    before_answer: Callable[[int], None] = lambda _number: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    left: int = 0  # cards that had left at the last look

    def ask(self, wanted: Ask) -> str:
        number = len(self.asked)
        self.asked.append((wanted.step, wanted.question))
        if number == self.stop_at:
            raise KeyboardInterrupt
        self.before_answer(number)
        return self.answer(wanted.step, wanted.question)

    def answer(self, step: str, question: str) -> str:
        """Do and say what is asked."""
        lie = self.lies.get((step, question))
        if lie == SKIP:
            return Word.DONE
        answer = self._answers[question]()
        return lie or answer

    def show(self, reading: Reading) -> None:
        self.readings.append(reading)

    def say(self, event: str, pair: Pair, **facts: Any) -> None:
        assert all(pair), "said in both languages"
        self.said.append((event, facts))

    def profile(self, measured: Measured) -> None:
        raise AssertionError(f"a session shows no profile: {measured.serial}")

    # -- eyes and hands --------------------------------------------------------------------------------------

    @property
    def _answers(self) -> dict[str, Callable[[], str]]:
        return {
            "blanks-in": lambda: str(self._truth()["hopper"]["count"]),
            "open-cover": lambda: self._do("open-cover"),
            "close-cover": lambda: self._do("close-cover"),
            "where": self._where,
            "power-off": lambda: self._do("power-cut"),
            "power-on": lambda: self._do("power-on"),
            "unplug": lambda: self._do("unplug"),
            "replug": lambda: self._do("replug"),
            "output-count": lambda: str(len(self._still()["output"])),
            "take-card": lambda: self._do("take-card"),
            "card-look": self._look,
            "empty-hopper": lambda: str(self.order("empty-hopper")["taken"]),
            "one-blank": lambda: self._do("add-blanks", count=1),
            "card-came": self._came,
            "blanks-left": self._unused,
        }

    def _do(self, order: str, **about: Any) -> str:
        self.order(order, **about)
        return Word.DONE

    def _truth(self) -> dict[str, Any]:
        return self.order("truth")

    def _still(self) -> dict[str, Any]:
        """Wait until nothing moves."""
        while (truth := self._truth())["doing"] is not None:
            time.sleep(0.005)
        return truth

    def _gone(self, truth: dict[str, Any]) -> int:
        return len(truth["output"]) + len(truth["reject"])

    def _where(self) -> str:
        truth = self._still()
        before, self.left = self.left, self._gone(truth)
        if truth["inside"] is not None:
            return Word.INSIDE
        return Word.OUTPUT if self.left > before else Word.HOPPER

    def _look(self) -> str:
        truth = self._still()
        self.left = self._gone(truth)
        return Word.PRINTED if truth["panels_printed"] else Word.BLANK

    def _came(self) -> str:
        truth = self._truth()
        if truth["claimed"] and (truth["hopper"]["count"] or truth["inside"] is not None):
            truth = self.order("wait-cards", count=self.left + 1)
        came = self._gone(truth) > self.left
        self.left += came
        return Word.YES if came else Word.NO

    def _unused(self) -> str:
        """Every blank that was ever put in and never fed; those of "one blank" are of the same five."""
        return str(5 - self._truth()["cards_fed"])
