"""What the firmware keeps in RAM: gone at a power cut and at a reset.

Session, claim, error mode, latched errors, settings, magnetic buffers. Lasting things: `machine/machine_state.py`.
"""

from dataclasses import dataclass, field

from emulator.machine.card import Track


@dataclass(slots=True)
class Ticket:
    """The reply to one command; `text` stays None until the command is done."""

    text: str | None = None

    @property
    def done(self) -> bool:
        """Say whether the reply is known."""
        return self.text is not None


@dataclass(slots=True)
class SessionLock:
    """Who has reserved the printer, and until when. Ids are 16 bits, 0 = free."""

    holder: int = 0
    ends_s: float = 0.0

    def at(self, now_s: float) -> int:
        """Return the id shown in the status block at an instant."""
        return self.holder if now_s < self.ends_s else 0

    def take(self, session: int, duration_s: float, now_s: float) -> bool:
        """Reserve or renew; a session held by another id stays as it is and False is returned."""
        if session != 0 and self.at(now_s) not in (0, session):
            return False
        self.holder = session
        self.ends_s = now_s + duration_s
        return True


# What settings answer before anybody changed them, by the verb that sets them.
DEFAULT_SETTINGS = {"Pcim": "F", "Pcem": "D", "Pcrm": "R", "Pst": "600", "Psdc": "D"}

MAGNETIC_FORMATS = {1: 1, 2: 2, 3: 3}  # track -> ISO format of the same number


@dataclass(slots=True)
class Ram:
    """One boot of the firmware.

    Attributes:
        status_on: answers carry a status block.
        host_handles_errors: `Pem;2`: errors end a job; else the machine waits for a person.
        job_open: `Pcla;1` has arrived and `Pcla;0` not yet.
        claimed: the CLAIM bit: raised and dropped as the queue gets there.
        draining: a job failed; what still comes of it is swallowed until `Pcla;0`.
        errors: latched ERR bits, cleared by `Scs`.
        keep_card: `Pneab`: `Se` leaves the card in the printer.
    """

    status_on: bool = True
    host_handles_errors: bool = False
    job_open: bool = False
    claimed: bool = False
    draining: bool = False
    errors: int = 0
    keep_card: bool = False
    session: SessionLock = field(default_factory=SessionLock)
    settings: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_SETTINGS))
    magnetic_formats: dict[int, int] = field(default_factory=lambda: dict(MAGNETIC_FORMATS))
    magnetic_data: dict[int, str] = field(default_factory=dict)
    magnetic_read: dict[int, Track] = field(default_factory=dict)
