"""A firmware on a machine of its own and a clock that only the test moves; no thread, no socket."""

from emulator.clock import VirtualClock
from emulator.evolis.firmware import Firmware
from emulator.evolis.models import MODELS, Model
from emulator.evolis.parser import Parser
from emulator.evolis.ram import Ticket
from emulator.machine.card import Departure
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.mechanics import Machine
from emulator.machine.outlet import NoOutlet
from emulator.machine.ribbon import KINDS
from support.emulated import Status, read_answer


class Rig:
    """A firmware, its machine, and a clock that only this test moves."""

    def __init__(
        self, model: Model = MODELS["primacy2"], *, blanks: int = 10, keep: bool = False
    ) -> None:
        self.machine = Machine(MachineState("t"), StateStore(None), NoOutlet(), seed="t")
        self.machine.fit_ribbon(KINDS[0])
        self.machine.add_blanks(blanks)
        self.gone: list[Departure] = []
        self.machine.on_departure = self.gone.append
        self.clock = VirtualClock()
        self.firmware = Firmware(self.machine, model, keep_ribbon=keep)

    def send(self, data: bytes) -> Ticket:
        ticket = Ticket("nothing")
        for event in Parser().receive_data(data):
            ticket = self.firmware.carry_out(event, self.clock.now_s())
        return ticket

    def say(self, text: str) -> str | None:
        return self.send(b"\x1b" + text.encode() + b"\r").text

    def wait(self, seconds: float) -> None:
        """Let time pass from one due thing to the next, as a simulation does."""
        end_s = self.clock.now_s() + seconds
        while True:
            next_s = self.firmware.step(self.clock.now_s())
            if next_s is None or next_s >= end_s:
                break
            self.clock.advance(next_s - self.clock.now_s())
        self.clock.advance(end_s - self.clock.now_s())
        self.firmware.step(end_s)

    def finish(self, ticket: Ticket) -> str | None:
        """Let time pass until a ticket is answered."""
        while not ticket.done:
            next_s = self.firmware.step(self.clock.now_s())
            assert ticket.done or next_s is not None, "nothing will ever happen"
            self.clock.advance(max(0.0, (next_s or 0.0) - self.clock.now_s()))
        return ticket.text

    def do(self, text: str) -> str | None:
        return self.finish(self.send(b"\x1b" + text.encode() + b"\r"))

    @property
    def status(self) -> Status:
        return read_answer(self.firmware.answer(None, self.clock.now_s())).status
