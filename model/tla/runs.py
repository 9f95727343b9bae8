"""The checked configurations of `PrintOnce.tla`: the true ones, and one for each rule taken out."""

from dataclasses import dataclass, field

LAWS = (
    "PrintOnce", "OneHolder", "OneOpen", "CapHeld", "Conserve", "LedgerTrue", "RevokedClean",
    "DoneTrue", "ShreddedTold", "IssueInOrder",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the checker.

    Attributes:
        name: of the configuration, or of the rule taken out.
        bugs: rules taken out; none for a true configuration.
        breaks: the law that must be broken; None where all must hold.
        what: the rule, in a few words.
    """

    name: str
    what: str
    bugs: tuple[str, ...] = ()
    breaks: str | None = None
    records: int = 1
    issues: int = 1
    stations: int = 2
    cap: int = 2
    hopper: int = 2
    max_fence: int = 2
    days: int = 1
    horizon: int = 0
    max_epoch: int = 1
    losses: bool = False
    rollbacks: bool = False
    laws: tuple[str, ...] = field(default=LAWS)

    def configuration(self) -> str:
        """Return the text of TLC's `.cfg` file."""
        laws = self.laws if self.breaks is None else (self.breaks,)
        constants = {
            "Records": _names("r", self.records), "Issues": self.issues,
            "S": _names("s", self.stations), "None": "None", "Cap": self.cap,
            "Hopper": self.hopper, "MaxFence": self.max_fence,
            "Days": _set(range(self.days)), "Horizon": self.horizon, "MaxEpoch": self.max_epoch,
            "Losses": _truth(self.losses), "Rollbacks": _truth(self.rollbacks),
            "Bugs": _set(f'"{bug}"' for bug in self.bugs),
        }  # fmt: skip
        lines = ["SPECIFICATION Spec", "CONSTANTS"]
        lines += [f"  {name} = {value}" for name, value in constants.items()]
        return "\n".join([*lines, "INVARIANTS", *(f"  {law}" for law in laws), ""])


def _set(items: object) -> str:
    assert hasattr(items, "__iter__")
    return "{" + ", ".join(str(item) for item in items) + "}"


def _names(letter: str, count: int) -> str:
    return _set(f"{letter}{n}" for n in range(1, count + 1))


def _truth(value: bool) -> str:
    return str(value).upper()


SMALL = Run("small", "2 stations, 1 record, 2 blanks")

TRUE = (
    SMALL,
    Run("disk", "a station's disk put back, clock jumps", days=2, rollbacks=True),
    Run("restore", "the hub put back from a copy", hopper=1, max_epoch=2),
    Run("loss", "a station written off, a new issue", issues=2, hopper=1, max_fence=1, losses=True),
    Run("large", "2 stations, 2 records", records=2, cap=1, hopper=1),
)

BUGS = (
    Run("IntentAfter", "the intent is not durable before the bytes", ("IntentAfter",), "PrintOnce"),
    Run("AutoRetry", "a restart queues what was begun again", ("AutoRetry",), "PrintOnce"),
    Run("Lease", "a grant expires at the hub", ("Lease",), "PrintOnce"),
    Run("NoFence", "an old grant or word counts", ("NoFence",), "PrintOnce"),
    Run("ReleaseEarly", "a release is sent before its tomb", ("ReleaseEarly",), "PrintOnce"),
    Run(
        "BusyProof", "a counter is believed while a job is alive", ("BusyProof",), "PrintOnce",
        hopper=1,
    ),
    Run(
        "TwoOpen", "a card is begun while another is open", ("TwoOpen",), "OneOpen",
        records=2, stations=1,
    ),
    Run(
        "CountAtFinish", "cards are counted at their end, two open",
        ("CountAtFinish", "TwoOpen"), "CapHeld",
        records=2, stations=1, cap=1, max_fence=1,
    ),
    Run(
        "NoToken", "any day's cap counts, not a signed one", ("NoToken",), "CapHeld",
        records=2, stations=1, cap=1, hopper=3, max_fence=1, days=2,
    ),
    Run(
        "NoAnchor", "the counter need not fit the store", ("NoAnchor",), "PrintOnce",
        stations=1, rollbacks=True,
    ),
    Run(
        "ReleaseUnanchored", "a store put back gives a right back", ("ReleaseUnanchored",),
        "PrintOnce", rollbacks=True,
    ),
    Run(
        "NoFreeze", "a restored hub grants at once", ("NoFreeze",), "PrintOnce",
        hopper=1, max_epoch=2,
    ),
    Run(
        "OldEpoch", "a grant from before the restore counts", ("OldEpoch",), "PrintOnce",
        hopper=1, max_epoch=2,
    ),
    Run(
        "NoTellAgain", "what was acknowledged is not told again", ("NoTellAgain",), "PrintOnce",
        hopper=1, max_epoch=2,
    ),
    Run(
        "LostReady", "a lost station's rights are granted again", ("LostReady",), "PrintOnce",
        hopper=1, losses=True,
    ),
    Run(
        "ReissueOpen", "a new issue while the last one is held", ("ReissueOpen",), "IssueInOrder",
        issues=2, hopper=1, max_fence=1,
    ),
)  # fmt: skip
