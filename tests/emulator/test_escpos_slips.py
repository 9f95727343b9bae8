"""What is on the slip: columns, alignment, sizes, letters, feeds, images and codes, read back as text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.escpos.marks import Line, Run
from emulator.escpos.models import RECEIPT_MODELS
from emulator.escpos.slip import line_text
from support.receipts import NARROW, WIDE, ReceiptRig

pytestmark = pytest.mark.pure

LOW_SPACING = b"\x1b3\x18"


def slip(data: bytes, model: str = "receipt-80") -> str:
    return ReceiptRig(RECEIPT_MODELS[model]).printed(data)


def lines(data: bytes, model: str = "receipt-80") -> list[str]:
    return slip(data, model).splitlines()


def raster(columns: int, rows: int, scale: int = 0) -> bytes:
    row_bytes = columns // 8
    head = (
        b"\x1dv0" + bytes((scale,)) + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
    )
    return head + b"\xaa" * (row_bytes * rows)


def qr(text: bytes, size: int = 3) -> bytes:
    body = b"1P0" + text
    store = b"\x1d(k" + len(body).to_bytes(2, "little") + body
    return b"\x1d(k\x03\x001C" + bytes((size,)) + store + b"\x1d(k\x03\x001Q0"


@pytest.mark.parametrize(
    ("model", "columns"), [("receipt-80", 48), ("receipt-80-42", 42), ("receipt-58", 32)]
)
def test_a_line_is_wrapped_at_the_columns_of_the_paper(model: str, columns: int) -> None:
    assert RECEIPT_MODELS[model].columns == columns
    assert lines(b"0123456789" * 7 + b"\n", model)[0] == ("0123456789" * 7)[:columns]
    assert "".join(lines(b"0123456789" * 7 + b"\n", model)) == "0123456789" * 7


def test_a_full_line_is_printed_only_when_the_next_letter_comes() -> None:
    assert lines(b"x" * 48 + b"\n" + b"y\n") == ["x" * 48, "y"]
    assert lines(b"x" * 49 + b"\n" + b"y\n") == ["x" * 48, "x", "y"]


def test_the_small_font_has_more_columns() -> None:
    assert lines(b"\x1bM\x01" + b"x" * 65 + b"\n") == ["x" * 64, "x"]
    assert lines(b"\x1b!\x01" + b"x" * 43 + b"\n", "receipt-58") == ["x" * 42, "x"]


def test_alignment() -> None:
    assert lines(b"\x1ba\x01KTP\n\x1ba2KTP\n\x1ba0KTP\n") == [
        " " * 22 + "KTP",
        " " * 45 + "KTP",
        "KTP",
    ]


def test_alignment_changes_only_at_the_beginning_of_a_line() -> None:
    rig = ReceiptRig()
    assert rig.printed(b"KTP\x1ba\x01 siap\nya\n").splitlines() == ["KTP siap", "ya"]
    assert rig.remarks == ["? ESC a 01: only at the beginning of a line"]


def test_wide_letters_take_two_columns_and_are_read_as_one() -> None:
    assert lines(b"\x1d!\x10" + b"W" * 25 + b"\n") == ["W" * 24, "W"]
    assert lines(b"\x1ba\x01\x1b!\x30SIAP\x1b!\x00\n") == [" " * 20 + "SIAP"]
    assert lines(b"\x1d!\x77" + b"K" * 7 + b"\n") == ["K" * 6, "K"]


def test_margins_gaps_and_positions() -> None:
    assert lines(b"\x1dL\x18\x00ab\n") == ["  ab"]
    assert lines(b"\x1dW\x78\x00" + b"x" * 11 + b"\n") == ["x" * 10, "x"]
    assert lines(b"\x1b \x0c" + b"x" * 25 + b"\n") == ["x" * 24, "x"]
    assert lines(b"a\x1b$\x78\x00b\n") == ["a" + " " * 9 + "b"]
    assert lines(b"a\x1b\\\x0c\x00b\n") == ["a b"]
    assert lines(b"abc\x1b\\\xe8\xffX\n") == ["aXc"]


def test_what_is_printed_over_letters_hides_them() -> None:
    assert lines(b"salah\x1b$\x00\x00benar!\n") == ["benar!"]


def test_tabs_stand_at_every_eighth_column_or_where_they_are_set() -> None:
    assert lines(b"a\tb\tc\n") == ["a       b       c"]
    assert lines(b"\x1bD\x04\x14\x00a\tb\tc\td\n") == ["a   b               cd"]
    assert lines(b"\x1bD\x00a\tb\n") == ["ab"]


def test_initialise_undoes_settings_and_forgets_the_line() -> None:
    assert lines(b"\x1ba\x01\x1d!\x11\x1bt\x10hilang\x1b@KTP \x82\n") == ["KTP é"]


@pytest.mark.parametrize(
    ("page", "encoding", "text"),
    [
        (0, "cp437", "é½Ñ£"), (2, "cp850", "éÐã®"), (19, "cp858", "é€®"), (16, "cp1252", "é€Š“—"),
        (18, "cp852", "łČ"), (17, "cp866", "Ждя"), (40, "iso8859_15", "é€Š"), (47, "cp1253", "Ωλ"),
    ],
)  # fmt: skip
def test_code_pages(page: int, encoding: str, text: str) -> None:
    assert lines(b"\x1bt" + bytes((page,)) + text.encode(encoding) + b"\n") == [text]


def test_a_byte_without_a_letter_and_a_page_nobody_knows() -> None:
    assert lines(b"\x1bt\x10a\x81b\xa0c\n") == ["a\ufffdb c"]
    assert lines(b"\x1bt\x10\x1bt\xc8\x80\n") == ["€"]


def test_national_sets() -> None:
    assert lines(b"\x1bR\x02[\\]{|}~\n\x1bR\x03#\n\x1bR\x63#\n\x1bR\x00#~\n") == [
        "ÄÖÜäöüß", "£", "£", "#~",
    ]  # fmt: skip


def test_feeds_leave_empty_lines() -> None:
    assert lines(b"a\n\nb\n") == ["a", "", "b"]
    assert lines(b"a\x1bd\x03b\n") == ["a", "", "", "b"]
    assert lines(b"a\x1bJ\x5ab\n") == ["a", "", "", "b"]
    assert lines(b"a\x1bd\x00b\n") == ["a", "b"]
    assert lines(LOW_SPACING + b"a\nb\nc\n") == ["a", "b", "c"]
    assert lines(b"\x1b3\x3ca\nb\x1b2\n\nc\n") == ["a", "", "b", "", "c"]


def test_line_spacing_in_parts_of_an_inch_moves_the_paper_that_far() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1bA\x3c\n\x1b+\xb4\n\x1b3\x0a\n")  # 1 inch, 1/2 inch, 10 dots
    rig.finish()
    assert rig.paper.hanging_dots - rig.paper.blade_dots == 203 + 102 + 10


def test_letters_higher_than_the_line_spacing_do_not_run_into_each_other() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1b3\x08\x1d!\x07tinggi\n")
    rig.finish()
    assert rig.paper.hanging_dots - rig.paper.blade_dots == 8 * 24


def test_images_of_three_kinds() -> None:
    stored = b"0p0\x01\x011\x80\x01\x78\x00" + b"\xaa" * (48 * 120)
    graphics = b"\x1d(L" + len(stored).to_bytes(2, "little") + stored + b"\x1d(L\x02\x0002"
    column = b"\x1b*!\x80\x01" + b"\xaa" * (384 * 3) + b"\n"
    assert lines(raster(384, 120)) == ["[gambar 384x120]"]
    assert lines(graphics) == ["[gambar 384x120]"]
    assert lines(b"\x1b3\x10" + column * 5) == ["[gambar 384x120]"]
    assert lines(b"\x1ba\x01" + raster(384, 120)) == [" " * 8 + "[gambar 384x120]"]


def test_images_are_magnified_and_cut_off_at_the_edge_of_the_paper() -> None:
    assert lines(raster(96, 10, 3)) == ["[gambar 192x20]"]
    assert lines(raster(800, 30)) == ["[gambar 576x30]"]
    assert lines(raster(800, 30), "receipt-58") == ["[gambar 384x30]"]
    assert lines(raster(2400, 30)) == ["[gambar 576x30]"]
    assert lines(b"\x1b*\x00\x10\x00" + b"\xff" * 16 + b"\n") == ["[gambar 32x24]"]
    assert lines(b"ke-\x1b*\x01\x10\x00" + b"\xff" * 16 + b"\n") == ["ke-[gambar 16x24]"]


@pytest.mark.parametrize("columns", [8, 104, 400, 1024, 1032])
def test_no_row_of_an_image_is_lost(columns: int) -> None:
    assert lines(raster(columns, 101)) == [f"[gambar {min(columns, 576)}x101]"]


def test_an_image_beyond_the_margin_is_a_feed() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1dL\xff\xff" + raster(96, 50))
    rig.finish()
    assert rig.paper.hanging.marks == ()
    assert rig.paper.hanging_dots - rig.paper.blade_dots == 50


def test_an_image_in_the_middle_of_a_line_is_left_out() -> None:
    assert lines(b"KTP" + raster(96, 10) + b" siap\n") == ["KTP siap"]


def test_two_images_with_paper_between_them_are_two() -> None:
    assert lines(raster(96, 10) + b"\x1bJ\x06" + raster(96, 10)) == ["[gambar 96x10]"] * 2


def test_a_qr_code_is_its_text() -> None:
    assert lines(qr(b"https://contoh.go.id/a?b=1")) == ["[QR: https://contoh.go.id/a?b=1]"]
    assert lines(qr("Café\n2".encode())) == ["[QR: Café\ufffd2]"]
    assert lines(b"\x1ba\x01" + qr(b"KTP", 8)) == [" " * 17 + "[QR: KTP]"]


def test_a_code_that_has_no_room_is_not_printed() -> None:
    rig = ReceiptRig(NARROW)
    assert rig.printed(qr(b"x" * 400, 8) + b"ya\n") == "ya\n"
    assert rig.remarks == ["? GS ( k 31 51: wider than the print area"]
    assert ReceiptRig().printed(qr(b"x" * 3000, 1) + b"ya\n") == "ya\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x02400638133393\x00", "[EAN13: 400638133393]"), (b"C\x0d4006381333931", "[EAN13: 4006381333931]"),
        (b"\x04KTP-1\x00", "[CODE39: KTP-1]"), (b"I\x07{BKTP-1", "[CODE128: KTP-1]"),
        (b"I\x06{C\x0c\x22\x00\x07", "[CODE128: 12340007]"), (b"I\x08{B{{a{A1", "[CODE128: {a1]"),
        (b"F\x0412ab", ""), (b"\x02xx\x00", ""), (b"O\x01a", ""),
    ],
)  # fmt: skip
def test_bar_codes_of_both_forms(data: bytes, text: str) -> None:
    assert lines(b"\x1dw\x02\x1dk" + data + b"ya\n") == [*([text] if text else []), "ya"]


def test_a_cut_in_the_middle_of_a_line_does_nothing() -> None:
    rig = ReceiptRig()
    rig.send(b"belum" + b"\n" * 5 + b"x\x1dV\x00")
    rig.finish()
    assert rig.outlet.slips == []
    assert rig.remarks == ["? GS V 00: only at the beginning of a line"]


def test_a_cut_without_a_feed_leaves_the_last_lines_to_the_next_slip() -> None:
    rig = ReceiptRig()
    rig.send(b"".join(b"baris %d\n" % n for n in range(1, 11)) + b"\x1dV\x00")
    rig.finish()
    first = rig.outlet.slips[0]
    kept = [f"baris {n}" for n in range(1, 7)]
    assert first.text.splitlines() == [*kept, "[baris terpotong]"]
    assert first.length_mm == pytest.approx(10 * 30 / 8, abs=0.1)
    rest = rig.printed(b"")
    assert rest.splitlines() == ["[baris terpotong]", "baris 8", "baris 9", "baris 10"]


@pytest.mark.parametrize(
    ("cut", "ending"),
    [
        (b"\x1dV\x00", "cut"), (b"\x1dV0", "cut"), (b"\x1dV\x01", "partial-cut"), (b"\x1dV1", "partial-cut"),
        (b"\x1dVA\x10", "cut"), (b"\x1dVB\x00", "partial-cut"), (b"\x1bi", "partial-cut"), (b"\x1bm", "partial-cut"),
    ],
)  # fmt: skip
def test_every_way_to_cut(cut: bytes, ending: str) -> None:
    rig = ReceiptRig()
    rig.send(b"KTP\n" + b"\x1bd\x06" + cut)
    rig.finish()
    (only,) = rig.outlet.slips
    assert (only.text, only.ending) == ("KTP\n", ending)


def test_nothing_is_printed_while_another_device_is_selected() -> None:
    assert lines(b"a\x1b=\x02hanya di layar\n\x1b@\x1b=\x01b\n") == ["ab"]


layouts = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"\n", b"\t", b"\x1ba\x01", b"\x1ba\x02", b"\x1bM\x01", b"\x1bM\x00", b"\x1d!\x11", b"\x1d!\x00",
                b"\x1d!\x70", b"\x1b!\x30", b"\x1b \x05", b"\x1dL\x40\x00", b"\x1dL\xff\xff", b"\x1dW\x10\x00",
                b"\x1b$\x00\x00", b"\x1b$\x00\x01", b"\x1b\\\xf0\xff", b"\x1bD\x03\x30\x00", b"\x1b@",
                raster(104, 3), b"\x1b*!\x20\x00" + bytes(96), qr(b"KTP"), b"\x1dw\x02\x1dk\x04KTP\x00",
                b"\x1b{\x01", b"\x1d!\x01",
            ]
        ),
        st.text("abc KTP", max_size=60).map(str.encode),
    ),
    max_size=30,
).map(b"".join)  # fmt: skip


@given(layouts, st.sampled_from(sorted(RECEIPT_MODELS)))
@settings(max_examples=150)
def test_nothing_ever_stands_outside_of_the_paper(data: bytes, key: str) -> None:
    model = RECEIPT_MODELS[key]
    rig = ReceiptRig(model)
    rig.send(data + b"\n")
    rig.finish()
    for mark in rig.paper.hanging.marks:
        assert min(item.left_dots for item in mark.line.items) >= 0
        assert mark.line.right_dots <= model.paper_dots
        runs = tuple(item for item in mark.line.items if isinstance(item, Run))
        cell = min((run.style.cell_width_dots for run in runs), default=12)
        assert len(line_text(Line(runs))) <= model.paper_dots // cell


@given(st.text(st.characters(codec="cp1252", categories=["L", "N", "P", "Zs"]), max_size=200))
def test_plain_text_comes_out_as_it_went_in(text: str) -> None:
    text = text.replace("\xa0", " ")
    found = ReceiptRig().printed(b"\x1bt\x10" + text.encode("cp1252") + b"\n")
    wrapped = [text[at : at + WIDE.columns].rstrip() for at in range(0, len(text), WIDE.columns)]
    assert found.split("\n") == [
        *"\n".join(wrapped).strip("\n").split("\n"),
        *([""] if found else []),
    ]
