"""The Magicard codec and raster: the sheet's own vectors, laws, and nothing but ProtocolError out of noise."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card import CardFace
from drivers.errors import ProtocolError
from drivers.magicard.codec import STATUS_REQUEST, Info, parse_status, reply_whole
from drivers.magicard.page import needs_of, stamped
from drivers.magicard.raster import (
    COLOUR_BYTES,
    IMAGE_DOTS,
    LINES,
    PLACES,
    RESIN_BYTES,
    ROWS_LOST,
    colour_plane,
    planes_of,
    resin_plane,
)
from support.printer_faces import blank_face, drawn_face, random_face

pytestmark = pytest.mark.pure

# (y, byte, mask) from docs/protocols/magicard.md, section 4, for dots of the image.
VECTORS = [
    (15, 27, 0x02), (16, 28, 0x80), (287, 95, 0x02), (288, 0, 0x40), (289, 0, 0x10), (303, 3, 0x01), (656, 92, 0x40),
]  # fmt: skip
FIELDS = "2,Enduro,0,EMU0000001,H,B,1.29,0,0,41,41,205,1,5,3,500,50,50,50,0,0,TAG,300,12,LC1,64,64,64,0,0,0,0,0,0,0"


def status(text: str = FIELDS) -> bytes:
    return b"\x01STA$$" + text.encode("latin-1") + b",\x03"


@pytest.mark.parametrize(("y", "byte", "mask"), VECTORS)
def test_a_dot_is_where_the_sheet_has_it(y: int, byte: int, mask: int) -> None:
    place = int(PLACES[y - 15])
    assert (place // 8, 0x80 >> place % 8) == (byte, mask)
    resin = np.zeros((IMAGE_DOTS, LINES), np.bool_)
    resin[y - 15, 3] = True
    plane = resin_plane(resin)
    assert plane[96 * 3 + byte] == mask
    assert sum(plane) == mask


def test_the_sheets_worked_example() -> None:
    shades = np.zeros((IMAGE_DOTS, LINES), np.uint8)
    shades[0, 0], shades[IMAGE_DOTS - 1, 0] = 42, 63
    plane = colour_plane(shades)
    assert {at: value for at, value in enumerate(plane) if value} == (
        dict.fromkeys((123, 315, 507), 0x02) | dict.fromkeys((92, 188, 284, 380, 476, 572), 0x40)
    )


def test_the_sheets_real_line() -> None:
    """Cyan, line 500, lowest bits: every dot from one edge of a stretch to the other is odd."""
    row = (
        bytes(27)
        + b"\x02"
        + b"\xaa" * 30
        + b"\x80"
        + bytes(2)
        + b"\x05"
        + b"\x55" * 6
        + b"\x40"
        + bytes(27)
    )
    bits = np.unpackbits(np.frombuffer(row, np.uint8))
    shades = np.zeros((IMAGE_DOTS, LINES), np.uint8)
    shades[:, 500] = bits[PLACES]
    plane = colour_plane(shades)
    assert plane[500 * 576 : 500 * 576 + 96] == row


def test_sizes_and_the_rows_that_are_lost() -> None:
    face = random_face(3)
    planes = dict(planes_of(face).planes)
    assert {letter: len(data) for letter, data in planes.items()} == {
        "B": COLOUR_BYTES, "G": COLOUR_BYTES, "R": COLOUR_BYTES, "K": RESIN_BYTES,
    }  # fmt: skip
    assert (COLOUR_BYTES, RESIN_BYTES, ROWS_LOST) == (585_216, 97_536, 3)
    edges = blank_face()
    edges.colour[:ROWS_LOST] = edges.colour[-ROWS_LOST:] = 0
    assert planes_of(edges) == planes_of(blank_face())


def test_a_blank_side_carries_one_blank_resin_plane() -> None:
    assert planes_of(blank_face()).planes == (("K", bytes(RESIN_BYTES)),)


@given(st.integers(0, 2**32 - 1))
def test_every_shade_and_dot_can_be_read_back(seed: int) -> None:
    random = np.random.default_rng(seed)
    shades = random.integers(0, 64, (IMAGE_DOTS, LINES), np.uint8)
    bits = np.unpackbits(np.frombuffer(colour_plane(shades), np.uint8)).reshape(LINES, 6, 768)
    found = sum(bits[:, row, :].astype(np.uint8) << row for row in range(6))
    assert (shades == np.asarray(found)[:, PLACES].T).all()
    assert int(np.asarray(found).sum()) == int(shades.sum())  # nothing beside the image


def test_ink_is_rounded_to_sixty_three_steps() -> None:
    face = blank_face()
    face.colour[:, :, 2] = np.arange(LINES, dtype=np.uint8)[None, :]
    bits = np.unpackbits(np.frombuffer(dict(planes_of(face).planes)["B"], np.uint8))
    first = bits.reshape(LINES, 6, 768)[:, :, PLACES[0]]
    shades = (first << np.arange(6)).sum(axis=1)
    assert [int(v) for v in shades[:256]] == [round((255 - b) * 63 / 255) for b in range(256)]


def test_dye_lies_under_resin_only_where_it_is_asked_for() -> None:
    face = random_face(6)
    bare, under = (
        dict(planes_of(CardFace(face.colour, face.resin, underlay=underlay)).planes)["B"]
        for underlay in (False, True)
    )
    assert bare != under
    resin = dict(planes_of(face).planes)["K"]
    first = np.frombuffer(bare, np.uint8).reshape(LINES, 6, 96)[:, 0]
    assert not (first & np.frombuffer(resin, np.uint8).reshape(LINES, 96)).any()


def test_a_status_is_read_by_the_place_of_its_fields() -> None:
    info = parse_status(status())
    assert info == Info(
        model_bits=2, model_name="Enduro", head_type=0, serial="EMU0000001", firmware="1.29",
        cards_printed=41, panels_printed=205, cards_since_cleaning=3, cards_between_cleanings=500,
        error=(0, 0), film_shots=300, film_shots_used=12, film_name="LC1",
    )  # fmt: skip
    assert STATUS_REQUEST == b"\x01\x2cREQ,INF\x2c\x1c\x03"


def test_newer_firmware_may_say_more() -> None:
    assert parse_status(status(FIELDS + ",9,new")) == parse_status(status())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x03", b"\x01STA$$\x03", status()[:-1], status(FIELDS.replace("41", "many")),
        status(FIELDS.replace("Enduro", "End\x07uro")), status("2,Enduro"), b"\x01STA$$" + b"1," * 200 + b"\x03",
    ],
)  # fmt: skip
def test_what_is_no_status_is_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_status(data)


@given(st.binary(max_size=400))
def test_noise_ends_in_an_answer_or_a_protocol_error(data: bytes) -> None:
    for end in range(len(data) + 1):
        with contextlib.suppress(ProtocolError):
            reply_whole(data[:end])
    with contextlib.suppress(ProtocolError):
        parse_status(data)


def test_only_the_time_of_a_job_is_set_at_the_last_moment() -> None:
    from drivers.card import CardDesign
    from drivers.magicard.driver import MagicardDriver

    data = MagicardDriver().encode(CardDesign(drawn_face())).job_data
    pages = stamped(data, 0x66000000)
    assert b",TDT66000000," in pages
    assert pages.replace(b"TDT66000000", b"TDT00000000") == data.partition(b"\n")[2]
    assert needs_of(data).panels == 5


def test_the_minimal_job_has_the_sheets_size() -> None:
    from drivers.card import CardDesign
    from drivers.magicard.driver import MagicardDriver

    face = CardFace(random_face(1).colour, random_face(1).resin)
    pages = stamped(MagicardDriver().encode(CardDesign(face)).job_data, 0x66000000)
    assert len(pages) == 1_853_424
    header = pages[66 : pages.index(b"\x1c")]
    assert header.decode() == (
        "NOC1,VER1.0,LANENG,TDT66000000,KGE2,DPXOFF,PAG1,IMFBGRK,XCO0,YCO0,WID1016,HGT642,OVRON,NNNOFF,USFOFF,"
        "PCT0,0,1015,641,ICC0,SZB585216,SZG585216,SZR585216,SZK97536"
    )
