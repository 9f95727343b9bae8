"""Slip files: text, picture, and a record that comes last; numbers run on; the picture shows what is on the paper."""

import json
from pathlib import Path

import pytest
from PIL import Image

from emulator.escpos.firmware import EscposFirmware
from emulator.escpos.paper import PaperPath
from emulator.escpos.picture import drawn
from emulator.escpos.slip_files import SlipFiles
from support.receipts import FEED_AND_CUT, WIDE, ReceiptRig

pytestmark = pytest.mark.pure

EDGE = 112 // 2  # pixels from blade to head


def print_into(folder: Path, data: bytes) -> EscposFirmware:
    rig = ReceiptRig()
    rig.firmware = EscposFirmware(PaperPath(1000), WIDE, SlipFiles(folder), serial="UJI1")
    rig.line = rig.stream()
    rig.send(data)
    rig.finish()
    return rig.firmware


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def slip_picture(data: bytes) -> Image.Image:
    """Return a slip without its upper edge, which was past the head before anything was printed."""
    rig = ReceiptRig()
    rig.printed(data)
    picture = drawn(rig.outlet.slips[0])
    return picture.crop((0, EDGE, picture.width, picture.height))


def dark(picture: Image.Image, box: tuple[int, int, int, int]) -> bool:
    return picture.crop(box).getextrema()[0] < 128  # type: ignore[operator]


def test_a_slip_becomes_three_files(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "slips"
    print_into(folder, "KTP é\n".encode("cp437") + b"siap\n" + FEED_AND_CUT)
    assert names(folder) == ["000001.json", "000001.png", "000001.txt"]
    assert (folder / "000001.txt").read_text(encoding="utf-8") == "KTP é\nsiap\n"
    assert json.loads((folder / "000001.json").read_text()) == {
        "number": 1, "serial": "UJI1", "ending": "cut", "length_mm": 21.5, "lines": ["KTP é", "siap"],
        "picture": "000001.png",
    }  # fmt: skip
    with Image.open(folder / "000001.png") as picture:
        assert picture.size == ((576 + 64) // 2, 172 // 2)


def test_numbers_run_on_over_restarts(tmp_path: Path) -> None:
    print_into(tmp_path, b"satu\n" + FEED_AND_CUT)
    firmware = print_into(tmp_path, b"dua\n" + FEED_AND_CUT)
    assert firmware.made == 2
    assert (tmp_path / "000002.txt").read_text() == "dua\n"
    assert (tmp_path / "000001.txt").read_text() == "satu\n"


def test_a_slip_that_cannot_be_written_has_no_record(tmp_path: Path) -> None:
    (tmp_path / "000001.png").mkdir()
    with pytest.raises(OSError, match=r"000001\.png"):
        print_into(tmp_path, b"KTP\n" + FEED_AND_CUT)
    assert "000001.json" not in names(tmp_path)


def test_letters_are_drawn_where_they_stand() -> None:
    left = slip_picture(b"KTP\n")
    right = slip_picture(b"\x1ba\x02KTP\n")
    assert dark(left, (16, 0, 40, 12))
    assert not dark(left, (40, 0, 320, 12))
    assert dark(right, (280, 0, 304, 12))
    assert not dark(right, (0, 0, 280, 12))


def test_wide_reverse_and_underlined_letters_show() -> None:
    wide = slip_picture(b"\x1d!\x33KTP\n")
    assert dark(wide, (80, 0, 112, 48))
    plain, reverse = slip_picture(b"K K\n"), slip_picture(b"\x1dB\x01K K\n")
    gap = (23, 1, 27, 11)
    assert not dark(plain, gap)
    assert dark(reverse, gap)
    assert dark(slip_picture(b"\x1b-\x02K K\n"), (23, 10, 27, 12))


def test_upside_down_letters_stand_on_their_heads() -> None:
    plain, turned = slip_picture(b"\x1d!\x77L\n"), slip_picture(b"\x1b{\x01\x1d!\x77L\n")
    foot, head = (16, 60, 64, 96), (256, 0, 304, 36)
    assert (
        turned.crop((16, 0, 304, 96)).tobytes()
        == plain.crop((16, 0, 304, 96)).rotate(180).tobytes()
    )
    assert dark(plain, foot)
    assert dark(turned, head)


def test_dots_of_an_image_are_drawn() -> None:
    picture = slip_picture(b"\x1dv0\x00\x02\x00\x10\x00" + b"\xff\x00" * 16)
    assert dark(picture, (17, 1, 19, 7))
    assert not dark(picture, (21, 0, 40, 8))


def test_a_code_is_a_frame_with_its_text() -> None:
    picture = slip_picture(b"\x1dw\x02\x1dk\x02400638133393\x00")
    assert dark(picture, (16, 0, 18, 80))
    assert dark(picture, (16 + 94, 0, 16 + 96, 80))


def test_a_line_cut_in_two_is_drawn_on_both_pieces() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1d!\x77KTP\n\x1dV\x00")
    rig.finish()
    first = drawn(rig.outlet.slips[0])
    rig.printed(b"")
    second = drawn(rig.outlet.slips[1])
    above = (192 - 112) // 2
    assert first.height == EDGE + above
    whole = slip_picture(b"\x1d!\x77KTP\n")
    together = Image.new("L", (first.width, 96), 255)
    together.paste(first.crop((0, EDGE, first.width, first.height)), (0, 0))
    together.paste(second.crop((0, 0, second.width, 96 - above)), (0, above))
    assert together.tobytes() == whole.crop((0, 0, whole.width, 96)).tobytes()


def test_of_a_very_long_slip_the_picture_shows_the_end() -> None:
    rig = ReceiptRig()
    rig.printed(b"\x1bd\xff" * 2 + b"\x1d!\x77K\n")
    picture = drawn(rig.outlet.slips[0])
    assert picture.size == (320, 4000)
    assert dark(picture, (16, 4000 - 56 - 96, 64, 4000 - 56))
