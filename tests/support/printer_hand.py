"""A printer played by hand, for scripts: bytes in, bytes out, no wire and no clock.

`play` advances a script the way a link does and hands each finished request to the player. `HandPrinter` is a player
that answers as a healthy Primacy would and can be told to do otherwise.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.driver import Commit, Expect, Pause, Script, Send, Step, T
from drivers.errors import PrinterError
from support.printer_bytes import CLAIM, reply, status

Player = Callable[[bytes], bytes]


@dataclass
class Played:
    """What a script did: its steps, and each request with all that was written for it."""

    steps: list[Step] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)

    @property
    def commits(self) -> list[Commit]:
        return [step for step in self.steps if isinstance(step, Commit)]

    @property
    def paused_s(self) -> float:
        return sum(step.duration_s for step in self.steps if isinstance(step, Pause))


def play(script: Script[T], player: Player, played: Played | None = None) -> T:
    """Run a script against a player to its end; what the player raises is thrown into the script."""
    notes = played if played is not None else Played()
    request = b""
    try:
        step = next(script)
        while True:
            notes.steps.append(step)
            answer, error = b"", None
            if isinstance(step, Send):
                request += step.data
            elif isinstance(step, Expect):
                notes.requests.append(request)
                try:
                    answer = player(request)
                except PrinterError as exc:
                    error = exc
                request = b""
            step = script.throw(error) if error else script.send(answer)
    except StopIteration as stop:
        value: T = stop.value
        return value


class HandPrinter:
    """Answers like a healthy printer; each attribute may be changed before or while it plays.

    Attributes:
        answers: text by command, over what it would say by itself; None means a bare status.
        failing: error raised instead of an answer, by command ("" is a status poll, "job" and "end" the job's parts).
        polls_to_claim, polls_to_done: status polls until the claim rises and falls.
        counts: by how much the card counter moves with a job.
    """

    def __init__(self) -> None:
        self.serial = "P2-0001"
        self.counter = 41
        self.counts = 1
        self.session = 0
        self.information = 0
        self.warning = 0
        self.error = 0
        self.error_of_job = 0
        self.job_text = "OK"
        self.polls_to_claim = 0
        self.polls_to_done = 3
        self.answers: dict[str, str | None] = {}
        self.failing: dict[str, PrinterError] = {}
        self.said: list[str] = []
        self._job = False
        self._ending = False
        self._polls_left = 0

    def __call__(self, request: bytes) -> bytes:
        asked = _word(request)
        self.said.append(asked)
        if asked in self.failing:
            raise self.failing[asked]
        match asked:
            case "":
                self._step()
                return self._block()
            case "job":
                self._job = True
                self._polls_left = self.polls_to_done
                self.counter += self.counts
                self.error |= self.error_of_job
                return reply(self.job_text, self._block())
            case "end":
                self._ending = True
                return reply("OK", self._block())
            case _:
                return self._command(asked)

    def _command(self, asked: str) -> bytes:
        if asked.startswith("Psid;"):
            self.session = int(asked.split(";")[1])
        if asked in self.answers:
            text = self.answers[asked]
            return self._block() if text is None else reply(text, self._block())
        texts = {
            "Rtp": "Evolis Primacy 2",
            "Rfv": "1450",
            "Rsn": self.serial,
            "Rem;1": "0",
            "Rrt;all": "type: 0",
            "Rco;card": f"inserted_head: {self.counter}",
        }
        return reply(texts.get(asked, "OK"), self._block())

    def _step(self) -> None:
        if self._job and self.polls_to_claim:
            self.polls_to_claim -= 1
        elif self._ending:
            self._polls_left -= 1
            if self._polls_left <= 0:
                self._job = self._ending = False

    def _block(self) -> bytes:
        claim = CLAIM if self._job and not self.polls_to_claim else 0
        return status(
            information=self.information | claim,
            warning=self.warning,
            error=self.error,
            session=self.session,
        )


def _word(request: bytes) -> str:
    if b"\x1bPcla;1\r" in request:
        return "job"
    if b"\x1bPcla;0\r" in request:
        return "end"
    if not request:
        return ""
    found = re.fullmatch(rb"\x1b([^\r\x1b]*)\r\x00", request)
    assert found, request[:80]
    return found[1].decode("ascii")
