"""Status bytes of a receipt printer, for DLE EOT, GS r and the automatic status. Bits only, no state of their own."""

from dataclasses import dataclass

FIXED = 0x12  # bits 1 and 4 of every DLE EOT answer; bits 0 and 7 are never set
OFFLINE, KEY_PRESSED = 0x08, 0x40
COVER_OPEN, KEY_FEEDS, STOPPED_BY_END, ERROR = 0x04, 0x08, 0x20, 0x40
CUTTER_ERROR = 0x08
NEAR_END, PAPER_END = 0x0C, 0x60

# GS a: what a change of is told without being asked.
ASB_DRAWER, ASB_ONLINE, ASB_ERROR, ASB_PAPER, ASB_KEYS = 0x01, 0x02, 0x04, 0x08, 0x40
ASB_ANY = ASB_DRAWER | ASB_ONLINE | ASB_ERROR | ASB_PAPER | ASB_KEYS
_ASB_FIRST, _ASB_FOURTH = 0x10, 0x0F
_ASB_OFFLINE, _ASB_COVER, _ASB_KEY, _ASB_CUTTER = 0x08, 0x20, 0x40, 0x08
_ASB_NEAR_END, _ASB_PAPER_END = 0x03, 0x0C


@dataclass(frozen=True, slots=True)
class Condition:
    """How the machine stands, as its sensors see it."""

    cover_open: bool = False
    near_end: bool = False
    paper_end: bool = False
    cutter_error: bool = False
    key_feeds: bool = False

    @property
    def offline(self) -> bool:
        """Say whether it takes nothing out of its buffer."""
        return self.cover_open or self.paper_end or self.cutter_error or self.key_feeds

    def answer(self, n: int) -> bytes:
        """Return the byte for DLE EOT n, n from 1 to 4."""
        bits = {
            1: ((self.offline, OFFLINE), (self.key_feeds, KEY_PRESSED)),
            2: (
                (self.cover_open, COVER_OPEN), (self.key_feeds, KEY_FEEDS),
                (self.paper_end, STOPPED_BY_END), (self.cutter_error, ERROR),
            ),
            3: ((self.cutter_error, CUTTER_ERROR),),
            4: ((self.near_end, NEAR_END), (self.paper_end, PAPER_END)),
        }[n]  # fmt: skip
        return bytes((FIXED | _sum(bits),))

    @property
    def paper_sensors(self) -> bytes:
        """Return the byte for GS r 1."""
        bits = ((self.near_end, _ASB_NEAR_END), (self.paper_end, _ASB_PAPER_END))
        return bytes((_sum(bits),))

    @property
    def automatic(self) -> bytes:
        """Return the four bytes that are sent without being asked."""
        first = (
            (self.offline, _ASB_OFFLINE),
            (self.cover_open, _ASB_COVER),
            (self.key_feeds, _ASB_KEY),
        )
        return bytes(
            (
                _ASB_FIRST | _sum(first),
                _ASB_CUTTER if self.cutter_error else 0,
                self.paper_sensors[0],
                _ASB_FOURTH,
            )
        )

    def watched(self, mask: int) -> tuple[object, ...]:
        """Return what a host with this mask of GS a wants to hear changes of."""
        return (
            mask & ASB_ONLINE and (self.offline, self.cover_open),
            mask & ASB_ERROR and self.cutter_error,
            mask & ASB_PAPER and (self.near_end, self.paper_end),
            mask & ASB_KEYS and self.key_feeds,
        )


def _sum(bits: tuple[tuple[bool, int], ...]) -> int:
    return sum(bit for on, bit in bits if on)
