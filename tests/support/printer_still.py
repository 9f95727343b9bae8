"""A driver on the emulator's firmware in this process and in still time: no socket, no waiting."""

from dataclasses import dataclass, field

from drivers.card import CardDesign, CardOutcome
from drivers.driver import Commit, Pause, Script, T
from drivers.evolis.driver import EvolisDriver
from drivers.link import Finished, Link
from emulator.evolis.models import MODELS, Model
from emulator.machine.card import Card
from emulator.machine.ribbon import KINDS
from support.rig import Rig
from support.still_wire import StillTime, StillWire

CARDS_BEFORE = 40  # in the printer's life


@dataclass
class StillPrinter:
    """One Evolis printer, its driver, and the cards that came out of it."""

    rig: Rig
    driver: EvolisDriver
    link: Link
    time: StillTime
    commits: list[Commit] = field(default_factory=list)

    @classmethod
    def open(cls, model: Model = MODELS["primacy2"], ribbon: int = 0) -> "StillPrinter":
        """Switch a printer on, a ribbon of that number in it; it changes ribbons for nobody."""
        rig, time = Rig(model, keep=True), StillTime()
        rig.machine.fit_ribbon(KINDS[ribbon])
        rig.machine.state.counters.inserted = CARDS_BEFORE
        time.followers.append(rig.wait)
        link = Link(StillWire(rig, time, lambda _data: None), lambda: time.now_s)
        return cls(rig, EvolisDriver(wall_clock=lambda: 1_700_000_000.0), link, time)

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
