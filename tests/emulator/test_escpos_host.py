"""An independent host, python-escpos, against the emulator: on real sockets, USB/IP and a pseudo-terminal."""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from escpos.printer import Dummy, Network, Serial, Usb  # type: ignore[import-untyped]
from PIL import Image, ImageDraw

from emulator.escpos.engine import BUFFER_BYTES
from emulator.escpos.models import RECEIPT_MODELS
from emulator.escpos.parser import BAND_BYTES_MAX
from emulator.ports.pyusb_backend import UsbIpBackend, open_backend
from support.receipts import NARROW, Counter, ReceiptRig, receipt_printer

TIMEOUT_S = 5.0
PROFILES = {"receipt-80": "TM-T20II", "receipt-80-42": "TM-T88V", "receipt-58": "POS-5890"}


@contextmanager
def over_network(counter: Counter, profile: str = "TM-T20II") -> Iterator[Any]:
    host = Network("127.0.0.1", counter.port, timeout=TIMEOUT_S, profile=profile)
    host.open()
    try:
        yield host
    finally:
        host.close()


def oval() -> Image.Image:
    image = Image.new("1", (384, 120), 1)
    ImageDraw.Draw(image).ellipse((10, 10, 370, 110), outline=0, width=5)
    return image


def queue_slip(host: Any) -> None:
    """Print what a kiosk hands to somebody who waits."""
    host.hw("INIT")
    host.set(align="center", bold=True, double_width=True, double_height=True)
    host.textln("NOMOR ANTREAN")
    host.textln("A-017")
    host.set(align="center", bold=False, normal_textsize=True)
    host.textln("Kecamatan Sukamaju, loket 3")
    host.ln()
    host.set(align="left", underline=1)
    host.textln("Silakan menunggu panggilan petugas.")
    host.set(underline=0)
    host.textln("Please wait until your number is called.")
    host.set(align="center")
    host.qr("https://contoh.go.id/antrean/A-017", native=True, size=4)
    host.set(align="left")
    host.cut()


QUEUE_SLIP = """\
           NOMOR ANTREAN
                   A-017
          Kecamatan Sukamaju, loket 3

Silakan menunggu panggilan petugas.
Please wait until your number is called.
                   [QR: https://contoh.go.id/antrean/A-017]
"""


def shown(write: Any, model: str = "receipt-80") -> str:
    """Have a Dummy write a slip, and return what the printer makes of its bytes."""
    host = Dummy(profile=PROFILES[model])
    write(host)
    rig = ReceiptRig(RECEIPT_MODELS[model])
    rig.send(host.output)
    rig.finish()
    if not rig.outlet.slips:
        rig.order("tear")
    assert [remark for remark in rig.remarks if "GS f" not in remark] == []
    return rig.outlet.slips[0].text


def test_a_slip_means_what_the_host_meant() -> None:
    assert shown(queue_slip) == QUEUE_SLIP


@pytest.mark.parametrize(
    "text",
    [
        "Selamat datang di Dinas Kependudukan", "Nama: SITI RAHAYU CONTOH", "naïve café, £5 or €10",
        "“Kartu” siap…", "Ærø Łódź Žižek", "Ωμέγα", "Жду карту",
    ],
)  # fmt: skip
def test_words_come_out_whatever_code_pages_the_host_chooses(text: str) -> None:
    assert shown(lambda host: (host.textln(text), host.cut())) == text + "\n"


@pytest.mark.parametrize("model", sorted(PROFILES))
def test_the_columns_of_paper_and_profile_agree(model: str) -> None:
    columns = RECEIPT_MODELS[model].columns
    text = ("0123456789" * 7)[: columns + 1]

    def write(host: Any) -> None:
        assert host.profile.get_columns("a") == columns
        host.textln(text)
        host.print_and_feed(6)

    assert shown(write, model).splitlines() == [text[:columns], text[columns:]]


@pytest.mark.parametrize("impl", ["bitImageRaster", "graphics", "bitImageColumn"])
@pytest.mark.parametrize("center", [False, True])
def test_images(impl: str, *, center: bool) -> None:
    found = shown(lambda host: (host.image(oval(), impl=impl, center=center), host.cut()))
    assert found == f"[gambar {576 if center else 384}x120]\n"


