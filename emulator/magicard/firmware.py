"""The Enduro firmware: jobs and requests in, replies out, stepped on machine time.

A pure core: no thread, no socket, no clock. What is in RAM (jobs, the latched error, the language of the panel) is gone
at a power cut and at a restart; the machine and its counters stay. No card is fed before every page of its job has
been received up to its 03, and so the counter cannot move before.
"""

import logging
from collections import deque

import numpy as np

from emulator.firmware import Answer, Medium, Order, OrderError, UsbIdentity
from emulator.machine.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, Bin, Ink
from emulator.machine.card_orders import card_orders
from emulator.machine.card_truth import card_truth
from emulator.machine.mechanics import Machine
from emulator.machine.motions import PACE, Clean, EjectCard, Motion, Pace, PrintPanel, TakeCard
from emulator.magicard.dialogue import Stream
from emulator.magicard.engine import Engine
from emulator.magicard.info import (
    Condition,
    dump_reply,
    error_reply,
    status_reply,
    value_reply,
)
from emulator.magicard.job import Job
from emulator.magicard.models import MagicardModel
from emulator.magicard.parser import Request
from emulator.magicard.words import ERRORS, NO_ERROR, ErrorCode
from emulator.moment import Watcher

log = logging.getLogger("emulator")

LOG_COMMANDS = 200
PLANE_BYTES_MAX = 16 * 1024 * 1024  # eight full colour faces; then the host has to wait
PACKET_BYTES = 64  # the captured device was a full speed one
DEFAULT_LANGUAGE = "ENG"
TEST_STRIPE_LINES = 40

# How long it is away in a restart; at high speed stretched to a time a host that polls can't miss. Both are ours.
RESTART_AWAY_S = 4.0
RESTART_AWAY_HOST_S = 1.0

# After these a person has looked at the path; an error for a card that is gone is over then.
_CONFIRMING = ("clear-jam", "take-card")


