"""Driver of the Evolis family for simplex YMCKO: which scripts there are and what a print asks for first.

The wire is described in docs/protocols/evolis.md. The session lock is taken with a fixed id, so that after a restart we
are not locked out by ourselves; it and the host's handling of errors (`Pem;2`) are kept from card to card, renewed
before each, and given back by `release`.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Self

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest
from drivers.driver import API_VERSION, Capabilities, Script
from drivers.errors import ModelNotSupportedError, PrinterNotReadyError, SessionHeldError
from drivers.evolis.certification import EvolisCertification
from drivers.evolis.codec import StatusBlock, accept
from drivers.evolis.evidence import gather, identity, standing, supplies
from drivers.evolis.exchange import Exchange
from drivers.evolis.job import PART_TWO, body, colour_levels, opening
from drivers.evolis.line_exchange import LineExchange
from drivers.evolis.models import LEVELS_DEFAULT, MODELS, ModelProfile, model_named
from drivers.evolis.pacing import Pacing
from drivers.evolis.printing import JOB_ANSWER_S, print_card, wait_for_release
from drivers.evolis.raster import Planes, planes_of
from drivers.evolis.state import busy, card_in_path, job_active, printer_status
from drivers.status import PrinterIdentity, PrinterStatus, StateReason
from drivers.uri import DeviceUri, SerialUri, TcpUri, UsbLpUri, UsbUri

SESSION_ID = 0x4B54  # "KT"; the vendor's software uses 1, 2, 3 and random ids
SESSION_S = 180  # as the vendor's host takes it for a print; longer than any card
SESSION_LINE_S = 600  # a colour job alone takes three minutes at 115200 baud
SESSION_FREE_S = 45  # the time-out the vendor's host names when it gives a session back
CLEAR_ANSWER_S = 30.0  # clearing may move a card, and moves answer only when done
CARD_DEADLINE_S = 120.0


class EvolisDriver:
    """Scripts for one Evolis printer. Holds what it learned of it, no connection.

    Args:
        finish_open_claim: `finish_script` may send the end of a job it did not see begin; True on TCP, where each
            connection starts outside a plane, False where a half-sent plane would swallow it.
        replies_persist: the medium keeps the last reply readable until the next command; True on USB.
        running_line: a serial line, where replies follow each other and nothing ends a request.
        answer_s: how long a command may take to answer.
        card_deadline_s: how long a card may take, in pauses counted.
        wall_clock: Unix time for the stamp a job carries.
    """

    api_version = API_VERSION
    capabilities = Capabilities(
        model_names=tuple(model.name for model in MODELS.values()), evidence_counter=True
    )

    def __init__(
        self,
        *,
        finish_open_claim: bool = True,
        replies_persist: bool = False,
        running_line: bool = False,
        answer_s: float = 5.0,
        card_deadline_s: float = CARD_DEADLINE_S,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._new_exchange: Callable[[], Exchange] = (
            (lambda: LineExchange(answer_s))
            if running_line
            else (lambda: Exchange(answer_s, replies_persist=replies_persist))
        )
        self._exchange = self._new_exchange()
        self._session_s = SESSION_LINE_S if running_line else SESSION_S
        self._finish_open_claim = finish_open_claim
        self._card_deadline_s = card_deadline_s
        self._wall_clock = wall_clock
        self._pacing = Pacing(self.capabilities.card_seconds)
        self._model: ModelProfile | None = None
        self._host_mode = False

    @classmethod
    def for_uri(cls, uri: DeviceUri) -> Self:
        """Make a driver fit for the medium of that URI."""
        return cls(
            finish_open_claim=isinstance(uri, TcpUri),
            replies_persist=isinstance(uri, UsbUri | UsbLpUri),
            running_line=isinstance(uri, SerialUri),
        )

    def identify(self) -> Script[PrinterIdentity]:
        """Ask model, firmware and serial number. No card moves."""
        found = yield from identity(self._exchange)
        self._model = model_named(found.make_and_model)
        return found

    def status(self) -> Script[PrinterStatus]:
        """Poll the state without a command. No card moves."""
        block = yield from self._exchange.poll()
        return printer_status(block)

    def supplies(self) -> Script[PrinterStatus]:
        """Poll the state and ask for ribbon and cleaning counters. No card moves."""
        found, block = yield from supplies(self._exchange)
        return printer_status(block, found)

    def evidence(self) -> Script[Evidence]:
        """Ask serial, card counter and card position. No card moves."""
        found, _ = yield from gather(self._exchange)
        return found

    def encode(self, design: CardDesign) -> PrintRequest:
        """Make a print request of a design, in the colour depth of the model if it is known by now, else 8 bit."""
        levels = self._model.levels if self._model else LEVELS_DEFAULT
        planes = planes_of(design.front, levels)
        return PrintRequest(body(planes), _sha256(planes))

    def print_script(self, request: PrintRequest) -> Script[CardOutcome]:
        """Print one card. A card may move after the one Commit.

        Raises:
            PrinterNotReadyError: no blanks, cover open, busy, a card in the path, no counter to go by.
            SessionHeldError: another host has the printer.
            ModelNotSupportedError: no model of ours, or the request has another colour depth.
            PrinterError: the link or the printer failed. All of them before Commit.
        """
        block = yield from self._exchange.poll()
        _require_session(block)
        self._require_ready(_hindrances(block))
        yield from self._reserve(block)
        yield from self._require_model(request)
        before, block = yield from gather(self._exchange)
        self._require_ready(_hindrances(block, before))
        part_one = opening(int(self._wall_clock())) + request.job_data
        return (
            yield from print_card(
                self._exchange, part_one, before, self._pacing, self._card_deadline_s
            )
        )

    def finish_script(self) -> Script[Evidence]:
        """End a job left alive by a lost host and return the evidence after it.

        A card already inside may move out; no card is fed. If the job can't be ended from here the evidence says
        `job_active` and nothing has been sent: a person switches the printer off and on.

        Raises:
            SessionHeldError: the job is another host's.
        """
        block = yield from self._exchange.poll()
        if job_active(block):
            _require_session(block)
            if not self._finish_open_claim:
                return standing(block)
            answer = yield from self._exchange.post(PART_TWO, JOB_ANSWER_S)
            block, _ = yield from wait_for_release(
                self._exchange, answer.status, self._pacing, self._card_deadline_s
            )
        found, _ = yield from gather(self._exchange)
        return found

    def clear_script(self) -> Script[PrinterStatus]:
        """Clear a standing error after its cause was removed. The printer may move a card inside.

        Raises:
            SessionHeldError: another host has the printer.
            ReplyRefusedError: the error stands.
        """
        block = yield from self._exchange.poll()
        yield from self._reserve(block)
        answer = yield from self._exchange.ask("Scs", within_s=CLEAR_ANSWER_S)
        accept("Scs", answer.text)
        block = yield from self._exchange.poll()
        return printer_status(block)

    def certification(self) -> EvolisCertification:
        """Make the scripts that measure what a model does; see `drivers.certification`."""
        return EvolisCertification(self._new_exchange, self._wall_clock)

    def release(self) -> Script[None]:
        """Give session and error handling back if they are ours. No card moves."""
        block = yield from self._exchange.poll()
        self._host_mode = False
        if block.session == SESSION_ID:
            yield from self._exchange.ask("Pem", 0)
            yield from self._exchange.ask("Psid", 0, SESSION_FREE_S)

    def _reserve(self, block: StatusBlock) -> Script[None]:
        """Take or renew the session, and take over the handling of errors where that is not ours already."""
        _require_session(block)
        ours_already = block.session == SESSION_ID and self._host_mode
        answer = yield from self._exchange.ask("Psid", SESSION_ID, self._session_s)
        accept("Psid", answer.text)
        if answer.status.session != SESSION_ID:
            raise SessionHeldError("the printer did not give us its session; print again later")
        if not ours_already:
            yield from self._exchange.ask("Rem", 1)
            answer = yield from self._exchange.ask("Pem", 2)
            accept("Pem", answer.text)
            self._host_mode = True

    def _require_model(self, request: PrintRequest) -> Script[None]:
        if self._model is None:
            answer = yield from self._exchange.ask("Rtp")
            name = accept("Rtp", answer.text)
            self._model = model_named(name)
            if self._model is None:
                raise ModelNotSupportedError(
                    f"the printer says it is {name[:40]!r}, a model not known here"
                )
        levels = colour_levels(request.job_data)
        if levels not in (None, self._model.levels):
            raise ModelNotSupportedError(
                f"{self._model.name} takes {self._model.levels} levels a dye, the request has {levels}; encode it anew"
            )

    def _require_ready(self, hindrances: set[StateReason]) -> None:
        if hindrances:
            raise PrinterNotReadyError(
                self._model.name if self._model else "the printer", hindrances
            )


def _require_session(block: StatusBlock) -> None:
    if block.session not in (0, SESSION_ID):
        raise SessionHeldError(
            f"session {block.session} of another host holds the printer; wait for it or end that host's job"
        )


def _hindrances(block: StatusBlock, evidence: Evidence | None = None) -> set[StateReason]:
    """Return why no card may be started now."""
    found = set(printer_status(block).errors)
    if job_active(block):
        found.add(StateReason("x-job-active"))
    elif busy(block):
        found.add(StateReason("x-busy"))
    if card_in_path(block) or (evidence and evidence.card_inside):
        found.add(StateReason("x-card-inside"))
    if evidence and evidence.card_inside is None:
        found.add(StateReason("x-card-position-unknown"))
    if evidence and evidence.counter is None:
        found.add(StateReason("x-counter-unreadable"))
    return found


def _sha256(planes: Planes) -> str:
    """Name what is on the card: a digest over its planes, the same for the same face and depth."""
    digest = hashlib.sha256()
    for plane in (*planes.colour, *planes.mono):
        digest.update(f"{plane.panel};{plane.levels};".encode("ascii"))
        digest.update(plane.data)
    return digest.hexdigest()