def test_the_dots_of_an_image_arrive_the_same_by_each_way() -> None:
    ways = []
    for impl in ("bitImageRaster", "graphics", "bitImageColumn"):
        host = Dummy(profile="TM-T20II")
        host.image(oval(), impl=impl)
        rig = ReceiptRig()
        rig.send(host.output)
        rig.finish()
        items = [item for mark in rig.paper.hanging.marks for item in mark.line.items]
        ways.append(b"".join(row for item in items for row in item.rows))  # type: ignore[union-attr]
    assert ways[0] == ways[1] == ways[2]
    ink = Image.frombytes("1", (384, 120), ways[0])
    assert ink.getbbox() == (10, 10, 371, 111)


def test_bar_codes_of_both_functions(capsys: pytest.CaptureFixture[str]) -> None:
    def write(host: Any) -> None:
        host.barcode("4006381333931", "EAN13", function_type="A")
        host.barcode("4006381333931", "EAN13", function_type="B", align_ct=False)
        host.barcode("{BKTP-0001", "CODE128", 64, 2, function_type="B", pos="OFF")
        host.cut()

    found = [line.strip() for line in shown(write).splitlines() if line]
    assert found == ["[EAN13: 4006381333931]"] * 2 + ["[CODE128: KTP-0001]"]
    capsys.readouterr()


def test_tabs_spacing_and_sizes() -> None:
    def write(host: Any) -> None:
        host.control("HT", count=4, tab_size=10)
        host.text("a\tb\tc\n")
        host.line_spacing(60)
        host.textln("jauh")
        host.line_spacing()
        host.set(custom_size=True, width=4, height=3)
        host.textln("BESAR")
        host.set(normal_textsize=True, font="b")
        host.textln("kecil " * 10)
        host.cut("PART")

    assert shown(write).splitlines() == [
        "a         b         c", "jauh", "", "BESAR", ("kecil " * 10).rstrip(),
    ]  # fmt: skip


def test_line_display_drawer_and_panel_print_nothing() -> None:
    def write(host: Any) -> None:
        host.linedisplay("hanya di layar")
        host.cashdraw(2)
        host.panel_buttons(enable=False)
        host.buzzer()
        host.textln("KTP")
        host.cut()

    host = Dummy(profile="TM-T20II")
    write(host)
    rig = ReceiptRig()
    rig.send(host.output)
    rig.finish()
    assert rig.outlet.slips[0].text == "KTP\n"
    assert rig.truth["drawer_pulses"] == 1
    assert rig.remarks == ["? ESC B 02 04: without effect here"]


def test_over_a_real_socket(tmp_path: Path) -> None:
    with receipt_printer(tmp_path) as counter:
        with over_network(counter) as host:
            queue_slip(host)
        assert counter.slip(1) == QUEUE_SLIP
        with Image.open(counter.folder / "000001.png") as picture:
            assert picture.width == (576 + 64) // 2


def test_a_long_picture_flows_through_a_small_buffer(tmp_path: Path) -> None:
    with receipt_printer(tmp_path) as counter, over_network(counter) as host:
        host.image(Image.new("1", (384, 3000)))
        host.cut()
        assert counter.slip(1) == "[gambar 384x3000]\n"


def test_a_slip_sent_by_a_host_that_goes_away_is_printed(tmp_path: Path) -> None:
    with receipt_printer(tmp_path) as counter:
        data = b"KTP siap\n" * 2000 + b"\x1bd\x06\x1dV\x00"
        with socket.create_connection(("127.0.0.1", counter.port), TIMEOUT_S) as host:
            host.sendall(data)
        assert counter.slip(1).count("KTP siap\n") == 2000