class MagicardFirmware:
    """One printer's firmware over one machine.

    Args:
        machine: the mechanics.
        model: which printer it says it is.
        host_second_s: machine seconds that pass in one second of the host.
        resumes_after_error: see `engine.py`.
        answers_while_receiving: requests on one connection are answered while another sends a page; unknown of the
            real one.
        pace: durations of its motions.
    """

    family = "magicard"

    def __init__(
        self,
        machine: Machine,
        model: MagicardModel,
        *,
        host_second_s: float = 1.0,
        resumes_after_error: bool = False,
        answers_while_receiving: bool = True,
        pace: Pace = PACE,
    ) -> None:
        self.machine = machine
        self.powered = True
        self.boots = 0
        self.commands: deque[str] = deque(maxlen=LOG_COMMANDS)
        self._model = model
        self._host_second_s = host_second_s
        self._resumes = resumes_after_error
        self._answers_while_receiving = answers_while_receiving
        self._pace = pace
        self._returns_s: float | None = None
        self._language = DEFAULT_LANGUAGE
        self._receiver: Stream | None = None  # whose page or job is being received
        self._engine = self._boot(0.0)

    # --- time -------------------------------------------------------------------------------

    def step(self, now_s: float) -> float | None:
        """Do what is due at an instant; return the next instant something will be, None if nothing will."""
        if not self.powered:
            return None
        if self._returns_s is not None:
            if now_s < self._returns_s:
                return self._returns_s
            self._engine = self._boot(self._returns_s)
        return self._engine.step(now_s)

    def watch(self, watcher: Watcher) -> None:
        """Have somebody hear of every moment of the machine."""
        self.machine.watcher = watcher

    # --- the wire: a dialogue's desk --------------------------------------------------------

    def dialogue(self, medium: Medium) -> Stream:  # noqa: ARG002 - an interface
        """Begin a dialogue; they are all of one kind."""
        return Stream(self)

    @property
    def model(self) -> MagicardModel:
        """Return which printer it is."""
        return self._model

    @property
    def has_room(self) -> bool:
        """Say whether the receive buffer takes more; else the host has to wait."""
        return self._engine.sequencer.plane_bytes < PLANE_BYTES_MAX

    def admit(self, stream: Stream) -> bool:
        """Let a stream hold the reception; False if another one does."""
        if self._receiver is None:
            self._receiver = stream
        return self._receiver is stream

    def release(self, stream: Stream) -> None:
        """Take the reception back from a stream, if it has it."""
        if self._receiver is stream:
            self._receiver = None

    def holds_back(self, stream: Stream) -> bool:
        """Say whether replies of a stream wait for the end of another one's page."""
        return not self._answers_while_receiving and self._receiver not in (None, stream)

    def print_job(self, job: Job, now_s: float) -> None:
        """Take a job that is completely here."""
        self.step(now_s)
        self._note(f"job {job.panels} x {job.copies}")
        for remark in job.remarks:
            self._note(f"? {remark}")
            log.info("odd: %s", remark)
        self._language = job.language or self._language
        if not job.feeds:
            self.refuse("a job without a plane feeds no card")
        elif not self._engine.accept(job, now_s):
            self.refuse(f"an error stands, {self._error.pair}: the job is dropped")
        self.step(now_s)

    def answer(self, request: Request, now_s: float) -> bytes | None:
        """Carry a request out and return the reply, None if it has none."""
        self.step(now_s)
        verb, *rest = request.tokens
        self._note(",".join(request.tokens)[:80])
        condition = self._condition
        match verb, rest:
            case "REQ", ["INF"]:
                return status_reply(condition)
            case "REQ", ["ERR"]:
                return error_reply(condition)
            case "REQ", ["STA", key] if (reply := value_reply(condition, key)) is not None:
                return reply
            case "RST", []:
                self.reboot(now_s)
            case "TST", []:
                self._print_test_card(now_s)
            case "EJT", []:
                self._move([EjectCard(Bin.OUTPUT, self._pace)], now_s)
            case dump, [] if dump[:3] in ("SNR", "QPR"):
                return dump_reply(condition, dump)
            case _:
                self.refuse("a request nobody knows; it gets no reply")
        return None

    def refuse(self, reason: str) -> None:
        """Write down what was wrong."""
        self._note(f"? {reason}")
        log.warning("refused: %s", reason)

    # --- what happens to it -----------------------------------------------------------------

    def power_off(self, now_s: float) -> None:
        """Cut the power: RAM is gone, the card stays where it is."""
        self.step(now_s)
        self._go_away(now_s)
        self.powered = False
        self._returns_s = None

    def power_on(self, now_s: float) -> None:
        """Switch on again; a card inside is run out."""
        if not self.powered:
            self.powered = True
            self._engine = self._boot(now_s)

    def reboot(self, now_s: float) -> None:
        """Restart by itself in the middle of whatever it does; a card inside is run out."""
        self.step(now_s)
        if self.online:
            self._go_away(now_s)
            away_s = max(RESTART_AWAY_S, RESTART_AWAY_HOST_S * self._host_second_s)
            self._returns_s = now_s + away_s

    def open_cover(self, now_s: float) -> None:
        """Open the cover, also in the middle of a motion."""
        self.step(now_s)
        self.machine.cover_open = True
        if self.online:
            self._engine.cover_opened(now_s)

    def close_cover(self, now_s: float) -> None:
        """Close the cover."""
        self.machine.cover_open = False
        self.step(now_s)

    def orders(self) -> dict[str, Order]:
        """Return what a person can do: all that the machine allows, confirm at the panel, clean."""
        orders = card_orders(self.machine)
        confirming = {name: self._confirming(orders[name]) for name in _CONFIRMING}
        return {
            **orders,
            **confirming,
            "clear-error": lambda _order, now_s: self._engine.confirm(now_s),
            "clean": self._clean,
        }

    # --- what can be seen -------------------------------------------------------------------

    def usb_identity(self) -> UsbIdentity:
        """Return how it shows itself on a USB bus."""
        model, serial = self._model, self.machine.shown_serial
        device_id = f"MFG:Magicard;CMD:PCL,MPL;MDL:{model.name};CLS:PRINTER;SN:{serial};"
        return UsbIdentity(
            model.vendor_id,
            model.product_id,
            "Magicard",
            model.name,
            serial,
            device_id,
            PACKET_BYTES,
        )

    @property
    def online(self) -> bool:
        """Say whether the printer is there at all: powered and not in a restart."""
        return self.powered and self._returns_s is None

    @property
    def at_rest(self) -> bool:
        """Say whether nothing moves or waits to, and nobody sends a job."""
        return not self.online or not (self._engine.sequencer.busy or self._receiver)

    @property
    def media_empty(self) -> bool:
        """Say whether the hopper is empty."""
        return not self.machine.state.hopper

    @property
    def made(self) -> int:
        """Return how many cards have left, ever."""
        return self.machine.state.last_number

    @property
    def next_piece(self) -> int:
        """Return the number of the card inside or of the next one."""
        return self.machine.next_card

    def truth(self, now_s: float) -> Answer:
        """Return everything no wire would tell."""
        return {
            "model": self._model.key,
            "cleaning_due": self._condition.cleaning_due,
            **card_truth(self.machine, self._engine.sequencer, now_s),
            "claimed": self._receiver is not None,
            "errors": self._error.pair,
            "commands": list(self.commands),
        }

    # --- inside -----------------------------------------------------------------------------

    def _boot(self, now_s: float) -> Engine:
        self.boots += 1
        self._returns_s = None
        self._language = DEFAULT_LANGUAGE
        self._receiver = None
        engine = Engine(self.machine, resumes_after_error=self._resumes, pace=self._pace)
        engine.run_empty(now_s)
        return engine

    def _go_away(self, now_s: float) -> None:
        self._engine.freeze(now_s)
        self._receiver = None

    @property
    def _error(self) -> ErrorCode:
        cause = self._engine.error
        return NO_ERROR if cause is None else ERRORS[cause]

    @property
    def _condition(self) -> Condition:
        return Condition(self.machine, self._model, self._error, self._language)

    def _note(self, command: str) -> None:
        self.commands.append(command)

    def _confirming(self, order: Order) -> Order:
        def act(arguments: Answer, now_s: float) -> Answer | None:
            answer = order(arguments, now_s)
            self._engine.confirm(now_s)
            return answer

        return act

    def _clean(self, _order: Answer, now_s: float) -> None:
        """Run a cleaning card through, as a person starts it at the printer."""
        if not self.online or not self._engine.add([Clean(self._pace)], now_s):
            raise OrderError("the printer is off or has an error; clear it, then clean")

    def _print_test_card(self, now_s: float) -> None:
        stripes = PrintPanel("k", _stripes, 0, self._pace)
        take = TakeCard(self._pace, needs_ribbon=True)
        self._move([take, stripes, EjectCard(Bin.OUTPUT, self._pace)], now_s)

    def _move(self, motions: list[Motion], now_s: float) -> None:
        if not self._engine.add(motions, now_s):
            self.refuse(f"an error stands, {self._error.pair}: nothing is moved")
        self.step(now_s)


def _stripes() -> Ink:
    """Make the black stripes of the test card."""
    columns = np.arange(CARD_WIDTH_PX) // TEST_STRIPE_LINES % 2 * 255
    return np.tile(columns.astype(np.uint8), (CARD_HEIGHT_PX, 1))
