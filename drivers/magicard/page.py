"""The byte stream of one job: a page for each side, each a header of tokens, planes with their trailers, an end.

    05 x 64   01 2C  token,token,...,token  1C   plane 1C letter 3A   ...   03

Letters then value, no space; the lengths of the planes come last. A page is written with everything but what only the
moment of printing knows: the job's time, eight hex digits of Unix seconds, stands as zeros until `stamped` sets it. The
printer is always told to make one card (NOC1): a copy made by itself would be a card nobody asked for.

The order of the tokens is that of the vendor's filter. The back's header has no VER, LAN, TDT [V], and the front says
what the back will have (BAC). Only tokens that the minimal job carries are sent (docs/protocols/magicard.md, 2 and 3).
"""

import re
from dataclasses import dataclass

from drivers.card import Ribbon
from drivers.magicard.codec import COLON, COMMA, END, LEAD, START
from drivers.magicard.raster import IMAGE_DOTS, LINES, Planes

LEAD_IN = b"\x05" * 64
FILM_NAMES = {Ribbon.YMCKO: "LC1", Ribbon.K: "LC3", Ribbon.KO: "LC6", Ribbon.YMCKOK: "LC8"}
ICC_NONE, ICC_GAMMA = 0, 1  # colour told to the firmware: as it is, or by its own gamma

_TIME_ZERO = b"TDT00000000"
_COLOURS = frozenset("BGR")
_WORDS = re.compile(rb"FILM=(\w+) HEAD=(\w+) PANELS=(\d+) DUPLEX=(\d)\n")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a job needs of the printer.

    Attributes:
        film_name: what the status must call the film.
        head_token: the token of the print head it was made for.
        panels: how many panels the card uses on both sides.
        duplex: it turns the card.
    """

    film_name: str
    head_token: str
    panels: int
    duplex: bool


def job(
    front: Planes, back: Planes | None, ribbon: Ribbon, head_token: str, *, raw_colour: bool
) -> bytes:
    """Return what a print request carries: a line that tells what the job needs, then its pages."""
    icc = ICC_NONE if raw_colour else ICC_GAMMA
    needs = Needs(
        FILM_NAMES[ribbon],
        head_token,
        front.panels + (back.panels if back else 0),
        back is not None,
    )
    pages = _page(_front_tokens(front, back, head_token, icc), front)
    if back is not None:
        pages += _page(_back_tokens(back, head_token, icc), back)
    return _line(needs) + pages


def needs_of(job_data: bytes) -> Needs:
    """Read the line before the pages."""
    found = _WORDS.match(job_data)
    assert found, "a job says what it needs"
    film, head, panels, duplex = (word.decode("ascii") for word in found.groups())
    return Needs(film, head, int(panels), duplex == "1")


def stamped(job_data: bytes, unix_time_s: int) -> bytes:
    """Return the pages with the job's time set; nothing else of them changes."""
    _, _, pages = job_data.partition(b"\n")
    return pages.replace(_TIME_ZERO, f"TDT{unix_time_s & 0xFFFFFFFF:08X}".encode("ascii"), 1)


def _line(needs: Needs) -> bytes:
    return (
        f"FILM={needs.film_name} HEAD={needs.head_token} PANELS={needs.panels} "
        f"DUPLEX={int(needs.duplex)}\n"
    ).encode("ascii")


def _page(tokens: list[str], planes: Planes) -> bytes:
    sizes = [f"SZ{letter}{len(data)}" for letter, data in planes.planes]
    header = START + COMMA + ",".join((*tokens, *sizes)).encode("ascii") + LEAD
    body = b"".join(data + LEAD + letter.encode("ascii") + COLON for letter, data in planes.planes)
    return LEAD_IN + header + body + END


def _front_tokens(front: Planes, back: Planes | None, head_token: str, icc: int) -> list[str]:
    sides = ["DPXOFF", "PAG1"] if back is None else ["DPXON", "PAG1", f"BAC{_contents(back)}"]
    begin = ["NOC1", "VER1.0", "LANENG", _TIME_ZERO.decode("ascii"), head_token]
    return [*begin, *sides, *_image_tokens(front, icc)]


def _back_tokens(back: Planes, head_token: str, icc: int) -> list[str]:
    return ["NOC1", head_token, "DPXON", "PAG2", *_image_tokens(back, icc)]


def _image_tokens(planes: Planes, icc: int) -> list[str]:
    colour = "BGR" if _COLOURS & set(planes.letters) else ""
    resin = "K" if "K" in planes.letters else ""
    overcoat = (
        ["OVRON", "NNNOFF", "USFOFF", f"PCT0,0,{LINES - 1},{IMAGE_DOTS - 1}"]
        if planes.overcoat
        else ["OVROFF"]
    )
    window = ["XCO0", "YCO0", f"WID{LINES}", f"HGT{IMAGE_DOTS}"]
    return [f"IMF{colour}{resin}", *window, *overcoat, f"ICC{icc}"]


def _contents(planes: Planes) -> str:
    """Return what a side has: C colour, K resin, O overcoat, in this order."""
    colour = "C" if _COLOURS & set(planes.letters) else ""
    resin = "K" if "K" in planes.letters else ""
    return colour + resin + ("O" if planes.overcoat else "")
