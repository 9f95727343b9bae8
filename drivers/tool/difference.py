"""Where two runs of bytes differ: a recording's and today's."""

from dataclasses import dataclass

HEAD_BYTES = 16  # shown from the first difference on, of both


@dataclass(frozen=True, slots=True)
class Difference:
    """One frame that is not what was recorded.

    Attributes:
        line: the trace's line, counted from 1.
        what: which script, and which way the frame goes.
        offset: the first byte that differs.
        count: how many differ; bytes that only one side has count too.
        recorded_hex, now_hex: some bytes from `offset` on.
    """

    line: int
    what: str
    offset: int
    count: int
    recorded_hex: str
    now_hex: str


def difference(line: int, what: str, recorded: bytes, now: bytes) -> Difference | None:
    """Compare two frames; None: they are equal."""
    if recorded == now:
        return None
    pairs = zip(recorded, now, strict=False)
    places = [place for place, (one, other) in enumerate(pairs) if one != other]
    common = min(len(recorded), len(now))
    offset = places[0] if places else common
    count = len(places) + max(len(recorded), len(now)) - common
    end = offset + HEAD_BYTES
    return Difference(line, what, offset, count, recorded[offset:end].hex(), now[offset:end].hex())
