"""An Enduro firmware on a machine of its own and a clock that only the test moves; no thread, no socket."""

from dataclasses import dataclass
from typing import Any

from emulator.clock import VirtualClock
from emulator.firmware import Medium
from emulator.machine.card import Departure
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.mechanics import CounterMoves, Machine
from emulator.machine.outlet import NoOutlet
from emulator.machine.ribbon import KINDS
from emulator.magicard.dialogue import Stream
from emulator.magicard.firmware import MagicardFirmware
from emulator.magicard.models import MAGICARD_MODELS, MagicardModel
from support.magicard_job import ask

ENDURO = MAGICARD_MODELS["enduro"]


@dataclass(frozen=True, slots=True)
class Info:
    """A status, read by hand."""

    fields: tuple[str, ...]

    @property
    def printed(self) -> int:
        return int(self.fields[9])

    @property
    def error(self) -> tuple[int, int]:
        return int(self.fields[19]), int(self.fields[20])

    @property
    def shots_left(self) -> int:
        return int(self.fields[22]) - int(self.fields[23])

    @property
    def cleaning_due(self) -> bool:
        return int(self.fields[14]) >= int(self.fields[15])


def read_info(reply: bytes) -> Info:
    """Take a status apart, strictly."""
    assert reply.startswith(b"\x01STA$$")
    assert reply.endswith(b",\x03")
    assert len(reply) <= 255
    fields = tuple(reply[6:-2].decode().split(","))
    assert len(fields) == 35
    return Info(fields)


class MagicardRig:
    """Firmware, machine, clock, and one stream to talk on."""

    def __init__(
        self,
        model: MagicardModel = ENDURO,
        *,
        blanks: int = 10,
        moves: CounterMoves = CounterMoves.FEED,
        **settings: Any,
    ) -> None:
        self.machine = Machine(
            MachineState(model.default_serial),
            StateStore(None),
            NoOutlet(),
            seed="t",
            counter_moves=moves,
        )
        self.machine.fit_ribbon(KINDS[0])
        self.machine.add_blanks(blanks)
        self.gone: list[Departure] = []
        self.machine.on_departure = self.gone.append
        self.clock = VirtualClock()
        self.firmware = MagicardFirmware(self.machine, model, **settings)
        self.line = self.stream()

    def stream(self) -> Stream:
        return self.firmware.dialogue(Medium.TCP)

    def send(self, data: bytes, line: Stream | None = None) -> None:
        line = line or self.line
        line.receive(data)
        while line.waiting:
            assert line.has_room
            line.execute(self.clock.now_s())

    def replies(self, line: Stream | None = None) -> list[bytes]:
        line = line or self.line
        found = []
        while line.readable:
            found.append(line.read(self.clock.now_s()))
        return found

    def ask(self, request: str) -> bytes:
        """Ask on a connection of its own."""
        line = self.stream()
        self.send(ask(request), line)
        (reply,) = self.replies(line)
        return reply

    @property
    def info(self) -> Info:
        return read_info(self.ask("REQ,INF"))

    @property
    def refusals(self) -> list[str]:
        return [text for text in self.firmware.commands if text.startswith("?")]

    def order(self, name: str, **arguments: object) -> None:
        """Have a person do something."""
        now_s = self.clock.now_s()
        self.firmware.orders()[name]({"do": name, **arguments}, now_s)
        self.firmware.step(now_s)

    def wait(self, seconds: float) -> None:
        """Let time pass from one due thing to the next, as a simulation does."""
        end_s = self.clock.now_s() + seconds
        while True:
            next_s = self.firmware.step(self.clock.now_s())
            if next_s is None or next_s >= end_s:
                break
            self.clock.advance(max(0.0, next_s - self.clock.now_s()))
        self.clock.advance(end_s - self.clock.now_s())
        self.firmware.step(end_s)
