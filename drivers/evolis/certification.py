"""The moves that measure an Evolis model, as scripts: feed alone, print without eject, half a job, a job that waits.

Every script begins with a fresh exchange, because printer or cable may have been off in between. Each part of a job
ends between two commands, so that on USB and serial lines nothing half sent swallows what comes next. The session is
taken under an id of its own: a station that starts meanwhile finds the printer held by somebody else.
"""

from collections.abc import Callable

from drivers.card import CardFace, Evidence
from drivers.driver import Pause, Script
from drivers.errors import ModelNotSupportedError, ProtocolError, SessionHeldError
from drivers.evolis.codec import StatusBlock, accept, refuses
from drivers.evolis.evidence import gather, identity
from drivers.evolis.exchange import Exchange
from drivers.evolis.job import PART_TWO, body, half_body, opening
from drivers.evolis.models import ModelProfile, model_named
from drivers.evolis.pacing import Pacing
from drivers.evolis.printing import JOB_ANSWER_S, wait_for_claim, wait_for_release
from drivers.evolis.raster import Planes, planes_of
from drivers.evolis.state import busy, card_in_path, fault_bits, job_active
from drivers.status import PrinterIdentity

SESSION_ID = 0x4B43  # "KC": not the driver's own
SESSION_S = 180
SESSION_FREE_S = 45
MOVE_ANSWER_S = 30.0  # a motion outside a job answers when it is done
CARD_S = 13.0
CARD_DEADLINE_S = 120.0
ABANDON_S = 20.0
REST_POLL_S = 0.25
REST_S_MAX = 10.0


