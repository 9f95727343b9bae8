"""The Magicard driver on the emulator's firmware in this process and in still time: no socket, no waiting."""

from dataclasses import dataclass, field

from drivers.card import CardDesign, CardOutcome
from drivers.driver import Commit, Pause, Script, T
from drivers.errors import DeadlineError
from drivers.link import Finished, Link
from drivers.magicard.driver import MagicardDriver
from drivers.transport import WRITE_RATE_MIN, Deadline
from emulator.machine.card import Card
from emulator.machine.ribbon import KINDS
from support.magicard_rig import MagicardRig
from support.still_wire import StillTime

STEP_S = 0.05


class MagicardWire:
    """One stream that stays open, straight onto the firmware."""

    uri = "tcp://127.0.0.1:1"
    write_rate_min: float = WRITE_RATE_MIN

    def __init__(self, rig: MagicardRig, time: StillTime) -> None:
        self._rig, self._time = rig, time
        self._line = rig.stream()

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`."""
        del deadline
        self._line.receive(data)
        while self._line.waiting:
            if self._line.has_room:
                self._line.execute(self._rig.clock.now_s())
            else:
                self._time.advance(STEP_S)

    def finish_request(self, deadline: Deadline) -> None:
        """Do nothing: the stream goes on."""

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return the oldest reply."""
        del size_max
        while not self._line.readable:
            if deadline.expired:
                raise DeadlineError(f"{self.uri} did not answer in time")
            self._time.advance(STEP_S)
        return self._line.read(self._rig.clock.now_s())

    def close(self) -> None:
        """Drop the stream."""
        self._line = self._rig.stream()


@dataclass
class StillMagicard:
    """One Enduro, its driver, and the cards that came out of it."""

    rig: MagicardRig
    driver: MagicardDriver
    link: Link
    time: StillTime
    commits: list[Commit] = field(default_factory=list)

    @classmethod
    def open(cls, ribbon: int = 0, **settings: object) -> "StillMagicard":
        """Switch a printer on, a film of that number in it."""
        rig, time = MagicardRig(**settings), StillTime()  # type: ignore[arg-type]
        rig.machine.fit_ribbon(KINDS[ribbon])
        rig.machine.state.counters.inserted = 40
        time.followers.append(rig.wait)
        link = Link(MagicardWire(rig, time), lambda: time.now_s)
        return cls(rig, MagicardDriver(wall_clock=lambda: 1_700_000_000.0), link, time)

    def run(self, script: Script[T]) -> T:
        """Run a script to its end."""
        run = self.link.start(script)
        while not isinstance(step := run.advance(), Finished):
            if isinstance(step, Commit):
                self.commits.append(step)
            elif isinstance(step, Pause):
                self.time.advance(step.duration_s)
        return step.value

    def print_card(self, design: CardDesign) -> CardOutcome:
        """Meet the printer and print one card, as the press does."""
        self.run(self.driver.identify())
        return self.run(self.driver.print_script(self.driver.encode(design)))

    @property
    def cards(self) -> list[Card]:
        """Return the cards that came out, first first."""
        return [departure.card for departure in self.rig.gone]
