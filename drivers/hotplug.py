"""Hot-plug as a pure state: what two looks at the buses differ in, and when to try again what did not open.

No bus is listened to. A look costs some milliseconds, the press has no network and so hears no udev, and a printer that
is plugged in is there at the next look. What arrived and would not open (access rights still being set, another program
for a moment) is due again after a pause that doubles up to a bound; what is gone is forgotten with its pause.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from drivers.found import Found

PAUSE_S_MIN, PAUSE_S_MAX = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class Change:
    """What one look showed: who is there and was not, who was and is not."""

    arrived: tuple[Found, ...]
    gone: tuple[Found, ...]


@dataclass(slots=True)
class _Pause:
    length_s: float
    until_s: float


class HotPlug:
    """The printers seen at the last look, by URI, and the pauses of those that did not open."""

    def __init__(self) -> None:
        self._seen: dict[str, Found] = {}
        self._pauses: dict[str, _Pause] = {}

    def look(self, found: Iterable[Found]) -> Change:
        """Take in a look and return the difference to the one before, in the order found."""
        now = {one.uri: one for one in found if one.uri}
        arrived = tuple(one for uri, one in now.items() if uri not in self._seen)
        gone = tuple(one for uri, one in self._seen.items() if uri not in now)
        for one in gone:
            self._pauses.pop(one.uri, None)
        self._seen = now
        return Change(arrived, gone)

    def failed(self, uri: str, now_s: float) -> None:
        """Note that a printer would not open; it is due again after a pause, twice as long each time."""
        before = self._pauses.get(uri)
        length_s = PAUSE_S_MIN if before is None else min(PAUSE_S_MAX, 2 * before.length_s)
        self._pauses[uri] = _Pause(length_s, now_s + length_s)

    def opened(self, uri: str) -> None:
        """Note that a printer opened: its pauses are over."""
        self._pauses.pop(uri, None)

    def due(self, now_s: float) -> tuple[str, ...]:
        """Return the printers seen that may be tried now."""
        return tuple(
            uri
            for uri in self._seen
            if (pause := self._pauses.get(uri)) is None or now_s >= pause.until_s
        )
