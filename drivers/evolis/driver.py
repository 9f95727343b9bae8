"""Driver of the Evolis family: which scripts there are and what a print asks for first.

The wire is described in docs/protocols/evolis.md. The session lock is taken with a fixed id, so that after a restart we
are not locked out by ourselves; it and the host's handling of errors (`Pem;2`) are kept from card to card, renewed
before each, and given back by `release`.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Self

from drivers.card import (
    CardDesign,
    CardOutcome,
    Evidence,
    MagneticTracks,
    PrintRequest,
    Ribbon,
)
from drivers.driver import API_VERSION, Capabilities, Script
from drivers.errors import ModelNotSupportedError, PrinterNotReadyError, SessionHeldError
from drivers.evolis.certification import EvolisCertification
from drivers.evolis.codec import StatusBlock, accept
from drivers.evolis.evidence import gather, identity, standing, supplies
from drivers.evolis.exchange import Exchange
from drivers.evolis.job import PART_TWO, Needs, body, needs, opening
from drivers.evolis.line_exchange import LineExchange
from drivers.evolis.models import LEVELS_DEFAULT, MODELS, ModelProfile, model_named
from drivers.evolis.pacing import Pacing
from drivers.evolis.preflight import (
    SESSION_ID,
    hindrances,
    require_options,
    require_session,
    ribbon_hindrances,
)
from drivers.evolis.printing import JOB_ANSWER_S, print_card, wait_for_release
from drivers.evolis.raster import Planes, planes_of
from drivers.evolis.ribbon_tag import ribbon_code, ribbon_tag
from drivers.evolis.state import job_active, printer_status
from drivers.evolis.stripe import read_tracks
from drivers.evolis.trays import Trays, set_trays
from drivers.magnetic import require_writable
from drivers.panels import require_panels
from drivers.status import PrinterIdentity, PrinterStatus, StateReason
from drivers.tone import curve_of
from drivers.uri import DeviceUri, SerialUri, TcpUri, UsbLpUri, UsbUri

SESSION_S = 180  # as the vendor's host takes it for a print; longer than any card
SESSION_LINE_S = 600  # a colour job alone takes three minutes at 115200 baud
SESSION_FREE_S = 45  # the time-out the vendor's host names when it gives a session back
CLEAR_ANSWER_S = 30.0  # clearing may move a card, and moves answer only when done
CARD_DEADLINE_S = 120.0
CLEANING_ANSWER_S = 180.0

# What keeps a printer from being cleaned; that it is due, or has no ribbon or blanks, does not.
NO_CLEANING = frozenset(map(StateReason, ("x-job-active", "x-busy", "x-card-inside", "cover-open")))


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
        model_names=tuple(model.name for model in MODELS.values()),
        ribbons=frozenset(Ribbon),
        duplex=True,
        magnetic=True,
        evidence_counter=True,
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
        """Make a print request of a design, in the colour depth of the model if it is known by now, else 8 bit.

        Raises:
            DesignNotPrintableError: colour or overlay for which the ribbon has no panel, a track out of its rules.
        """
        require_panels(design)
        require_writable(design.tracks)
        levels = self._model.levels if self._model else LEVELS_DEFAULT
        curve = None if design.raw_colour else curve_of(design.ribbon)
        sides = tuple(planes_of(face, levels, curve) for face in design.faces)
        data = body(*sides, ribbon=design.ribbon, tracks=design.tracks)
        return PrintRequest(data, _sha256(sides, design.tracks))

    def print_script(self, request: PrintRequest) -> Script[CardOutcome]:
        """Print one card. A card may move after the one Commit.

        Raises:
            PrinterNotReadyError: no blanks, cover open, busy, a card in the path, no counter to go by, a ribbon of
                another type than the design's.
            SessionHeldError: another host has the printer.
            ModelNotSupportedError: no model of ours, another colour depth, no flip station, no magnetic head.
            PrinterError: the link or the printer failed. All of them before Commit.
        """
        block = yield from self._exchange.poll()
        require_session(block)
        self._require_ready(hindrances(block))
        yield from self._reserve(block)
        wanted = needs(request.job_data)
        yield from self._require_model(wanted, block)
        tag = yield from ribbon_tag(self._exchange)
        before, block = yield from gather(self._exchange)
        ribbon = ribbon_hindrances(wanted, ribbon_code(tag))
        self._require_ready(hindrances(block, before) | ribbon)
        part_one = opening(int(self._wall_clock())) + request.job_data
        deadline_s = self._card_deadline_s * (2 if wanted.duplex else 1)
        return (yield from print_card(self._exchange, part_one, before, self._pacing, deadline_s))

    def finish_script(self) -> Script[Evidence]:
        """End a job left alive by a lost host and return the evidence after it.

        A card already inside may move out; no card is fed. If the job can't be ended from here the evidence says
        `job_active` and nothing has been sent: a person switches the printer off and on.

        Raises:
            SessionHeldError: the job is another host's.
        """
        block = yield from self._exchange.poll()
        if job_active(block):
            require_session(block)
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

    def clean_script(self) -> Script[PrinterStatus]:
        """Run the cleaning sequence; see `drivers.cleaning`. The cleaning card moves, no blank is fed."""
        block = yield from self._exchange.poll()
        require_session(block)
        self._require_ready(hindrances(block) & NO_CLEANING)
        yield from self._reserve(block)
        answer = yield from self._exchange.ask("Scp", within_s=CLEANING_ANSWER_S)
        accept("Scp", answer.text)
        return printer_status((yield from self._exchange.poll()))

    def read_tracks_script(self) -> Script[MagneticTracks]:
        """Take a card in, read its stripe, put it out; see `drivers.magnetic`. A card moves, and the counter with it.

        Raises:
            PrinterNotReadyError: no card to take, or one inside.
            ModelNotSupportedError: no magnetic head.
            ReplyRefusedError: the card or the stripe could not be read.
        """
        block = yield from self._exchange.poll()
        require_session(block)
        self._require_ready(hindrances(block))
        require_options("printer", block, Needs(0, None, duplex=False, magnetic=True))
        yield from self._reserve(block)
        return (yield from read_tracks(self._exchange))

    def set_trays_script(self, trays: Trays) -> Script[None]:
        """Choose where cards come from and go to. No card moves.

        Raises:
            ReplyRefusedError: the model has no such tray.
        """
        yield from self._reserve((yield from self._exchange.poll()))
        yield from set_trays(self._exchange, trays)

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
        require_session(block)
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

    def _require_model(self, wanted: Needs, block: StatusBlock) -> Script[None]:
        if self._model is None:
            answer = yield from self._exchange.ask("Rtp")
            name = accept("Rtp", answer.text)
            self._model = model_named(name)
            if self._model is None:
                raise ModelNotSupportedError(
                    f"the printer says it is {name[:40]!r}, a model not known here"
                )
        if wanted.levels not in (None, self._model.levels):
            raise ModelNotSupportedError(
                f"{self._model.name} takes {self._model.levels} levels a dye, the request has {wanted.levels}; "
                "encode it anew"
            )
        require_options(self._model.name, block, wanted)

    def _require_ready(self, hindrances: set[StateReason]) -> None:
        if hindrances:
            raise PrinterNotReadyError(
                self._model.name if self._model else "the printer", hindrances
            )


def _sha256(sides: Iterable[Planes], tracks: MagneticTracks) -> str:
    """Name what is on the card: a digest over its planes and tracks, the same for the same design and depth."""
    digest = hashlib.sha256()
    for number, planes in enumerate(sides):
        if number:
            digest.update(b"back;")
        for plane in (*planes.colour, *planes.mono):
            digest.update(f"{plane.panel};{plane.levels};".encode("ascii"))
            digest.update(plane.data)
    for track, data in tracks.written():
        digest.update(f"track {track};{data};".encode("ascii"))
    return digest.hexdigest()
