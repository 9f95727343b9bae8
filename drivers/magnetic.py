"""The magnetic stripe: what a track may hold (ISO/IEC 7811), and what a driver that reads stripes offers.

track   characters                         length without sentinels
1       space to underscore, 6 bits        76
2       digits and : ; < = >, 4 bits       37
3       digits and : ; < = >, 4 bits       104
"""

import string
from typing import Protocol, runtime_checkable

from drivers.card import MagneticTracks
from drivers.driver import Script
from drivers.errors import DesignNotPrintableError

_SIX_BITS = frozenset(map(chr, range(0x20, 0x60)))
_FOUR_BITS = frozenset(string.digits + ":;<=>")
RULES = {1: (_SIX_BITS, 76), 2: (_FOUR_BITS, 37), 3: (_FOUR_BITS, 104)}


@runtime_checkable
class MagneticReader(Protocol):
    """A driver that reads stripes."""

    def read_tracks_script(self) -> Script[MagneticTracks]:
        """Take a card in, read its tracks, and put it out again unprinted. A card moves, and the counter with it."""


def require_writable(tracks: MagneticTracks) -> None:
    """Refuse a track that its format can't hold; the sentence names track and rule, never the data.

    Raises:
        DesignNotPrintableError: too long, or a character outside the format.
    """
    for number, data in tracks.written():
        allowed, length_max = RULES[number]
        if len(data) > length_max:
            raise DesignNotPrintableError(
                f"magnetic track {number} takes {length_max} characters, {len(data)} were given; shorten them"
            )
        if not set(data) <= allowed:
            raise DesignNotPrintableError(
                f"magnetic track {number} was given a character that ISO 7811 has not in it; leave it out"
            )
