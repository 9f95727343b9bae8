"""What a command handler may see and touch: machine, model, RAM, engine, and the instant of the command."""

from collections.abc import Callable
from dataclasses import dataclass

from emulator.evolis.engine import Engine
from emulator.evolis.models import Model
from emulator.evolis.ram import Ram, Ticket
from emulator.machine.mechanics import Machine
from emulator.machine.motions import Motion


@dataclass(slots=True)
class Context:
    """One boot of the firmware, as its command handlers see it.

    Attributes:
        host_second_s: machine seconds that pass in one second of the host; session times are the host's.
        keep_ribbon: nobody changes the cassette when a job names another ribbon.
        now_s: the machine instant of the command in hand.
        reset: starts the software reset.
    """

    machine: Machine
    model: Model
    ram: Ram
    engine: Engine
    host_second_s: float
    keep_ribbon: bool
    reset: Callable[[], None]
    now_s: float = 0.0

    def run(self, *motions: Motion) -> Ticket:
        """Queue a chain of motions; inside a job the reply is OK at once, else it comes when they are done."""
        ticket = Ticket()
        self.engine.enqueue(list(motions), ticket, in_job=self.ram.job_open, now_s=self.now_s)
        return ticket


Handler = Callable[[Context, tuple[str, ...]], "Ticket | str"]
