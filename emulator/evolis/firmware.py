"""The firmware: events of the parser in, tickets and status blocks out, stepped on machine time.

A pure core: no thread, no socket, no clock. Whoever drives it says what time it is (`step`), so a simulation can run it
on a virtual clock. RAM and engine are made anew at power-on and after a reset; the machine and its counters stay.
"""

from collections import deque

from emulator.evolis import identity as evolis_identity
from emulator.evolis import job as evolis_job
from emulator.evolis import magnetic as evolis_magnetic
from emulator.evolis import moves as evolis_moves
from emulator.evolis import settings as evolis_settings
from emulator.evolis import words
from emulator.evolis.bitmap import Bitmap
from emulator.evolis.context import Context, Handler
from emulator.evolis.dialogue import DIALOGUES, Stream
from emulator.evolis.engine import Engine
from emulator.evolis.models import Model
from emulator.evolis.parser import Command, Event, Poll, Refused
from emulator.evolis.ram import Ram, Ticket
from emulator.evolis.status import status_block
from emulator.firmware import Answer, Medium, Order, UsbIdentity
from emulator.machine.card import Bin
from emulator.machine.card_orders import card_orders
from emulator.machine.card_truth import card_truth
from emulator.machine.mechanics import Machine
from emulator.moment import Watcher

VENDOR_ID = 0x0F49
LOG_COMMANDS = 200
PLANE_BYTES_MAX = 16 * 1024 * 1024  # seven full colour faces; then the host has to wait

# `Srs`: the answer gets out first, then the printer is away. A host that polls every half second must not miss
# it, so at high speed the absence is stretched to a time of the host's.
RESET_ANSWER_HOST_S = 0.3
RESET_AWAY_S = 4.0
RESET_AWAY_HOST_S = 1.0

HANDLERS: dict[str, Handler] = {
    **evolis_settings.TABLE,
    **evolis_identity.TABLE,
    **evolis_moves.TABLE,
    **evolis_magnetic.TABLE,
    **evolis_job.TABLE,
}


