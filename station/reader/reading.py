"""Reading blanks one after the other with a person who lays them down; what is told is Indonesian first."""

from collections.abc import Callable
from typing import Protocol

from station.errors import DecisionError


class Reader(Protocol):
    """What reads: `BlankReader`, on whatever lies on the desk. No card moves in any of its calls."""

    def read(self, within_s: float) -> str:
        """Wait for a card and return its chip's number."""

    def wait_gone(self, within_s: float) -> None:
        """Wait until the card was taken away."""


def read_each(
    reader: Reader,
    count: int,
    within_s: float,
    check: Callable[[str], None],
    say: Callable[[str], None],
) -> tuple[str, ...]:
    """Return the chips' numbers of so many different blanks, in the order they were laid down.

    A blank that was read already, or that `check` refuses, is told of at once, and another is waited for.

    Args:
        reader: where they are laid down.
        count: how many are wanted.
        within_s: seconds for each to be laid down, and for each to be taken away.
        check: raises DecisionError for a blank that cannot be taken.
        say: shows a line to the person.

    Raises:
        ReaderError: no reader, or a blank that cannot be read: nothing was booked, begin again.
    """
    uids: list[str] = []
    while len(uids) < count:
        say(f"{len(uids) + 1}/{count}: letakkan di pembaca / lay it on the reader")
        uid = reader.read(within_s)
        refusal = "sudah dibaca / read already" if uid in uids else _refusal(check, uid)
        if refusal:
            say(f"  {uid}: TIDAK / NO: {refusal}")
            reader.wait_gone(within_s)
            continue
        uids.append(uid)
        say(f"  {uid}")
        if len(uids) < count:
            reader.wait_gone(within_s)
    return tuple(uids)


def _refusal(check: Callable[[str], None], uid: str) -> str:
    try:
        check(uid)
    except DecisionError as error:
        return str(error)
    return ""
