"""One question, one answer on a serial line, where replies follow each other like the bytes they answer.

The framing is ours (docs/protocols/evolis.md, "Serial"): each command and each lone 00 gets one reply. So the 00 that
follows every command is a fence: its reply has no text, and what comes before it are the replies to the commands.
"""

from drivers.driver import Expect, Script, Send
from drivers.errors import ProtocolError
from drivers.evolis.codec import NUL, Reply, StatusBlock, command, parse_stream, refuses
from drivers.evolis.exchange import Answer, Exchange


class LineExchange(Exchange):
    """Questions to one printer on a serial line."""

    def __init__(self, answer_s: float) -> None:
        super().__init__(answer_s, replies_persist=False)

    def poll(self) -> Script[StatusBlock]:
        """Ask for the status. No card moves."""
        yield Send(NUL)
        _texts, status = yield from self._replies(self._answer_s)
        return status

    def ask(self, verb: str, *parameters: str | int, within_s: float = 0.0) -> Script[Answer]:
        """Send a command and return its answer. Whether a card moves is the command's matter."""
        yield Send(command(verb, *parameters))
        yield Send(NUL)
        texts, status = yield from self._replies(max(within_s, self._answer_s))
        if not texts:
            raise ProtocolError(f"the printer gave its status but no answer to {verb!r}")
        return Answer(texts[-1], status)

    def post(self, data: bytes, within_s: float) -> Script[Answer]:
        """Send part of a job; return its first refusal, or else its last reply. A card may move."""
        yield Send(data)
        yield Send(NUL)
        texts, status = yield from self._replies(max(within_s, self._answer_s))
        refused = [text for text in texts if refuses(text)]
        return Answer((refused or texts or [""])[0 if refused else -1], status)

    def _replies(self, within_s: float) -> Script[tuple[list[str], StatusBlock]]:
        """Read up to the fence; return the texts before it and its status."""
        data = yield Expect(within_s, _fence_reached)
        replies, _rest = parse_stream(data)
        status = replies[-1].status if replies else None
        if status is None:
            raise ProtocolError("the printer sends no status block; switch them on with Pps;1")
        return [reply.text for reply in replies if reply.text], status


def _fence_reached(data: bytes) -> bool:
    replies, rest = parse_stream(data)
    return bool(replies) and not rest and _is_bare(replies[-1])


def _is_bare(reply: Reply) -> bool:
    return not reply.text