class Firmware:
    """One printer's firmware over one machine.

    Args:
        machine: the mechanics.
        model: which printer it says it is.
        host_second_s: machine seconds that pass in one second of the host.
        keep_ribbon: nobody changes the cassette when a job names another ribbon.
        whole_jobs: a job that is not yet all here feeds no card (see `engine.py`).
    """

    family = "evolis"

    def __init__(
        self,
        machine: Machine,
        model: Model,
        *,
        host_second_s: float = 1.0,
        keep_ribbon: bool = False,
        whole_jobs: bool = False,
    ) -> None:
        self.machine = machine
        self.model = model
        self.powered = True
        self.boots = 0  # so that what hangs on a boot notices the next one
        self.commands: deque[str] = deque(maxlen=LOG_COMMANDS)
        self._host_second_s = host_second_s
        self._keep_ribbon = keep_ribbon
        self._whole_jobs = whole_jobs
        self._runs_empty = False  # when it comes back: a card inside goes to the reject bin
        self._leaves_s: float | None = None
        self._returns_s: float | None = None
        self._context = self._boot(0.0)

    def watch(self, watcher: Watcher) -> None:
        """Have somebody hear of every moment of the machine."""
        self.machine.watcher = watcher

    # --- time -------------------------------------------------------------------------------

    def step(self, now_s: float) -> float | None:
        """Do what is due at an instant; return the next instant something will be, None if nothing will."""
        if not self.powered:
            return None
        self._context.now_s = now_s
        if self._leaves_s is not None and now_s >= self._leaves_s:
            self._context.engine.step(self._leaves_s)
            self._leave(self._leaves_s)
        if self._returns_s is not None:
            if now_s < self._returns_s:
                return self._returns_s
            self._return(self._returns_s)
        nexts = [self._context.engine.step(now_s), self._leaves_s]
        return min((instant for instant in nexts if instant is not None), default=None)

    @property
    def online(self) -> bool:
        """Say whether the printer is there at all: powered and not in a reset."""
        return self.powered and self._returns_s is None

    # --- the wire ---------------------------------------------------------------------------

    def dialogue(self, medium: Medium) -> Stream:
        """Begin a dialogue on a medium."""
        return DIALOGUES[medium](self)

    def usb_identity(self) -> UsbIdentity:
        """Return how it shows itself on a USB bus."""
        name, serial = self.model.name, self.machine.shown_serial
        device_id = f"MFG:Evolis;CMD:ESC;MDL:{name};CLS:PRINTER;SN:{serial};"
        product = self.model.product_id
        return UsbIdentity(VENDOR_ID, product, "Evolis", name, serial, device_id)

    def carry_out(self, event: Event, now_s: float) -> Ticket:
        """Take one event; the ticket is answered now or when the motion is done."""
        self.step(now_s)
        if not self.online:
            return Ticket("")
        reply = self._dispatch(event)
        ticket = Ticket(reply) if isinstance(reply, str) else reply
        self.step(now_s)
        return ticket

    def answer(self, ticket: Ticket | None, now_s: float) -> bytes:
        """Frame a reply (None: a bare poll) with the status of this instant.

        With status blocks off the text ends at its NUL.
        """
        self.step(now_s)
        text = None if ticket is None else (ticket.text or "")
        return words.answer(text, status_block(self._context) if self.ram.status_on else b"")

    @property
    def has_room(self) -> bool:
        """Say whether the receive buffer takes more; else the host has to wait."""
        return self._context.engine.sequencer.plane_bytes < PLANE_BYTES_MAX

    @property
    def fence_needed(self) -> bool:
        """Say whether an answer must wait for the queue: without status blocks it is the only sign of the end."""
        return not self.ram.status_on and self._context.engine.busy

    # --- what happens to it -----------------------------------------------------------------

    def power_off(self, now_s: float) -> None:
        """Cut the power: RAM is gone, the card stays where it is."""
        self.step(now_s)
        self._context.engine.freeze(now_s)
        self.machine.lose_power()
        self.powered = False
        self._leaves_s = self._returns_s = None

    def power_on(self, now_s: float) -> None:
        """Switch on again."""
        if not self.powered:
            self.powered = True
            self._context = self._boot(now_s)

    def reboot(self, now_s: float) -> None:
        """Restart by itself in the middle of whatever it does; the card stays where it is."""
        self.step(now_s)
        if self.online:
            self._leave(now_s)
            self.machine.lose_power()
            self._runs_empty = False

    def open_cover(self, now_s: float) -> None:
        """Open the cover, also in the middle of a motion."""
        self.step(now_s)
        self.machine.cover_open = True
        if self.online:
            self._context.engine.cover_opened(now_s)

    def close_cover(self, now_s: float) -> None:  # noqa: ARG002 - an interface
        """Close the cover; a motion that waits for it goes on at the next step."""
        self.machine.cover_open = False

    def orders(self) -> dict[str, Order]:
        """Return what a person can do to the machine."""
        return card_orders(self.machine)

    def truth(self, now_s: float) -> Answer:
        """Return everything no wire would tell."""
        ram = self.ram
        return {
            "model": self.model.key,
            "cleaning_due": evolis_identity.cleaning_due(self.machine),
            **card_truth(self.machine, self._context.engine.sequencer, now_s),
            "claimed": ram.claimed,
            "errors": f"{ram.errors:08X}",
            "session": ram.session.at(now_s),
            "host_handles_errors": ram.host_handles_errors,
            "commands": list(self.commands),
        }

    @property
    def made(self) -> int:
        """Return how many cards have left, ever."""
        return self.machine.state.last_number

    @property
    def next_piece(self) -> int:
        """Return the number of the card inside or of the next one."""
        return self.machine.next_card

    @property
    def media_empty(self) -> bool:
        """Say whether the hopper is empty."""
        return not self.machine.state.hopper

    @property
    def at_rest(self) -> bool:
        """Say whether nothing moves and no job holds the printer."""
        return not self.busy and not self.ram.claimed

    @property
    def ram(self) -> Ram:
        """Return the RAM of this boot."""
        return self._context.ram

    @property
    def busy(self) -> bool:
        """Say whether anything moves or waits to."""
        return self.online and self._context.engine.busy

    # --- inside -----------------------------------------------------------------------------

    def _boot(self, now_s: float) -> Context:
        self.boots += 1
        ram = Ram()
        return Context(
            self.machine,
            self.model,
            ram,
            Engine(self.machine, ram, whole_jobs=self._whole_jobs),
            self._host_second_s,
            self._keep_ribbon,
            self._begin_reset,
            now_s,
        )

    def _dispatch(self, event: Event) -> Ticket | str:
        context = self._context
        assert not isinstance(event, Poll), "a poll is the dialogue's own matter"
        match event:
            case Refused():
                self.commands.append(f"? {event.reason}")
                return event.reply
            case Bitmap():
                self.commands.append(f"Db;{event.panel};{event.levels};<{len(event.payload)}>")
                return words.OK if self.ram.draining else evolis_job.accept_bitmap(context, event)
            case Command():
                self.commands.append(_logged(event))
                handler = HANDLERS.get(event.verb)
                if handler is None:
                    return words.BAD_COMMAND
                if self.ram.draining and event.verb in evolis_job.DRAINED:
                    return words.OK
                return handler(context, event.params)

    def _begin_reset(self) -> None:
        self._leaves_s = self._context.now_s + RESET_ANSWER_HOST_S * self._host_second_s

    def _leave(self, now_s: float) -> None:
        self._leaves_s = None
        self._runs_empty = True
        self._context.engine.freeze(now_s)
        self._returns_s = now_s + max(RESET_AWAY_S, RESET_AWAY_HOST_S * self._host_second_s)

    def _return(self, now_s: float) -> None:
        """Come back; after a software reset the path is run empty into the reject bin."""
        self._returns_s = None
        self._context = self._boot(now_s)
        if (
            self._runs_empty
            and self.machine.inside
            and not self.machine.cover_open
            and not self.machine.jammed
        ):
            self.machine.leave(Bin.REJECT, now_s)


def _logged(command: Command) -> str:
    """Return a command as the log may keep it: track data belongs to a person."""
    if command.verb == "Dm":
        return f"Dm;{command.params[0] if command.params else ''};<{len(command.text)}>"
    return command.text[:80]