class EvolisCertification:
    """Scripts for one Evolis printer; knows its model once `identify` has been run."""

    def __init__(
        self, new_exchange: Callable[[], Exchange], wall_clock: Callable[[], float]
    ) -> None:
        self._new_exchange = new_exchange
        self._wall_clock = wall_clock
        self._model: ModelProfile | None = None

    def identify(self) -> Script[PrinterIdentity]:
        """Ask who is there. No card moves.

        Raises:
            SessionHeldError: any session stands, also a station's of ours.
            ModelNotSupportedError: no model of ours.
        """
        exchange = self._new_exchange()
        block = yield from exchange.poll()
        if block.session not in (0, SESSION_ID):
            raise SessionHeldError(
                f"session {block.session} holds the printer: stop the station or the other host, "
                "wait three minutes, then begin again"
            )
        found = yield from identity(exchange)
        self._model = model_named(found.make_and_model)
        if self._model is None:
            raise ModelNotSupportedError(
                f"the printer says it is {found.make_and_model[:40]!r}, a model not known here"
            )
        return found

    def look(self) -> Script[Evidence]:
        """Ask serial number, counter, card position and errors. No card moves."""
        found, _ = yield from gather(self._new_exchange())
        return found

    def feed(self) -> Script[bool]:
        """`Ss` outside of a job: a card from the hopper under the head. A card moves; False: it was refused."""
        exchange = yield from self._reserved(host_handles_errors=True)
        answer = yield from exchange.ask("Ss", within_s=MOVE_ANSWER_S)
        return not refuses(answer.text)

    def eject(self) -> Script[None]:
        """`Se`: the card inside to the output. A card moves.

        Raises:
            ReplyRefusedError: it says no.
        """
        exchange = yield from self._reserved(host_handles_errors=True)
        answer = yield from exchange.ask("Se", within_s=MOVE_ANSWER_S)
        accept("Se", answer.text)

    def clear(self) -> Script[None]:
        """`Scs`: clear a standing error. A card inside may move.

        Raises:
            ReplyRefusedError: the error stands.
        """
        exchange = yield from self._reserved(host_handles_errors=True)
        answer = yield from exchange.ask("Scs", within_s=MOVE_ANSWER_S)
        accept("Scs", answer.text)

    def print_and_keep(self, face: CardFace) -> Script[None]:
        """A whole job with its end mark and without `Se`. A card is fed, printed, and stays under the head.

        Raises:
            ProtocolError: the claim was not seen up and down, or the printer reports a fault.
        """
        exchange = yield from self._reserved(host_handles_errors=True)
        yield from self._post(exchange, body(self._planes(face), eject=False))
        released = yield from exchange.post(PART_TWO, JOB_ANSWER_S)
        block, _ = yield from wait_for_release(
            exchange, released.status, Pacing(CARD_S), CARD_DEADLINE_S
        )
        block = yield from _rest(exchange, block)
        if job_active(block) or fault_bits(block):
            words = ", ".join(map(str, fault_bits(block))) or "its job does not end"
            raise ProtocolError(f"the measuring card was not printed ({words}): see to the printer")

    def post_half(self, face: CardFace) -> Script[None]:
        """A job up to the end of its first dye plane. A card may move.

        Raises:
            ProtocolError: the printer does not show the job.
        """
        exchange = yield from self._reserved(host_handles_errors=True)
        yield from self._post(exchange, half_body(self._planes(face)))

    def post_waiting(self, face: CardFace) -> Script[None]:
        """A whole job without its end mark, with the printer handling errors: it waits for a blank.

        Raises:
            ProtocolError: the printer does not show the job.
        """
        exchange = yield from self._reserved(host_handles_errors=False)
        yield from self._post(exchange, body(self._planes(face)))

    def end_job(self) -> Script[bool]:
        """Send the end of a job that lives and wait for it. A card may move."""
        exchange = self._new_exchange()
        block = yield from exchange.poll()
        if not job_active(block):
            return True
        return (yield from self._end(exchange, CARD_DEADLINE_S))

    def abandon(self) -> Script[bool]:
        """Leave the printer without a job and without a session of ours; False: a job lives on.

        A job that waits for a blank is made an error first, or its end would wait behind it.
        """
        exchange = self._new_exchange()
        block = yield from exchange.poll()
        gone = True
        if job_active(block):
            yield from exchange.ask("Pem", 2)
            gone = yield from self._end(exchange, ABANDON_S)
            block = yield from exchange.poll()
            if gone and fault_bits(block) and not card_in_path(block):
                yield from exchange.ask("Scs", within_s=MOVE_ANSWER_S)
        yield from exchange.ask("Pem", 0)
        yield from exchange.ask("Psid", 0, SESSION_FREE_S)
        return gone

    def _reserved(self, *, host_handles_errors: bool) -> Script[Exchange]:
        exchange = self._new_exchange()
        answer = yield from exchange.ask("Psid", SESSION_ID, SESSION_S)
        accept("Psid", answer.text)
        if answer.status.session != SESSION_ID:
            raise SessionHeldError("the printer did not give us its session; begin again later")
        yield from exchange.ask("Rem", 1)
        answer = yield from exchange.ask("Pem", 2 if host_handles_errors else 0)
        accept("Pem", answer.text)
        return exchange

    def _post(self, exchange: Exchange, job: bytes) -> Script[None]:
        answer = yield from exchange.post(opening(int(self._wall_clock())) + job, JOB_ANSWER_S)
        block, _ = yield from wait_for_claim(exchange, answer.status)
        if not job_active(block):
            raise ProtocolError("the printer does not show the job it was sent: see to the printer")

    def _end(self, exchange: Exchange, within_s: float) -> Script[bool]:
        answer = yield from exchange.post(PART_TWO, JOB_ANSWER_S)
        block, _ = yield from wait_for_release(exchange, answer.status, Pacing(CARD_S), within_s)
        yield from _rest(exchange, block)
        return not job_active(block)

    def _planes(self, face: CardFace) -> Planes:
        assert self._model is not None, "identify first"
        return planes_of(face, self._model.levels)


def _rest(exchange: Exchange, block: StatusBlock) -> Script[StatusBlock]:
    waited_s = 0.0
    while busy(block) and waited_s < REST_S_MAX:
        yield Pause(REST_POLL_S)
        waited_s += REST_POLL_S
        block = yield from exchange.poll()
    return block
