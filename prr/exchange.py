"""What a station and its hub say to each other.

A station asks (Claim, Sync) and tells (OutboxEntry with what was Told). Telling is a gapless,
hash-chained sequence: the hub applies entry n once and only after n-1, so a lost answer costs a repetition and nothing
else. A Grant's fence grows with each grant of its right; a message under another fence changes nothing.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from prr import seal
from prr.canonical import Balance, Cardinal, Contract, Ordinal
from prr.record import BlankUid, Code, Line, PrintReadyRecord, Right
from prr.sealed import Sealed

BATCH_MAX = 50
GENESIS_SHA256 = "0" * 64  # what the first outbox entry of a station points back to

Zone = Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Epoch = Annotated[int, Field(ge=1)]  # grows when the hub came back from a copy
Nonce = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Serial = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class Claim(Contract):
    """Ask for rights to print. The key is made and stored before asking; the same key gets the same answer."""

    claim_key: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    station: Code
    hub_epoch: Cardinal = 0  # the highest the station has heard
    count_max: int = Field(ge=1, le=BATCH_MAX)


class Grant(Contract):
    """One right handed to one station, signed by the hub together with the record's hash."""

    station: Code
    hub_epoch: Epoch
    fence: Ordinal
    record: PrintReadyRecord
    signature: str

    @classmethod
    def signed(
        cls, key: Ed25519PrivateKey, station: str, hub_epoch: int, fence: int,
        record: PrintReadyRecord,
    ) -> "Grant":  # fmt: skip
        """Make a grant under the hub's key."""
        content = grant_content(station, hub_epoch, fence, record.right, record.sha256())
        return cls(
            station=station, hub_epoch=hub_epoch, fence=fence, record=record,
            signature=seal.sign(key, "grant", content),
        )  # fmt: skip

    def verify(self, key: Ed25519PublicKey) -> None:
        """Check the hub's signature.

        Raises:
            SealBrokenError: the grant or its record is not as the hub signed it.
        """
        content = grant_content(
            self.station, self.hub_epoch, self.fence, self.record.right, self.record.sha256()
        )
        seal.verify(key, "grant", content, self.signature)


def grant_content(
    station: str, hub_epoch: int, fence: int, right: Right, record_sha256: str
) -> dict[str, Any]:
    """Return what the seal of a grant covers: the record by its hash, so a hub need not read it again to sign."""
    return {
        "station": station, "hub_epoch": hub_epoch, "fence": fence,
        "record_id": right.record_id, "issue_no": right.issue_no,
        "record_sha256": record_sha256,
    }  # fmt: skip


class ClaimAnswer(Contract):
    """The grants of one claim key, possibly none."""

    claim_key: str
    grants: tuple[Grant, ...] = Field(max_length=BATCH_MAX)


class Allowance(Sealed):
    """The signed cap of one printer on one local day: feeds never exceed the sum of the allowances held."""

    purpose: ClassVar[str] = "allowance"

    allowance_id: Code
    printer_serial: Serial
    day: date
    zone: Zone
    cap: int = Field(ge=0, le=1000)


class CapRaise(Sealed):
    """So many cards more for one printer on one local day, by two people's word; it ends with the day."""

    purpose: ClassVar[str] = "cap-raise"

    raise_id: Code
    printer_serial: Serial
    day: date
    zone: Zone
    cards: int = Field(ge=1, le=1000)


class Outcome(StrEnum):
    """What became of one attempt on one blank. IN_DOUBT is told early and settled by a later report."""

    PRINTED = "PRINTED"
    SPOILED = "SPOILED"
    NOT_PRINTED = "NOT_PRINTED"
    IN_DOUBT = "IN_DOUBT"


class SpoilReason(StrEnum):
    """What made a card useless, as the person who looked at it says."""

    RIBBON = "RIBBON"
    JAM = "JAM"
    POWER = "POWER"
    MISALIGNED = "MISALIGNED"
    COLOUR = "COLOUR"
    SCRATCHED = "SCRATCHED"
    BLANK_DEFECT = "BLANK_DEFECT"
    WRONG_SIDE = "WRONG_SIDE"
    OTHER = "OTHER"


class Report(Contract):
    """The outcome of one intent. `right` is None for a declared test card."""

    kind: Literal["card"] = "card"
    intent: Ordinal
    right: Right | None
    fence: Ordinal | None = None
    attempt: Ordinal
    outcome: Outcome
    series: Code
    blank_uid: BlankUid | None = None
    printer_serial: Serial
    counter_before: Cardinal | None = None
    counter_after: Cardinal | None = None
    image_sha256: Sha256
    allowance_id: Code
    day: date
    zone: Zone
    decided_by: tuple[Code, ...] = ()
    spoil_reason: SpoilReason | None = None
    pull_ms: Cardinal | None = None
    print_ms: Cardinal | None = None


class Release(Contract):
    """A right given back unprinted. The station wrote its tombstone before it said so."""

    kind: Literal["release"] = "release"
    right: Right
    fence: Ordinal
    reason: Line


class Loading(Contract):
    """Blanks put into the printer (count > 0) or taken out of it (count < 0) at the station."""

    kind: Literal["load"] = "load"
    series: Code
    count: int = Field(ge=-1000, le=1000)
    by: Code


class LogHead(Sealed):
    """How far a station's event log goes, signed by the station."""

    purpose: ClassVar[str] = "log-head"

    seq: Ordinal
    head_sha256: Sha256


