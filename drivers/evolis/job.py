"""The byte stream of one simplex YMCKO job, laid out as the vendor's own host lays it out.

Part one claims the printer, feeds (`Ss`), downloads the planes and ends with `Se`; part two, sent while the card is
printing, is executed only when the card is done and drops the claim. Which header commands firmware needs is not known,
so all are sent, in the captured order; with five full planes and a ten-digit time both parts have 2 140 359 bytes, as
captured. Marks such as `<CARD>` stand between the commands as they are; firmware skips them.
"""

import re

from drivers.evolis.codec import bitmap, command
from drivers.evolis.raster import Plane, Planes

RIBBON_YMCKO = 0
CONTRAST_NEUTRAL = 10  # of 1 to 20

_LEVELS = re.compile(rb"\x1bDb;[ymc];(\d+);")
_HEADER_BYTES_MAX = 2048  # all that stands before the first plane is shorter


def _stream(text: str) -> bytes:
    """Write words as commands, marks in angle brackets as they are; `~` in a mark is its space."""
    pieces: list[bytes] = []
    for word in text.split():
        mark = word.startswith("<")
        pieces.append(word.replace("~", " ").encode("ascii") if mark else command(word))
    return b"".join(pieces)


_HEADER = _stream(
    f"Pcla;1 Ppmode;0 Pr;{RIBBON_YMCKO};t Pwres;300;300;{RIBBON_YMCKO} Psk;10 Piqla;a;d Pmc;h Peoic;k;D "
    "Psync;2 </HEADER> "
    "Psync;12;1 <OPTION~Dpi=300x300> Psync;13;0 </OPTION> "
    "Psync;3;1 <DOC~Duplex=0> Psync;3;0 Psync;5;1 <CARD> Psync;5;0 "
    "Ss Mr;s Psync;9;1 <FACE> Psync;9;0 Sr"
)
_LEVELLING = _stream(
    " ".join(f"{verb};{CONTRAST_NEUTRAL}" for verb in
             ("Pc;a;=", "Pl;a;=", "Pc;k;=", "Pc;o;=", "Pc;l;=", "Pc;f;=", "Pl;f;="))
)  # fmt: skip
_FACE_END = "Psync;10;1 </FACE> Psync;10;0"
_CARD_END = "Psync;6;1 </CARD> Psync;6;0 Psync;4;1 </DOC> Psync;4;0"
_FOOTER = _stream(f"{_FACE_END} Se {_CARD_END}")
_FOOTER_KEEPING = _stream(f"{_FACE_END} {_CARD_END}")

PART_TWO = _stream("Pcla;0 Psync;11;1 <END> Psync;11;0")


def opening(unix_time_s: int) -> bytes:
    """Return the first commands of part one, which carry the host's time; no card moves by them."""
    return _stream(f"Psync;1;0 <HEADER> Psmgr;1 Ppws;{unix_time_s}")


def body(planes: Planes, *, eject: bool = True) -> bytes:
    """Return part one after its opening: claim, feed, planes, eject; or without the eject, for a measurement."""
    pieces = _before_planes(planes)
    if planes.colour:
        pieces += _binary(planes.colour)
    for plane in planes.mono:
        pieces += _binary((plane,))
    return b"".join((*pieces, _FOOTER if eject else _FOOTER_KEEPING))


def half_body(planes: Planes) -> bytes:
    """Return part one up to the end of its first dye plane, for a measurement: a job that is not all here."""
    assert len(planes.colour) > 1, "half a job needs a second plane that is missing"
    _mark, first, *_rest = _binary(planes.colour)
    return b"".join((*_before_planes(planes), _mark, first))


def _before_planes(planes: Planes) -> list[bytes]:
    ink = ";".join(map(str, (planes.uncoloured_percent, *planes.means)))
    return [_HEADER, _LEVELLING, command(f"Pida;{ink}")]


def colour_levels(job_data: bytes) -> int | None:
    """Return the levels of a job's dye planes, None if it has none."""
    found = _LEVELS.search(job_data, 0, _HEADER_BYTES_MAX)
    return int(found[1]) if found else None


def _binary(planes: tuple[Plane, ...]) -> list[bytes]:
    """Return the downloads of some planes between one pair of marks, which names their size."""
    downloads = [bitmap(plane.panel, plane.levels, plane.data) for plane in planes]
    size = sum(map(len, downloads))
    return [f"<BINARY Size={size}>".encode("ascii"), *downloads, b"</BINARY>"]
