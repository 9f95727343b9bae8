"""The Enduro on real ports: TCP, USB through pyusb and USB/IP, a serial line."""

import os
import select
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import usb.core
import usb.util
from PIL import Image

from emulator.ports.pyusb_backend import open_backend
from support import magicard_job as job
from support.magicard_bench import MagicardBench, enduro
from support.magicard_rig import read_info

OUT, IN = 0x01, 0x82


def test_a_job_over_tcp_is_a_picture_and_the_counter_tells(tmp_path: Path) -> None:
    with enduro(tmp_path) as bench, bench.host() as host:
        before = host.info().printed
        host.send(job.simplex_job())
        bench.wait_cards(1)
        info = host.info()
        assert (info.printed, info.error, info.shots_left) == (before + 1, (0, 0), 299)
        picture = np.asarray(Image.open(bench.cards / "000001.front.png"))
        assert picture.shape == (648, 1016, 3)
        assert picture[8, 5].max() < 40  # the one dot of resin
        assert 150 < picture[300, 300].min() < 200  # a third of all dyes
        plane = np.asarray(Image.open(bench.cards / "000001.front.k.png"))
        assert np.argwhere(plane).tolist() == [[8, 5]]


def test_a_second_connection_is_answered_while_the_first_sends(tmp_path: Path) -> None:
    with enduro(tmp_path) as bench, bench.host() as sender, bench.host() as other:
        data = job.simplex_job()
        sender.send(data[:900_000])
        bench.wait_for(lambda: not bench.printer.firmware.at_rest)
        assert other.info().printed == 0
        other.send(job.mono_job())
        assert other.info().error == (0, 0)
        sender.send(data[900_000:])
        bench.wait_cards(1)
        bench.wait_for(lambda: bench.printer.firmware.at_rest)
        assert other.info().printed == 1


def test_a_power_cut_in_a_job_leaves_no_card_and_the_printer_comes_back(tmp_path: Path) -> None:
    with enduro(tmp_path) as bench:
        with bench.host() as host:
            host.send(job.simplex_job()[:-1])
            bench.wait_for(lambda: not bench.printer.firmware.at_rest)
            bench.change(bench.printer.firmware.power_off)
            with pytest.raises(ConnectionResetError):
                host.reply()
        bench.change(bench.printer.firmware.power_on)
        with bench.host() as host:
            assert host.info().printed == 0
            host.send(job.mono_job())
            bench.wait_cards(1)
            assert host.info().printed == 1


def test_noise_leaves_the_printer_up(tmp_path: Path) -> None:
    with enduro(tmp_path) as bench, bench.host() as host:
        host.send(bytes(range(256)) * 40_000, 65_536)
        host.send(job.page({"B": bytes(576_000)}))
        assert host.info().error == (0, 0)
        host.send(job.mono_job())
        bench.wait_cards(1)
        truth = bench.printer.firmware.truth(0.0)
        refused = [text for text in truth["commands"] if text.startswith("?")]
        assert "? token SZB is not 585216, the length of 1016 lines" in refused
        assert len(refused) < 10


@contextmanager
def opened(bench: MagicardBench) -> Iterator[usb.core.Device]:
    address = f"{bench.usb.address.host}:{bench.usb.address.port}"
    device = usb.core.find(backend=open_backend(address), idVendor=0x0C1F, idProduct=0x4800)
    assert device is not None
    device.set_configuration()
    try:
        yield device
    finally:
        usb.util.dispose_resources(device)


def test_a_job_over_usb(tmp_path: Path) -> None:
    with enduro(tmp_path) as bench, opened(bench) as device:
        assert (device.product, device.serial_number) == ("Enduro", "EMU0000001")
        data = job.duplex_pages()
        for page in data:
            device.write(OUT, page, 20_000)
        bench.wait_cards(1)
        device.write(OUT, job.ask("REQ,INF"))
        info = read_info(bytes(device.read(IN, 256, 5000)))
        assert info.printed == 1
        assert (bench.cards / "000001.back.png").exists()


def test_replies_of_a_stream_wait_for_the_host_on_usb(tmp_path: Path) -> None:
    with enduro(tmp_path) as bench, opened(bench) as device:
        device.write(OUT, job.ask("REQ,STA,TCQ", framing="B") + job.ask("REQ,ERR"))
        first = bytes(device.read(IN, 256, 5000))
        second = bytes(device.read(IN, 256, 5000))
        assert first == b"\x01STA,TCQ0,\x03"
        assert second == b"\x01STAPrinter status OK.\n00:00\n(c0300)\x03"


def test_a_job_over_a_serial_line(tmp_path: Path) -> None:
    with enduro(tmp_path) as bench:
        line = os.open(bench.serial, os.O_RDWR | os.O_NOCTTY)
        try:
            tty.setraw(line)
            data = memoryview(job.mono_job() + job.ask("REQ,INF"))
            while data:
                data = data[os.write(line, data[:4096]) :]
            reply = b""
            while not reply.endswith(b"\x03"):
                ready, _, _ = select.select([line], [], [], 20)
                assert ready
                reply += os.read(line, 256)
            assert read_info(reply).error == (0, 0)
            bench.wait_cards(1)
        finally:
            os.close(line)


def test_a_connection_that_dies_in_a_job_lets_the_next_one_print(tmp_path: Path) -> None:
    with enduro(tmp_path) as bench:
        with bench.host() as host:
            host.send(job.simplex_job()[:900_000])
            bench.wait_for(lambda: not bench.printer.firmware.at_rest)
        bench.wait_for(lambda: bench.printer.firmware.at_rest)
        with bench.host() as host:
            host.send(job.simplex_job())
            bench.wait_cards(1)