class Adjustment(Contract):
    """Blanks that a hand count found to be more (count > 0) or fewer (count < 0) than the book, said by two people."""

    kind: Literal["adjust"] = "adjust"
    series: Code
    count: int = Field(ge=-1000, le=1000)
    reason: Line
    by: tuple[Code, Code]


class Returning(Contract):
    """Blanks taken out of the printer that go back to the supplier: unusable, recalled. Said by two people."""

    kind: Literal["return"] = "return"
    series: Code
    count: int = Field(ge=1, le=1000)
    reason: Line
    by: tuple[Code, Code]


class LogPlace(Contract):
    """How far an event log goes; the signature over it follows in the log itself."""

    seq: Ordinal
    head_sha256: Sha256


class Tally(Contract):
    """A printer's own count over one day's cards, held against what the station made of them.

    Attributes:
        intent_first: from the first card after the last physical count.
        intent_last: to the last card after which the counter was read.
        counter_first: before the first card, None where nothing could be read.
        counter_last: after the last.
        cards_min: cards that must have counted.
        cards_max: those, and the ones in doubt or seen by a person alone, which may not have.
    """

    printer_serial: Serial
    intent_first: Ordinal
    intent_last: Ordinal
    counter_first: Cardinal | None = None
    counter_last: Cardinal | None = None
    cards_min: Cardinal
    cards_max: Cardinal

    @property
    def moved(self) -> int | None:
        """Return by how much the counter moved, None where it can't be told."""
        if self.counter_first is None or self.counter_last is None:
            return None
        return self.counter_last - self.counter_first

    @property
    def fits(self) -> bool:
        """Tell whether the counter says what the book says; an unread counter says nothing."""
        return self.moved is None or self.cards_min <= self.moved <= self.cards_max


class ClosedCard(Contract):
    """What a station's book says of one card of the day."""

    intent: Ordinal
    outcome: Outcome
    series: Code
    blank_uid: BlankUid | None = None


class DayClose(Contract):
    """A station's book at the end of a day, to be held against the office's at this place of the chain.

    Attributes:
        by: who closed the day; `clock` where nobody did and the next day began.
        hopper_count: blanks counted by hand, None where nobody counted.
        blanks: series -> account -> blanks.
        cards: every card begun that day.
        tallies: what each printer counted.
        log: how far the event log goes.
    """

    kind: Literal["close"] = "close"
    day: date
    zone: Zone
    by: Code
    hopper_count: int | None = Field(default=None, ge=0, le=1000)
    blanks: dict[Code, dict[Code, Balance]]
    cards: tuple[ClosedCard, ...] = Field(default=(), max_length=1000)
    tallies: tuple[Tally, ...] = Field(default=(), max_length=8)
    log: LogPlace | None = None


Told = Report | Release | Loading | Adjustment | Returning | DayClose


class OutboxEntry(Contract):
    """One thing a station tells, in its place in the station's chain."""

    station: Code
    seq: Ordinal
    previous_sha256: Sha256
    at: datetime
    body: Annotated[Told, Field(discriminator="kind")]


class OutboxAnswer(Sealed):
    """How far the hub has applied a station's chain, with the hash of the entry it ends in.

    Payloads are destroyed on this word, so it is signed, and the hash binds it to the station's own entries: a word of
    another chain, or of a hub that has forgotten, fits nothing.
    """

    purpose: ClassVar[str] = "applied"

    station: Code
    hub_epoch: Epoch
    applied_seq: Cardinal
    applied_sha256: Sha256


class Held(Contract):
    """A right a station holds, as the station sees it."""

    right: Right
    fence: Ordinal
    state: Line


class Sync(Contract):
    """A station's regular word: what it holds, which printers it has, how far its chain goes.

    Attributes:
        nonce: made for this one word; the answer repeats it, so an old answer is worth nothing.
        start_no: starts of this store, counted; a lower one is a store that was restored.
        start_key: made at this start; another one under the same number is a copy of the store that runs too.
        hub_epoch: the highest the station has heard, 0 for none.
        told_seq: how far the hub has acknowledged the chain.
        last_seq: how far the chain goes.
    """

    station: Code
    nonce: Nonce
    boot_id: Line
    start_no: Ordinal
    start_key: Nonce
    hub_epoch: Cardinal
    told_seq: Cardinal
    last_seq: Cardinal
    log: LogHead | None = None
    printers: tuple[Serial, ...] = Field(default=(), max_length=8)
    holds: tuple[Held, ...] = Field(default=(), max_length=1000)


class Withdrawal(StrEnum):
    """Why the office takes a right back."""

    DEAD = "DEAD"
    MOVED = "MOVED"
    CHANGED = "CHANGED"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"


class Revocation(Contract):
    """A right the hub wants back: the station tombs it and releases it, or reports that it came too late."""

    right: Right
    fence: Ordinal
    reason: Withdrawal = Withdrawal.OTHER


class SyncAnswer(Sealed):
    """The hub's word to a station. `hold` names why nothing may be printed now, or is None.

    Attributes:
        nonce: the Sync's own.
        claims_open: False while the hub, restored from a copy, still gathers what its stations hold.
    """

    purpose: ClassVar[str] = "word"

    station: Code
    nonce: Nonce
    hub_epoch: Epoch
    claims_open: bool = True
    hub_time: datetime
    zone: Zone
    applied_seq: Cardinal
    ready_count: Cardinal
    allowances: tuple[Allowance, ...] = ()
    raises: tuple[CapRaise, ...] = ()
    revoked: tuple[Revocation, ...] = ()
    hold: Line | None = None
