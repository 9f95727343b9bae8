"""The byte stream of one job, laid out as the vendor's own host lays it out: one or two sides, stripe, ribbon.

Part one claims the printer, feeds (`Ss`), downloads the planes and ends with `Se`; part two, sent while the card is
printing, is executed only when the card is done and drops the claim. A second side is a second face block that begins
with the flip (`Sv`). Which header commands firmware needs is not known, so all are sent, in the captured order; with
five full planes and a ten-digit time both parts of a simplex YMCKO job have 2 140 359 bytes, as captured. Marks such as
`<CARD>` stand between the commands as they are; firmware skips them.

The stripe is written before the first face: format and data of each track, then `Smw` [GUESS: the vendor's host puts
the data between the same marks, whether it asks for the writing there has not been seen].
"""

import re
from dataclasses import dataclass

from drivers.card import MagneticTracks, Ribbon
from drivers.evolis.codec import bitmap, command
from drivers.evolis.raster import Plane, Planes

RIBBON_CODES = {Ribbon.YMCKO: 0, Ribbon.KO: 1, Ribbon.YMCKOK: 4, Ribbon.K: 100}
DYE_ON_FRONT = frozenset({Ribbon.YMCKO, Ribbon.YMCKOK})
DYE_BOTH_SIDES = frozenset({Ribbon.YMCKO})
CONTRAST_NEUTRAL = 10  # of 1 to 20
NO_TRACKS = MagneticTracks()

_LEVELS = re.compile(rb"\x1bDb;[ymc];(\d+);")
_RIBBON = re.compile(rb"\x1bPr;(\d+);t\r")
_DUPLEX_MARK = b"<DOC Duplex=1>"
_STRIPE = b"\x1bDm;"
_HEADER_BYTES_MAX = 2048  # all that stands before the first plane is shorter


@dataclass(frozen=True, slots=True)
class Needs:
    """What a job needs of the printer, as its own header says it.

    Attributes:
        ribbon_code: the number the ribbon's tag must show as its type.
        levels: of its dye planes, None if it has none before the flip.
        duplex: it turns the card.
        magnetic: it writes a stripe.
    """

    ribbon_code: int
    levels: int | None
    duplex: bool
    magnetic: bool


def _stream(text: str) -> bytes:
    """Write words as commands, marks in angle brackets as they are; `~` in a mark is its space."""
    pieces: list[bytes] = []
    for word in text.split():
        mark = word.startswith("<")
        pieces.append(word.replace("~", " ").encode("ascii") if mark else command(word))
    return b"".join(pieces)


_LEVELLING = _stream(
    " ".join(f"{verb};{CONTRAST_NEUTRAL}" for verb in
             ("Pc;a;=", "Pl;a;=", "Pc;k;=", "Pc;o;=", "Pc;l;=", "Pc;f;=", "Pl;f;="))
)  # fmt: skip
_FACE_BEGIN = "Psync;9;1 <FACE> Psync;9;0"
_FRONT_BEGIN = _stream(f"{_FACE_BEGIN} Sr") + _LEVELLING
_BACK_BEGIN = _stream(f"{_FACE_BEGIN} Sv") + _LEVELLING
_FACE_END = _stream("Psync;10;1 </FACE> Psync;10;0")
_EJECT = _stream("Se")
_CARD_END = _stream("Psync;6;1 </CARD> Psync;6;0 Psync;4;1 </DOC> Psync;4;0")

PART_TWO = _stream("Pcla;0 Psync;11;1 <END> Psync;11;0")


def opening(unix_time_s: int) -> bytes:
    """Return the first commands of part one, which carry the host's time; no card moves by them."""
    return _stream(f"Psync;1;0 <HEADER> Psmgr;1 Ppws;{unix_time_s}")


def body(
    front: Planes, back: Planes | None = None, *, ribbon: Ribbon = Ribbon.YMCKO,
    tracks: MagneticTracks = NO_TRACKS, eject: bool = True,
) -> bytes:  # fmt: skip
    """Return part one after its opening: claim, feed, stripe, sides, eject; or without the eject, for a measurement."""
    pieces = _before_planes(front, ribbon, tracks, duplex=back is not None)
    pieces += [*_planes(front), _FACE_END]
    if back is not None:
        ink = _ink(back) if ribbon in DYE_BOTH_SIDES else []
        pieces += [_BACK_BEGIN, *ink, *_planes(back), _FACE_END]
    return b"".join((*pieces, _EJECT if eject else b"", _CARD_END))


def half_body(planes: Planes) -> bytes:
    """Return part one up to the end of its first dye plane, for a measurement: a job that is not all here."""
    assert len(planes.colour) > 1, "half a job needs a second plane that is missing"
    _mark, first, *_rest = _binary(planes.colour)
    begin = _before_planes(planes, Ribbon.YMCKO, NO_TRACKS, duplex=False)
    return b"".join((*begin, _mark, first))


def needs(job_data: bytes) -> Needs:
    """Read in a job's header what it needs of the printer."""
    head = job_data[:_HEADER_BYTES_MAX]
    ribbon, levels = _RIBBON.search(head), _LEVELS.search(head)
    assert ribbon, "a job names its ribbon"
    return Needs(
        int(ribbon[1]), int(levels[1]) if levels else None, _DUPLEX_MARK in head, _STRIPE in head
    )


def _before_planes(
    front: Planes, ribbon: Ribbon, tracks: MagneticTracks, *, duplex: bool
) -> list[bytes]:
    ink = _ink(front) if ribbon in DYE_ON_FRONT else []
    return [_header(ribbon, duplex=duplex), *_stripe(tracks), _FRONT_BEGIN, *ink]


def _header(ribbon: Ribbon, *, duplex: bool) -> bytes:
    code = RIBBON_CODES[ribbon]
    return _stream(
        f"Pcla;1 Ppmode;0 Pr;{code};t Pwres;300;300;{code} Psk;10 Piqla;a;d Pmc;h Peoic;k;D "
        "Psync;2 </HEADER> "
        "Psync;12;1 <OPTION~Dpi=300x300> Psync;13;0 </OPTION> "
        f"Psync;3;1 <DOC~Duplex={int(duplex)}> Psync;3;0 Psync;5;1 <CARD> Psync;5;0 "
        "Ss Mr;s"
    )


def _stripe(tracks: MagneticTracks) -> list[bytes]:
    """Return format and data of the tracks to write, then the writing; nothing where there is none."""
    written = tracks.written()
    if not written:
        return []
    data = [command("Dm", number, text) for number, text in written]
    formats = [command("Pmt", number, number) for number, _ in written]  # ISO1, ISO2, ISO3
    mark = f"<MAG Size={sum(map(len, data))}>".encode("ascii")
    around = command("Psync", 7, 1), command("Psync", 7, 0)
    return [*formats, around[0], mark, *data, b"</MAG>", around[1], command("Smw")]


def _ink(planes: Planes) -> list[bytes]:
    return [command("Pida", planes.uncoloured_percent, *planes.means)]


def _planes(planes: Planes) -> list[bytes]:
    pieces = _binary(planes.colour) if planes.colour else []
    for plane in planes.mono:
        pieces += _binary((plane,))
    return pieces


def _binary(planes: tuple[Plane, ...]) -> list[bytes]:
    """Return the downloads of some planes between one pair of marks, which names their size."""
    downloads = [bitmap(plane.panel, plane.levels, plane.data) for plane in planes]
    size = sum(map(len, downloads))
    return [f"<BINARY Size={size}>".encode("ascii"), *downloads, b"</BINARY>"]
