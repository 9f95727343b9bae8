"""The firmware of a receipt printer: receive buffer, status and identity, and what people do to the machine.

A pure core: no thread, no socket, no clock. RAM is the engine (buffer, settings, the line that is begun), made anew at
power-on; paper, cover and cutter stay as they are.
"""

import logging
from collections import deque

from emulator.escpos import commands as known
from emulator.escpos.commands import spoken
from emulator.escpos.dialogue import Stream
from emulator.escpos.engine import BUFFER_BYTES, Engine, Host
from emulator.escpos.models import ReceiptModel
from emulator.escpos.motions import Cut
from emulator.escpos.orders import receipt_orders
from emulator.escpos.paper import PaperPath, Piece
from emulator.escpos.parser import Character, Command, Event, Payload, RealTime, Unknown
from emulator.escpos.slip import Ending, Slip
from emulator.escpos.slip_files import NoSlipOutlet, SlipOutlet
from emulator.escpos.status import ASB_ANY, Condition
from emulator.escpos.truth import engine_truth, paper_truth
from emulator.firmware import Answer, Medium, Order, UsbIdentity
from emulator.moment import Moment, Watcher

log = logging.getLogger("emulator")

LOG_COMMANDS = 200
SHOWN_BYTES = 16  # of a command in the log
SLIPS_KEPT = 20
REBOOT_S = 3.0
VERSION = "1.00 EMU"


