"""The groups of points: one kind of call in one role under one fault, perhaps in the recovery from another fault.

The calls are all by which a role writes: to its store, and to its sockets. The press's `sendto` is a frame to the
printer, the courier's a request to the hub, the hub's an answer.
"""

from dataclasses import dataclass

from reliability.child import Fault

JOB_FRAME = 12  # in the middle of the job: the card is in the printer, its planes are not all there
TOLD_REQUEST = 4  # in the middle of what a courier tells and asks
SHORT, LONG = 1, 7  # a store is written page by page, and synced now and then


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of call in one role under one fault, perhaps in the recovery from another."""

    role: str
    call: str
    happening: str
    sticky: bool = False
    first: Fault | None = None

    def faults(self, number: int) -> tuple[Fault, ...]:
        """Return the faults of the n-th point."""
        last = Fault(self.call, self.happening, number, self.sticky)
        return (last,) if self.first is None else (self.first, last)

    def __str__(self) -> str:
        """Name it for a failure and for the command line."""
        after = "" if self.first is None else f",after {self.first.happening} {self.first.call}"
        return f"{self.role},{self.call},{self.happening}{',sticky' if self.sticky else ''}{after}"

    @property
    def weight(self) -> int:
        """Say how long it takes beside the others, roughly."""
        return (LONG if self.call == "pwrite64" else SHORT) * (1 if self.first is None else 2)


_MID_JOB = Fault("sendto", "SIGKILL", JOB_FRAME)
_MID_TALK = Fault("sendto", "SIGKILL", TOLD_REQUEST)
_WRITES = ("fdatasync", "ftruncate", "pwrite64")
_FULL_OR_BAD = ("EIO", "ENOSPC")

GROUPS: tuple[Group, ...] = (
    *(Group("press", call, "SIGKILL") for call in ("sendto", *_WRITES)),
    Group("press", "sendto", "SIGSTOP"),
    Group("press", "sendto", "ECONNRESET"),
    *(Group("press", call, error) for call in _WRITES for error in _FULL_OR_BAD),
    *(Group("press", "fdatasync", error, sticky=True) for error in _FULL_OR_BAD),
    Group("press", "pwrite64", "ENOSPC", sticky=True),
    *(Group("press", call, "SIGKILL", first=_MID_JOB) for call in ("sendto", *_WRITES)),
    Group("press", "sendto", "ECONNRESET", first=_MID_JOB),
    *(Group("press", "fdatasync", error, first=_MID_JOB) for error in _FULL_OR_BAD),
    *(Group("courier", call, "SIGKILL") for call in ("sendto", *_WRITES)),
    *(Group("courier", call, error) for call in _WRITES for error in _FULL_OR_BAD),
    *(Group("courier", "fdatasync", error, sticky=True) for error in _FULL_OR_BAD),
    Group("courier", "fdatasync", "SIGKILL", first=_MID_TALK),
    *(Group("hub", call, "SIGKILL") for call in ("sendto", *_WRITES)),
    *(Group("hub", "fdatasync", error) for error in _FULL_OR_BAD),
    Group("hub", "fdatasync", "SIGKILL", first=_MID_TALK),
)  # fmt: skip


def shared_out(shares: int) -> tuple[list[Group], ...]:
    """Divide the groups so that each share has about as much to do."""
    parts: tuple[list[Group], ...] = tuple([] for _ in range(shares))
    for group in sorted(GROUPS, key=lambda group: -group.weight):
        min(parts, key=lambda part: sum(one.weight for one in part)).append(group)
    return parts
