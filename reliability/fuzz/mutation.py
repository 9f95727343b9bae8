"""Makes inputs of known good ones: bits turned, bytes gone, doubled, spliced, cut, numbers put to limits; and noise."""

import re
from collections.abc import Callable, Sequence
from random import Random

NOISE_BYTES_MAX = 300
PIECE_BYTES_MAX = 32
CHANGES_MAX = 4
NOISE_SHARE = 0.1
TELLING = (b"\x00", b"\xff", b"\r\n", b"\x1b", b'"', b"{", b"}", b"[", b",", b";", b"-1", b"1e999", b"\\ud800",
           b"null", b"9" * 40, b"\xed\xa0\x80", b"\xc3(")  # fmt: skip
NUMBERS = tuple(
    str(edge + by).encode() for edge in (0, 2**31, 2**32, 2**53, 2**63, 10**40) for by in (-1, 0, 1)
)
_DIGITS = re.compile(rb"[0-9]+")


class Mutator:
    """A seeded stream of inputs.

    Args:
        corpus: good inputs, at least one.
        chance: what everything is drawn from.
    """

    def __init__(self, corpus: Sequence[bytes], chance: Random) -> None:
        assert corpus
        self._corpus = corpus
        self._chance = chance
        self._changes: tuple[Callable[[bytearray], None], ...] = (
            self._turn_bit, self._set_byte, self._drop, self._repeat, self._splice, self._cut, self._insert,
            self._number,
        )  # fmt: skip

    def next(self) -> bytes:
        """Return the next input."""
        if self._chance.random() < NOISE_SHARE:
            return self._chance.randbytes(self._chance.randrange(NOISE_BYTES_MAX))
        data = bytearray(self._chance.choice(self._corpus))
        for _ in range(self._chance.randint(1, CHANGES_MAX)):
            if data:
                self._chance.choice(self._changes)(data)
        return bytes(data)

    def _place(self, data: bytearray) -> int:
        return self._chance.randrange(len(data))

    def _piece(self, data: bytearray) -> slice:
        first = self._place(data)
        return slice(first, first + self._chance.randint(1, PIECE_BYTES_MAX))

    def _turn_bit(self, data: bytearray) -> None:
        data[self._place(data)] ^= 1 << self._chance.randrange(8)

    def _set_byte(self, data: bytearray) -> None:
        data[self._place(data)] = self._chance.randrange(256)

    def _drop(self, data: bytearray) -> None:
        del data[self._piece(data)]

    def _repeat(self, data: bytearray) -> None:
        piece = data[self._piece(data)]
        place = self._place(data)
        data[place:place] = piece * self._chance.randint(1, 3)

    def _splice(self, data: bytearray) -> None:
        other = self._chance.choice(self._corpus)
        data[self._place(data) :] = other[self._chance.randrange(len(other) + 1) :]

    def _cut(self, data: bytearray) -> None:
        del data[self._place(data) :]

    def _insert(self, data: bytearray) -> None:
        place = self._place(data)
        data[place:place] = self._chance.choice(TELLING)

    def _number(self, data: bytearray) -> None:
        found = [match.span() for match in _DIGITS.finditer(data)]
        if found:
            first, end = self._chance.choice(found)
            data[first:end] = self._chance.choice(NUMBERS)
