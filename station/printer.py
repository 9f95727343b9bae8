"""The press's printer: owns driver and link, knows who answered, and lets go of both after a fault.

Only the press's thread uses it. It tells scripts what they ask for, one yield at a time, and waits in between
through the story that runs it.
"""

from collections.abc import Callable, Generator
from typing import TypeVar

from drivers.card import Evidence
from drivers.driver import Commit, Driver, Pause, Script
from drivers.link import Finished, Link
from drivers.registry import driver_for
from drivers.status import PrinterIdentity
from drivers.transport import Transport
from drivers.transports import open_transport
from prr.profile import CertifiedProfile
from station.clock import Clock
from station.config import PrinterSection
from station.profile import ProfileWord, weigh

T = TypeVar("T")
OnCommit = Callable[[Evidence], None]
OnPause = Callable[[], None]


class Printer:
    """One card printer at one device URI.

    Args:
        section: where it is and which driver talks to it.
        clock: what its deadlines are measured by.
        profile: the certified profile it was given; it counts for the model and firmware it names.
        driver: one made already, instead of the section's.
        open_medium: makes the transport of a URI.
    """

    def __init__(
        self, section: PrinterSection, clock: Clock, *, profile: CertifiedProfile | None = None,
        driver: Driver | None = None, open_medium: Callable[[str], Transport] = open_transport,
    ) -> None:  # fmt: skip
        self.uri = section.uri
        self.driver: Driver = driver or driver_for(section.uri, section.driver)
        self._open_medium = open_medium
        self.identity: PrinterIdentity | None = None
        self._profile = profile
        self._clock = clock
        self._link: Link | None = None

    @property
    def counter_certified(self) -> bool:
        """Tell whether an unmoved counter of the printer that answers is proof, by its certified profile."""
        return self.profile_word.proof

    @property
    def profile_word(self) -> ProfileWord:
        """Return what the profile is worth for the printer that answers; nothing while nobody does."""
        if self.identity is None:
            return ProfileWord(counts=False, proof=False, reason="no printer answers")
        return weigh(self._profile, self.identity.make_and_model, self.identity.firmware)

    @property
    def has_profile(self) -> bool:
        """Tell whether a profile is configured."""
        return self._profile is not None

    def talk(
        self, script: Script[T], on_commit: OnCommit | None = None, on_pause: OnPause | None = None
    ) -> Generator[float, None, T]:
        """Run a script to its end; yields the seconds to wait in its pauses, less what `on_pause` used of them.

        At a Commit `on_commit` must make the intent durable; if it raises, the script is closed and nothing that can
        move a card was sent.

        Raises:
            PrinterError: what the script raises before its Commit.
        """
        run = self._linked().start(script)
        try:
            while True:
                event = run.advance()
                if isinstance(event, Finished):
                    return event.value
                if isinstance(event, Commit):
                    assert on_commit is not None, "only the press prints"
                    on_commit(event.before)
                elif isinstance(event, Pause):
                    yield self._pause_left_s(event.duration_s, on_pause)
        finally:
            script.close()

    def _pause_left_s(self, duration_s: float, on_pause: OnPause | None) -> float:
        if on_pause is None:
            return duration_s
        began_s = self._clock.monotonic_s()
        on_pause()
        return max(0.0, duration_s - (self._clock.monotonic_s() - began_s))

    def meet(self) -> Generator[float, None, PrinterIdentity]:
        """Ask who answers.

        Raises:
            PrinterError: nobody, or nobody who makes sense.
        """
        self.identity = yield from self.talk(self.driver.identify())
        return self.identity

    def frames(self) -> list[str]:
        """Return the last frames on the wire, for a failure's log."""
        if self._link is None:
            return []
        return [f"{f.direction} {f.length} {f.head_hex}" for f in self._link.frames()]

    def drop(self) -> None:
        """Let go of the device; the next talk opens it anew."""
        if self._link is not None:
            self._link.close()
        self._link = None
        self.identity = None

    def _linked(self) -> Link:
        if self._link is None:
            self._link = Link(self._open_medium(self.uri), self._clock.monotonic_s)
        return self._link
