"""What a station and its hub say to each other.

A station asks (Claim, Sync) and tells (OutboxEntry with a Report, Release or Loading). Telling is a gapless,
hash-chained sequence: the hub applies entry n once and only after n-1, so a lost answer costs a repetition and nothing
else. A Grant's fence grows with each grant of its right; a message under another fence changes nothing.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from prr import seal
from prr.canonical import Contract
from prr.record import BlankUid, Code, Line, PrintReadyRecord, Right

BATCH_MAX = 50
GENESIS_SHA256 = "0" * 64  # what the first outbox entry of a station points back to

Zone = Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Serial = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class Claim(Contract):
    """Ask for rights to print. The key is made and stored before asking; the same key gets the same answer."""

    claim_key: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    station: Code
    count_max: int = Field(ge=1, le=BATCH_MAX)


class Grant(Contract):
    """One right handed to one station, signed by the hub together with the record's hash."""

    station: Code
    hub_epoch: int = Field(ge=1)
    fence: int = Field(ge=1)
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


class Allowance(Contract):
    """The signed cap of one printer on one local day: feeds never exceed the sum of the allowances held."""

    allowance_id: Code
    printer_serial: Serial
    day: date
    zone: Zone
    cap: int = Field(ge=0, le=1000)
    signature: str = ""

    def signed(self, key: Ed25519PrivateKey) -> "Allowance":
        """Return the same allowance under the hub's key."""
        return self.model_copy(update={"signature": seal.sign(key, "allowance", self._content())})

    def verify(self, key: Ed25519PublicKey) -> None:
        """Check the hub's signature.

        Raises:
            SealBrokenError: cap, printer or day are not as the hub signed them.
        """
        seal.verify(key, "allowance", self._content(), self.signature)

    def _content(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"signature"})


class Outcome(StrEnum):
    """What became of one attempt on one blank. IN_DOUBT is told early and settled by a later report."""

    PRINTED = "PRINTED"
    SPOILED = "SPOILED"
    NOT_PRINTED = "NOT_PRINTED"
    IN_DOUBT = "IN_DOUBT"


class Report(Contract):
    """The outcome of one intent. `right` is None for a declared test card."""

    kind: Literal["card"] = "card"
    intent: int = Field(ge=1)
    right: Right | None
    fence: int | None = Field(default=None, ge=1)
    attempt: int = Field(ge=1)
    outcome: Outcome
    series: Code
    blank_uid: BlankUid | None = None
    printer_serial: Serial
    counter_before: int | None = Field(default=None, ge=0)
    counter_after: int | None = Field(default=None, ge=0)
    image_sha256: Sha256
    allowance_id: Code
    day: date
    zone: Zone
    decided_by: tuple[Code, ...] = ()
    pull_ms: int | None = Field(default=None, ge=0)
    print_ms: int | None = Field(default=None, ge=0)


class Release(Contract):
    """A right given back unprinted. The station wrote its tombstone before it said so."""

    kind: Literal["release"] = "release"
    right: Right
    fence: int = Field(ge=1)
    reason: Line


class Loading(Contract):
    """Blanks put into the printer (count > 0) or taken out of it (count < 0) at the station."""

    kind: Literal["load"] = "load"
    series: Code
    count: int = Field(ge=-1000, le=1000)
    by: Code


class OutboxEntry(Contract):
    """One thing a station tells, in its place in the station's chain."""

    station: Code
    seq: int = Field(ge=1)
    previous_sha256: Sha256
    at: datetime
    body: Annotated[Report | Release | Loading, Field(discriminator="kind")]


class OutboxAnswer(Contract):
    """How far the hub has applied a station's chain."""

    applied_seq: int = Field(ge=0)


class Held(Contract):
    """A right a station holds, as the station sees it."""

    right: Right
    fence: int = Field(ge=1)
    state: Line


class Sync(Contract):
    """A station's regular word: what it holds, which printers it has, how far its chain goes."""

    station: Code
    boot_id: Line
    last_seq: int = Field(ge=0)
    printers: tuple[Serial, ...] = Field(default=(), max_length=8)
    holds: tuple[Held, ...] = Field(default=(), max_length=1000)


class Revocation(Contract):
    """A right the hub wants back: the station tombs it and releases it, or reports that it came too late."""

    right: Right
    fence: int = Field(ge=1)


class SyncAnswer(Contract):
    """The hub's word to a station. `hold` names why nothing may be printed now, or is None."""

    hub_epoch: int = Field(ge=1)
    hub_time: datetime
    zone: Zone
    applied_seq: int = Field(ge=0)
    ready_count: int = Field(ge=0)
    allowances: tuple[Allowance, ...] = ()
    revoked: tuple[Revocation, ...] = ()
    hold: Line | None = None