class EscposFirmware:
    """One receipt printer's firmware over its paper path.

    Args:
        paper: the machine.
        model: which printer it says it is.
        outlet: where its slips go.
        serial: the serial number; None: the model's.
    """

    family = "escpos"

    def __init__(
        self,
        paper: PaperPath,
        model: ReceiptModel,
        outlet: SlipOutlet | None = None,
        *,
        serial: str | None = None,
    ) -> None:
        self.paper = paper
        self.model = model
        self.serial = serial or model.default_serial
        self.powered = True
        self.boots = 0
        self.slips: deque[Answer] = deque(maxlen=SLIPS_KEPT)
        self.commands: deque[str] = deque(maxlen=LOG_COMMANDS)
        self.drawer_pulses = 0
        self._letters = 0  # since the last command, for the log
        self._outlet = outlet or NoSlipOutlet()
        self._made = self._outlet.last_number
        self._returns_s: float | None = None
        self._panel = True
        self._engine = self._boot()

    # --- time -------------------------------------------------------------------------------

    def watch(self, watcher: Watcher) -> None:
        """Have somebody hear of every moment of the machine."""
        self.paper.watcher = watcher

    def step(self, now_s: float) -> float | None:
        """Do what is due at an instant; return the next instant something will be, None if nothing will."""
        if not self.powered:
            return None
        if self._returns_s is not None:
            if now_s < self._returns_s:
                return self._returns_s
            self._returns_s = None
            self._engine = self._boot()
        return self._engine.step(now_s)

    @property
    def online(self) -> bool:
        """Say whether the printer is there at all: powered and not in a reset."""
        return self.powered and self._returns_s is None

    # --- the wire: a dialogue's desk --------------------------------------------------------

    def dialogue(self, medium: Medium) -> Stream:  # noqa: ARG002 - an interface
        """Begin a dialogue; they are all of one kind."""
        return Stream(self)

    def usb_identity(self) -> UsbIdentity:
        """Return how it shows itself on a USB bus."""
        model = self.model
        device_id = f"MFG:EPSON;CMD:ESC/POS;MDL:{model.name};CLS:PRINTER;SN:{self.serial};"
        return UsbIdentity(
            model.vendor_id, model.product_id, "EPSON", model.name, self.serial, device_id, 64
        )

    @property
    def room_bytes(self) -> int:
        """Return how much the receive buffer takes."""
        return max(0, BUFFER_BYTES - self._engine.buffer_bytes)

    @property
    def condition(self) -> Condition:
        """Return how the machine stands."""
        return self._engine.condition

    def accept(self, host: Host, events: list[Event], now_s: float) -> None:
        """Take what waits for its turn."""
        self.step(now_s)
        for event in events:
            self._log(event)
            self._engine.accept(host, event)
        self.step(now_s)

    def obey(self, host: Host, order: RealTime, now_s: float) -> None:
        """Obey a real-time command."""
        self.step(now_s)
        self._note(spoken(order.name, order.params))
        match order.name, order.params[0]:
            case known.STATUS_NOW, n:
                host.reply(self.condition.answer(n))
            case known.RECOVER_NOW, how:
                if how == 2:
                    self._engine.clear()
                self._engine.cutter_error = False
            case known.REQUEST_NOW, 1:
                self.drawer_pulses += 1
            case known.REQUEST_NOW, 8 if order.params[1:] == known.CLEAR_SIGN:
                self._engine.clear()
            case _:
                self._note(f"? {spoken(order.name, order.params)}: without effect here")
        self.step(now_s)

    # --- the engine's shop ------------------------------------------------------------------

    def answer(self, host: Host, command: Command) -> bool:
        """Do a command that is not about paper; False if it is none of those."""
        match command.name:
            case known.AUTOMATIC_STATUS:
                host.watch_status(command.params[0] & ASB_ANY)
            case known.PAPER_SENSORS:
                self._answer_sensors(host, command.params[0])
            case known.IDENTITY:
                self._answer_identity(host, command.params[0])
            case known.DRAWER:
                self.drawer_pulses += 1
            case known.PANEL if command.params[0] == ord("5"):
                self._panel = not command.params[1] & 1
            case _:
                return False
        return True

    def parted(self, piece: Piece, cut: Cut, now_s: float) -> None:
        """Hear that a slip was cut off."""
        self._finish(piece, Ending.PARTIAL_CUT if cut.partial else Ending.CUT, now_s)

    def _answer_sensors(self, host: Host, n: int) -> None:
        if n in (1, 49):
            host.reply(self.condition.paper_sensors)
        elif n in (2, 50):
            host.reply(b"\x00")  # no drawer is connected

    def _answer_identity(self, host: Host, n: int) -> None:
        words = {65: VERSION, 66: "EPSON", 67: self.model.name, 68: self.serial}
        if n in words:
            host.reply(b"_" + words[n].encode("ascii", "replace") + b"\x00")
        elif n in (1, 2, 3, 49, 50, 51):
            host.reply(bytes((2,)))  # of the type: a cutter is fitted; model and version are ours

    # --- what happens to it -----------------------------------------------------------------

    def power_off(self, now_s: float) -> None:
        """Cut the power: the buffer is gone, a line under way stays half printed."""
        self.step(now_s)
        if self.online:
            self._lose_ram(now_s)
        self.powered = False
        self._returns_s = None

    def power_on(self, now_s: float) -> None:  # noqa: ARG002 - an interface
        """Switch on again."""
        if not self.powered:
            self.powered = True
            self._engine = self._boot()

    def reboot(self, now_s: float) -> None:
        """Restart by itself, in the middle of whatever it does."""
        self.step(now_s)
        if self.online:
            self._lose_ram(now_s)
            self._returns_s = now_s + REBOOT_S

    def open_cover(self, now_s: float) -> None:
        """Open the cover, also while it prints."""
        self._stop(now_s)
        self.paper.cover_open = True

    def close_cover(self, now_s: float) -> None:
        """Close the cover; what was interrupted is begun anew."""
        self.step(now_s)
        self.paper.cover_open = False
        self.step(now_s)

    def orders(self) -> dict[str, Order]:
        """Return what a person can do to the machine."""
        return receipt_orders(self)

    def change_roll(self, roll_mm: float, now_s: float) -> None:
        """Put another roll in; what hangs of the old one goes with it, as a slip if it is printed on."""
        self._stop(now_s)
        piece = self.paper.change_roll(roll_mm)
        if piece is not None:
            self._finish(piece, Ending.TORN, now_s)
        self.step(now_s)

    def tear(self, now_s: float) -> bool:
        """Tear off what sticks out; False if nothing does."""
        self.step(now_s)
        piece = self.paper.part()
        if piece is not None:
            self._finish(piece, Ending.TORN, now_s)
        return piece is not None

    def free_cutter(self, now_s: float) -> None:
        """Free the blade; a cut that waits is tried again."""
        self.step(now_s)
        self.paper.cutter_jammed = False
        self._engine.cutter_error = False
        self.step(now_s)

    def press_feed_key(self, now_s: float) -> bool:
        """Press the feed key once; False if the printer does not listen to it now."""
        self.step(now_s)
        feeds = self.online and self._panel and self._engine.feed_by_key(now_s)
        self.step(now_s)
        return feeds

    # --- what can be seen -------------------------------------------------------------------

    @property
    def at_rest(self) -> bool:
        """Say whether nothing moves or waits to."""
        return not self.online or not self._engine.busy

    @property
    def media_empty(self) -> bool:
        """Say whether the paper is at its end."""
        return self.paper.ended

    @property
    def made(self) -> int:
        """Return how many slips have come off, ever."""
        return self._made

    @property
    def next_piece(self) -> int:
        """Return the number of the slip under way."""
        return self._made + 1

    def truth(self, now_s: float) -> Answer:
        """Return everything no wire would tell."""
        return {
            "model": self.model.key,
            "serial": self.serial,
            "powered": self.powered,
            "online": self.online,
            "slips_made": self._made,
            "slips": list(self.slips),
            **paper_truth(self.paper),
            **engine_truth(self._engine),
            "drawer_pulses": self.drawer_pulses,
            "commands": [*self.commands, *self._letters_noted()],
            "machine_s": round(now_s, 3),
        }

    # --- inside -----------------------------------------------------------------------------

    def _boot(self) -> Engine:
        self.boots += 1
        self._panel = True
        return Engine(self.paper, self.model, self, lambda remark: self._note(f"? {remark}"))

    def _lose_ram(self, now_s: float) -> None:
        self._engine.interrupt(now_s)
        self._engine.clear()

    def _stop(self, now_s: float) -> None:
        """Bring the motion under way to a stand; it is begun anew."""
        self.step(now_s)
        if self.online:
            self._engine.interrupt(now_s)

    def _finish(self, piece: Piece, ending: Ending, now_s: float) -> None:
        self._made += 1
        length_mm = self.paper.mm(piece.length_dots)
        slip = Slip(self._made, ending, piece, length_mm, self.model.paper_dots, self.model.dpi)
        self._outlet.publish(slip, self.serial)
        self.slips.append({"number": slip.number, "text": slip.text, "ending": slip.ending.value})
        self.paper.watcher.begins(Moment(slip.number, "departed", now_s))

    def _log(self, event: Event) -> None:
        match event:
            case Character():
                self._letters += 1
            case Command(name, params):
                self._note(spoken(name, params[:SHOWN_BYTES]))
            case Unknown(data):
                self._note(f"? {data.hex(' ')}")
                log.info("a command nobody knows is skipped: %s", data.hex(" "))
            case Payload():
                pass

    def _letters_noted(self) -> list[str]:
        return [f"<{self._letters} characters>"] if self._letters else []

    def _note(self, text: str) -> None:
        self.commands.extend(self._letters_noted())
        self._letters = 0
        self.commands.append(text)
