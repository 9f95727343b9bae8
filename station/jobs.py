"""Words and laws of a print job, pure: states, transitions, stop reasons, and how many people a decision needs.

A right that this station holds moves along this table and no other way; anything else is a programmer's error.

    CACHED   --intent-->        INTENT     P1, before the first byte that can move a card
    INTENT   --printed-->       PRINTED    P4, positive end with evidence
    INTENT   --doubt-->         IN_DOUBT   lost link, restart, silence; never a retry
    IN_DOUBT --printed-->       PRINTED    by evidence or one person
    IN_DOUBT --spoiled-->       CACHED     not approved: the next attempt needs a person
    IN_DOUBT --not_printed-->   CACHED     by proof or two people
    PRINTED  --acknowledged-->  SHREDDED   the hub knows; the payload's key is destroyed
    CACHED   --revoked-->       TOMB       written before it is said; never prints again under this fence
    TOMB     --acknowledged-->  RELEASED
    RELEASED --granted-->       CACHED     only under a greater fence
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class RightState(StrEnum):
    """Where a held right stands."""

    CACHED = "CACHED"
    INTENT = "INTENT"
    IN_DOUBT = "IN_DOUBT"
    PRINTED = "PRINTED"
    SHREDDED = "SHREDDED"
    TOMB = "TOMB"
    RELEASED = "RELEASED"


class Move(StrEnum):
    """What can happen to a held right."""

    INTENT = "intent"
    PRINTED = "printed"
    DOUBT = "doubt"
    SPOILED = "spoiled"
    NOT_PRINTED = "not_printed"
    ACKNOWLEDGED = "acknowledged"
    REVOKED = "revoked"
    GRANTED = "granted"


_S, _M = RightState, Move
TRANSITIONS: dict[tuple[RightState, Move], RightState] = {
    (_S.CACHED, _M.INTENT): _S.INTENT,
    (_S.INTENT, _M.PRINTED): _S.PRINTED,
    (_S.INTENT, _M.DOUBT): _S.IN_DOUBT,
    (_S.IN_DOUBT, _M.PRINTED): _S.PRINTED,
    (_S.IN_DOUBT, _M.SPOILED): _S.CACHED,
    (_S.IN_DOUBT, _M.NOT_PRINTED): _S.CACHED,
    (_S.PRINTED, _M.ACKNOWLEDGED): _S.SHREDDED,
    (_S.CACHED, _M.REVOKED): _S.TOMB,
    (_S.TOMB, _M.ACKNOWLEDGED): _S.RELEASED,
    (_S.RELEASED, _M.GRANTED): _S.CACHED,
}


def after(state: RightState, move: Move) -> RightState:
    """Return the state after a move; an illegal move is a programmer's error."""
    target = TRANSITIONS.get((state, move))
    assert target is not None, f"a right in {state} cannot be {move}"
    return target


class StopReason(StrEnum):
    """Why the press does not print; told apart because each has another remedy."""

    NO_BLANKS = "no-blanks"
    CAP_REACHED = "cap-reached"
    NO_ALLOWANCE = "no-allowance"
    PRINTER_FAULT = "printer-fault"
    PRINTER_LOCKED = "printer-locked"
    IN_DOUBT = "in-doubt"
    LINK_DOWN = "link-down"
    UPSTREAM_HOLD = "upstream-hold"
    STALE = "stale"
    DISK_FULL = "spool-area-full"
    NEEDS_APPROVAL = "needs-approval"


REMEDIES: dict[StopReason, str] = {
    StopReason.NO_BLANKS: "put blanks into the printer and say so with `ktp-station load COUNT --by NAME`",
    StopReason.CAP_REACHED: "the day's cards are made; printing goes on tomorrow",
    StopReason.NO_ALLOWANCE: "the hub has given no cap for this printer and day; the link must be up once",
    StopReason.PRINTER_FAULT: "see the printer's reasons and mend what they name",
    StopReason.PRINTER_LOCKED: "count the cards, then `ktp-station unlock --by A --second B`",
    StopReason.IN_DOUBT: "look at the card, then `ktp-station resolve INTENT printed|not-printed|spoiled --by A`",
    StopReason.LINK_DOWN: "nothing more is held here; printing goes on when the hub answers",
    StopReason.UPSTREAM_HOLD: "the office has put printing on hold",
    StopReason.STALE: "the hub was not heard for too long to trust what is held; the link must be up once",
    StopReason.DISK_FULL: "make room on the disk that holds the station's state",
    StopReason.NEEDS_APPROVAL: "held records wait for a person's word: `ktp-station approve RECORD --by NAME`",
}


class Decision(StrEnum):
    """What a person may say of a card in doubt."""

    PRINTED = "printed"
    NOT_PRINTED = "not-printed"
    SPOILED = "spoiled"


@dataclass(frozen=True, slots=True)
class DoubtEvidence:
    """What the printer could be made to say after a doubt; None where it could not.

    Attributes:
        counter_delta: cards counted since the intent.
        same_printer: the same serial number answered.
        card_inside: a card is in the path.
        job_alive: a job still lives in the printer's memory.
        certified: a certified profile says that the counter moves at feed and survives a power cut.
    """

    counter_delta: int | None
    same_printer: bool | None
    card_inside: bool | None
    job_alive: bool | None
    certified: bool

    def text(self) -> str:
        """Write it as the store keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "DoubtEvidence":
        """Read what `text` wrote."""
        return cls(**json.loads(text))

    @property
    def usable(self) -> bool:
        """Tell whether the machine says anything: same printer, counter moved by none or one."""
        return self.same_printer is True and self.counter_delta in (0, 1)

    @property
    def proves_not_printed(self) -> bool:
        """Tell whether it is proof that no card was fed."""
        return (
            self.usable
            and self.certified
            and self.counter_delta == 0
            and self.job_alive is False
            and self.card_inside is False
        )


class SecondPerson(StrEnum):
    """Where the office wants a second person though the protocol does not: never, for spoiled cards, for all."""

    NEVER = "never"
    SPOILED = "spoiled"
    ALWAYS = "always"

    def wants(self, decision: Decision) -> bool:
        """Tell whether this decision takes two here."""
        return self is SecondPerson.ALWAYS or (
            self is SecondPerson.SPOILED and decision is Decision.SPOILED
        )


SPOILED_ALONE_MAX = 2  # a day and printer; from the next on somebody else must look too


def people_needed(
    decision: Decision, evidence: DoubtEvidence | None, *,
    office: SecondPerson = SecondPerson.NEVER, spoiled_today: int = 0,
) -> int:  # fmt: skip
    """Return how many different people must stand behind a decision.

    A false PRINTED costs a lawful new issue; a false NOT_PRINTED costs a second identity card. So NOT_PRINTED needs
    two unless the machine proves it, and without machine evidence everything needs two. An office may ask for more,
    never for less.
    """
    if office.wants(decision):
        return 2
    if decision is Decision.SPOILED and spoiled_today >= SPOILED_ALONE_MAX:
        return 2
    if evidence is None or not evidence.usable:
        return 2
    if decision is Decision.PRINTED:
        return 1
    if decision is Decision.SPOILED:
        return 1 if evidence.card_inside else 2
    return 2