def test_a_client_that_sends_noise_is_endured(tmp_path: Path) -> None:
    with receipt_printer(tmp_path) as counter:
        noise = random.Random(7).randbytes(300_000)
        with socket.create_connection(("127.0.0.1", counter.port), TIMEOUT_S) as host:
            host.sendall(noise)
            truth = counter.truth()
            assert truth["buffer_bytes"] <= BUFFER_BYTES + BAND_BYTES_MAX
            assert truth["powered"]
        counter.control.do("power-cut")
        counter.control.do("paper")
        made = counter.truth()["slips_made"]
        counter.control.do("power-on")
        with over_network(counter) as again:
            assert (again.is_online(), again.paper_status()) == (True, 2)
            again.textln("KTP")
            again.cut()
        assert counter.slip(made + 1) == "KTP\n"


def test_online_and_paper_in_each_state(tmp_path: Path) -> None:
    with receipt_printer(tmp_path) as counter, over_network(counter) as host:

        def seen() -> tuple[bool, int]:
            return host.is_online(), host.paper_status()

        assert seen() == (True, 2)
        counter.control.do("open-cover")
        assert seen() == (False, 2)
        assert host.query_status(b"\x10\x04\x02") == b"\x16"
        counter.control.do("close-cover")
        counter.control.do("paper", mm=4000)
        assert seen() == (True, 1)
        counter.control.do("paper", mm=20)
        assert seen() == (False, 0)
        counter.control.do("paper")
        counter.control.do("jam-cutter")
        assert seen() == (True, 2)
        host.textln("KTP")
        host.cut()
        assert any(counter.truth()["cutter_error"] for _ in range(10_000))
        assert seen() == (False, 2)
        assert host.query_status(b"\x10\x04\x03") == b"\x1a"
        counter.control.do("clear-cutter")
        assert seen() == (True, 2)
        assert counter.slip(1) == "KTP\n"


def test_an_answer_that_never_comes_is_a_time_out(tmp_path: Path) -> None:
    with receipt_printer(tmp_path) as counter:
        counter.control.do("silence", answers=1)
        host = Network("127.0.0.1", counter.port, timeout=0.2, profile="TM-T20II")
        host.open()
        with pytest.raises(TimeoutError):
            host.is_online()
        host.close()
        with over_network(counter) as again:
            assert again.is_online()


def test_the_line_dies_with_the_power(tmp_path: Path) -> None:
    with receipt_printer(tmp_path) as counter:
        with over_network(counter) as host:
            assert host.is_online()
            counter.control.do("power-cut")
            with pytest.raises(ConnectionError):
                host.is_online()
        counter.control.do("power-on")
        with over_network(counter) as host:
            assert host.is_online()


def test_over_usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The host resets the device as it opens it; a reset keeps the address, so there is nothing to do for it.
    monkeypatch.setattr(UsbIpBackend, "reset_device", lambda _backend, _handle: None)
    with receipt_printer(tmp_path) as counter:
        backend = open_backend(counter.usb_address)
        host = Usb(0x04B8, 0x0202, {"backend": backend}, profile="TM-T20II")
        host.open()
        try:
            assert (host.is_online(), host.paper_status()) == (True, 2)
            queue_slip(host)
            assert counter.slip(1) == QUEUE_SLIP
            counter.control.do("paper", mm=4000)
            assert host.paper_status() == 1
        finally:
            host.close()


def test_over_a_serial_line(tmp_path: Path) -> None:
    with receipt_printer(tmp_path, NARROW) as counter:
        host = Serial(counter.tty, timeout=TIMEOUT_S, profile="default")
        host.open()
        try:
            host.device.write(b"\x10\x04\x01")
            assert host.device.read(1) == b"\x12"
            host.textln("KTP siap diambil")
            host.cut()
            assert counter.slip(1) == "KTP siap diambil\n"
        finally:
            host.close()


def test_an_answer_on_a_serial_line_costs_the_host_its_whole_time_out(tmp_path: Path) -> None:
    """The host reads 16 bytes and gets one: it is right, and late."""
    with receipt_printer(tmp_path) as counter:
        host = Serial(counter.tty, timeout=0.2, profile="TM-T20II")
        host.open()
        try:
            assert (host.is_online(), host.paper_status()) == (True, 2)
        finally:
            host.close()
