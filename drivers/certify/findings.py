"""From readings to facts, pure: what the counter's moves say, and what a contradiction is.

Each finding carries how it was measured, in words with the counter's readings. A value that could not be told is None
and counts as no evidence.
"""

from dataclasses import dataclass, field

from drivers.errors import CertificationError
from drivers.profile import Fact, Facts, Reading

FEED, PRINT, EJECT = "feed", "print", "eject"
STAYS, LEAVES = "stays", "leaves"


@dataclass(frozen=True, slots=True)
class Move:
    """The counter before and after something; both could be read."""

    what: str
    before: int
    after: int

    @property
    def by(self) -> int:
        """Return how far it moved."""
        return self.after - self.before

    def __str__(self) -> str:
        """Say it with its readings."""
        return f"{self.what}: {self.before} -> {self.after}"


def move(what: str, before: Reading, after: Reading) -> Move:
    """Return the counter's move between two readings.

    Raises:
        CertificationError: it could not be read, or moved by more than one card or backwards without a power cut.
    """
    found = any_move(what, before, after)
    if found.by not in (0, 1):
        raise CertificationError(f"the counter moved by {found.by} for one card ({found})")
    return found


def any_move(what: str, before: Reading, after: Reading) -> Move:
    """Return the counter's move, whatever it is: over a power cut it may go back.

    Raises:
        CertificationError: it could not be read.
    """
    if before.counter is None or after.counter is None:
        raise CertificationError(
            "the printer does not tell its card counter: it can't be certified"
        )
    return Move(what, before.counter, after.counter)


@dataclass(slots=True)
class Findings:
    """What has been found so far; `facts` when all is."""

    readable_in_error: Fact | None = None
    fed: Move | None = None
    exited: Move | None = None
    printed: Move | None = None
    kept_inside: bool = True  # the card of the job without eject stayed inside
    cuts: list[tuple[Move, bool]] = field(default_factory=list)  # and whether the card stayed
    seen: list[tuple[str, bool | None]] = field(default_factory=list)
    half_job_feeds: Fact | None = None
    half_job_outlives_link: Fact | None = None
    half_job_outlives_power: Fact | None = None
    whole_job_outlives_link: Fact | None = None
    whole_job_outlives_power: Fact | None = None
    jobs_seen: list[str] = field(default_factory=list)

    def moves_at(self) -> Fact:
        """Tell when the counter moves.

        Raises:
            CertificationError: its moves contradict each other.
        """
        fed, exited, printed = self.fed, self.exited, self.printed
        assert fed is not None, "measured by the card fed alone"
        assert exited is not None, "measured by the card fed alone"
        assert printed is not None, "measured by the printed card"
        how = f"{fed}; {exited}; {printed}"
        match (fed.by, exited.by, printed.by, self.kept_inside):
            case (1, 0, 1, _):
                return Fact(FEED, how)
            case (0, 1, 0, True):
                return Fact(EJECT, how)
            case (0, 0, 1, True):
                return Fact(PRINT, how)
            case (0, _, _, False):
                return Fact(None, f"{how}; the printed card did not stay inside")
        raise CertificationError(f"the counter's moves contradict each other ({how})")

    def kept(self) -> Fact:
        """Tell whether the counter kept its value over every power cut; a card that left may have been counted."""
        allowed = {True: (0,), False: (0, 1)}
        how = "; ".join(str(cut) for cut, _ in self.cuts)
        return Fact(all(cut.by in allowed[stayed] for cut, stayed in self.cuts), how)

    def card_seen(self) -> Fact:
        """Tell whether the printer saw each card that the person saw inside."""
        values = {value for _, value in self.seen}
        how = "; ".join(f"{step}: {_word(value)}" for step, value in self.seen)
        value = None if None in values or not values else values == {True}
        return Fact(value, how)

    def card_after_power_cut(self) -> Fact:
        """Tell whether a card inside stays there when the printer is switched on again."""
        stays = {stayed for _, stayed in self.cuts}
        how = "; ".join(f"{cut.what}: {STAYS if stayed else LEAVES}" for cut, stayed in self.cuts)
        return Fact(None if len(stays) != 1 else STAYS if stays == {True} else LEAVES, how)

    def facts(self) -> Facts:
        """Return all facts.

        Raises:
            CertificationError: the counter's moves contradict each other.
        """
        return Facts(
            counter_moves_at=self.moves_at(),
            counter_kept=self.kept(),
            counter_readable_in_error=_found(self.readable_in_error),
            card_seen=self.card_seen(),
            card_after_power_cut=self.card_after_power_cut(),
            job_seen=Fact(value=True, how="; ".join(self.jobs_seen)),
            half_job_feeds=_found(self.half_job_feeds),
            half_job_outlives_link=_found(self.half_job_outlives_link),
            half_job_outlives_power=_found(self.half_job_outlives_power),
            whole_job_outlives_link=_found(self.whole_job_outlives_link),
            whole_job_outlives_power=_found(self.whole_job_outlives_power),
        )


def _found(fact: Fact | None) -> Fact:
    assert fact is not None, "the procedure has run to its end"
    return fact


def _word(value: bool | None) -> str:
    return "can't tell" if value is None else "seen" if value else "not seen"
