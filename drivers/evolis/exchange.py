"""One question, one answer, as scripts: commands out, replies in, over media that keep replies and media that don't.

On TCP an exchange has its own connection: what is read is the answer, or an error. On USB the last reply stays readable
until the printer has taken the next command, and a read too early gives a bare status or that old reply. So there

    - a bare status is no answer: it is read again, 50 ms later, until a text comes or the time is up;
    - a text equal to the one that stood before is believed only when it still stands 50 ms later;
    - and if another command had left it there, only from a printer that proves to be listening.

50 ms is what the vendor's host waits between write and read (docs/protocols/evolis.md); here it is spent only where the
answer can't be told from what stood before. A script has no clock: times are counted in the pauses it asked for.
"""

from dataclasses import dataclass

from drivers.driver import Expect, Pause, Script, Send
from drivers.errors import DeadlineError, EndpointStalledError, LinkLostError, ProtocolError
from drivers.evolis.codec import NUL, StatusBlock, command, parse_reply

REREAD_PAUSE_S = 0.05
STALLS_MAX = 3
READS = "R"  # first letter of every command that only asks
PROOF = "Rfv"  # the firmware's number: no other command answers with it


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply from a printer with status blocks: its text and how things stood when it was sent."""

    text: str
    status: StatusBlock


class Exchange:
    """Questions to one printer. Remembers nothing but the reply that may still stand on the wire."""

    def __init__(self, answer_s: float, *, replies_persist: bool) -> None:
        self._answer_s = answer_s
        self._replies_persist = replies_persist
        self._standing_text: str | None = None
        self._standing_verb: str | None = None

    def poll(self) -> Script[StatusBlock]:
        """Read the status without a command. No card moves."""
        answer = yield from self._read(self._answer_s)
        return answer.status

    def ask(self, verb: str, *parameters: str | int, within_s: float = 0.0) -> Script[Answer]:
        """Send a command and return its answer; waits `within_s` if that is longer than usual.

        Whether a card moves is the command's matter.
        """
        wait_s = max(within_s, self._answer_s)
        if self._replies_persist and self._standing_text is None:
            yield from self.poll()
        before = self._standing_text
        yield Send(command(verb, *parameters))
        yield Send(NUL)
        if not self._replies_persist:
            return (yield from self._read(wait_s))
        answer = yield from self._read_past(before, verb, wait_s)
        if answer.text == before and verb not in (self._standing_verb, PROOF) and verb[0] == READS:
            return (yield from self._ask_a_listener(verb, *parameters, within_s=within_s))
        self._standing_verb = verb
        return answer

    def _ask_a_listener(self, verb: str, *parameters: str | int, within_s: float) -> Script[Answer]:
        """Ask again what was answered with the very text another command had left behind.

        Either both answers are alike, or the printer has heard neither command, because it is inside a plane a lost
        host never finished. A question in between whose answer is another one tells.
        """
        stood = self._standing_text
        proof = yield from self.ask(PROOF)
        if proof.text == stood:
            raise DeadlineError(
                f"the printer has not heard {verb!r}: it waits for the rest of a job; switch it off and on"
            )
        return (yield from self.ask(verb, *parameters, within_s=within_s))

    def post(self, data: bytes, within_s: float) -> Script[Answer]:
        """Send part of a job and return what the printer says at once. A card may move."""
        yield Send(data)
        yield Send(NUL)
        return (yield from self._read(max(within_s, self._answer_s)))

    def _read_past(self, before: str | None, verb: str, within_s: float) -> Script[Answer]:
        """Read until the answer is no more the reply that stood before the command."""
        seen = None
        for _ in range(_tries(within_s)):
            answer = yield from self._read(within_s)
            if answer.text and (answer.text != before or answer.text == seen):
                return answer
            seen = answer.text
            yield Pause(REREAD_PAUSE_S)
        raise DeadlineError(
            f"the printer gave its status but no answer to {verb!r} in {within_s:g} s"
        )

    def _read(self, within_s: float) -> Script[Answer]:
        stalls = 0
        for _ in range(_tries(within_s)):
            try:
                data = yield Expect(within_s)
            except EndpointStalledError:
                # The transport has cleared the halt, and to read once more moves nothing.
                stalls += 1
                if stalls > STALLS_MAX:
                    raise
                yield Pause(REREAD_PAUSE_S)
                continue
            if data:
                return self._answer(data)
            if not self._replies_persist:
                raise LinkLostError(
                    "the printer closed the connection without an answer; see that it is on"
                )
            yield Pause(REREAD_PAUSE_S)  # an empty packet: nothing to say yet
        raise DeadlineError(f"the printer sent only empty packets for {within_s:g} s")

    def _answer(self, data: bytes) -> Answer:
        reply = parse_reply(data)
        if reply.status is None:
            raise ProtocolError("the printer sends no status block; switch them on with Pps;1")
        self._standing_text = reply.text
        return Answer(reply.text, reply.status)


def _tries(within_s: float) -> int:
    return max(2, int(within_s / REREAD_PAUSE_S))
