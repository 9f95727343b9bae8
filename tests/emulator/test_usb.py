"""USB through pyusb, the backend and the USB/IP server: as a host on a real bus would find it."""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import usb.core
import usb.util

from emulator.ports import usbip_wire as wire
from emulator.ports.pyusb_backend import open_backend
from support import evolis_job as job
from support.emulated import Bench, Reply, emulated, read_answer

OUT, IN = 0x01, 0x82
CLAIM_BYTE = 8  # of a bare status: NUL, count, 10, configuration


def is_printer(device: Any) -> bool:
    return any(interface.bInterfaceClass == 7 for config in device for interface in config)


def found(bench: Bench, serial: str | None = None) -> Any:
    devices = usb.core.find(
        find_all=True,
        backend=open_backend(bench.usb_address),
        idVendor=0x0F49,
        custom_match=is_printer,
    )
    matching = [one for one in devices if serial is None or one.serial_number == serial]
    assert len(matching) <= 1
    return matching[0] if matching else None


@contextmanager
def opened(bench: Bench) -> Iterator[Any]:
    device = found(bench)
    device.set_configuration()
    try:
        yield device
    finally:
        usb.util.dispose_resources(device)


def ask(device: Any, text: str) -> Reply:
    device.write(OUT, b"\x1b" + text.encode() + b"\r")
    device.write(OUT, b"\x00")
    return read_answer(bytes(device.read(IN, 4096, 5000)))


def test_a_printer_is_found_by_vendor_class_and_serial(tmp_path: Path) -> None:
    with emulated(tmp_path, serial="UJI1") as bench:
        device = found(bench, "UJI1")
        assert device is not None
        assert (device.manufacturer, device.product) == ("Evolis", "Evolis Primacy 2")
        interface = device[0][(0, 0)]
        assert (interface.bInterfaceSubClass, interface.bInterfaceProtocol) == (1, 2)
        assert [(e.bEndpointAddress, e.bmAttributes, e.wMaxPacketSize) for e in interface] == [
            (OUT, 2, 512), (IN, 2, 512),
        ]  # fmt: skip
        assert device.speed == wire.SPEED_HIGH
        assert not device.is_kernel_driver_active(0)
        usb.util.dispose_resources(device)
        assert found(bench, "UJI2") is None


def test_a_bus_without_a_server_has_no_devices() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        backend = open_backend(f"127.0.0.1:{taken.getsockname()[1]}")
        assert usb.core.find(backend=backend) is None


def test_printer_class_requests(tmp_path: Path) -> None:
    with emulated(tmp_path, blanks=1) as bench, opened(bench) as device:
        identity = bytes(device.ctrl_transfer(0xA1, 0, 0, 0, 1024))
        assert int.from_bytes(identity[:2], "big") == len(identity)
        assert b"CLS:PRINTER;" in identity
        assert bytes(device.ctrl_transfer(0xA1, 1, 0, 0, 1)) == b"\x18"
        bench.control.do("empty-hopper")
        assert bytes(device.ctrl_transfer(0xA1, 1, 0, 0, 1)) == b"\x38"
        with pytest.raises(usb.core.USBError) as refused:
            device.ctrl_transfer(0xA1, 9, 0, 0, 1)
        assert refused.value.errno == errno.EPIPE
        assert device.get_active_configuration().bConfigurationValue == 1


def test_a_reply_stays_until_the_next_command(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, opened(bench) as device:
        assert read_answer(bytes(device.read(IN, 4096))).text == ""
        assert ask(device, "Psid;5;45").text == "OK"
        again = read_answer(bytes(device.read(IN, 4096)))
        assert (again.text, again.status.session) == ("OK", 5)
        device.write(OUT, b"\x1bRt")
        device.write(OUT, b"p\r")  # the stream goes on over writes
        assert read_answer(bytes(device.read(IN, 4096))).text == "Evolis Primacy 2"


def test_a_reply_longer_than_the_read_comes_in_pieces(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, opened(bench) as device:
        whole = bytes(device.read(IN, 4096)) if ask(device, "Rrt;all") else b""
        device.write(OUT, b"\x1bRrt;all\r")
        pieces = [bytes(device.read(IN, 64)) for _piece in range(-(-len(whole) // 64))]
        assert b"".join(pieces) == whole
        assert all(len(piece) == 64 for piece in pieces[:-1])


def test_a_whole_card_over_usb(tmp_path: Path) -> None:
    with emulated(tmp_path, speed=200.0) as bench, opened(bench) as device:
        data = job.simplex_job()
        for start in range(0, len(data), 262_144):
            chunk = data[start : start + 262_144]
            assert device.write(OUT, chunk, 5000) == len(chunk)
        assert read_answer(bytes(device.read(IN, 4096))).status.claimed
        device.write(OUT, job.END_OF_JOB)
        bench.control.do("wait-idle")
        status = read_answer(bytes(device.read(IN, 4096))).status
        assert (status.claimed, status.error) == (False, 0)
    assert (tmp_path / "000001.json").exists()


def test_a_motion_keeps_the_endpoint_silent_and_a_time_out_loses_nothing(tmp_path: Path) -> None:
    with emulated(tmp_path, speed=3.0) as bench, opened(bench) as device:
        device.write(OUT, b"\x1bSi\r")
        with pytest.raises(usb.core.USBTimeoutError) as late:
            device.read(IN, 4096, 20)
        assert late.value.errno == errno.ETIMEDOUT
        assert bytes(device.ctrl_transfer(0xA1, 1, 0, 0, 1)) == b"\x18"  # endpoint 0 still answers
        assert read_answer(bytes(device.read(IN, 4096, 5000))).text == "OK"


def test_a_read_may_wait_while_another_thread_writes(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, opened(bench) as device:
        bench.control.do("silence", answers=1)
        came: list[str] = []
        reader = threading.Thread(
            target=lambda: came.append(read_answer(bytes(device.read(IN, 4096, 5000))).text)
        )
        reader.start()
        device.write(OUT, b"\x1bRtp\r")
        bench.control.do("silence", answers=0)
        reader.join()
        assert came == ["Evolis Primacy 2"]


def test_a_stall_is_told_until_the_host_clears_it(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, opened(bench) as device:
        for endpoint, name in ((IN, "in"), (OUT, "out")):
            bench.control.do("stall", endpoint=name)
            for _try in range(2):
                with pytest.raises(usb.core.USBError) as stalled:
                    device.read(IN, 64) if endpoint == IN else device.write(OUT, b"\x00")
                assert stalled.value.errno == errno.EPIPE
            device.clear_halt(endpoint)
            assert ask(device, "Rfv").text == "1450"


def test_a_busy_printer_takes_and_gives_nothing_and_loses_nothing(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, opened(bench) as device:
        bench.control.do("busy")
        with pytest.raises(usb.core.USBTimeoutError):
            device.write(OUT, b"\x1bPsid;3;45\r", 20)
        bench.control.do("busy", on=False)
        assert read_answer(bytes(device.read(IN, 4096))).status.session == 0
        assert ask(device, "Psid;4;45").status.session == 4


@pytest.mark.parametrize("byte_count", [1, 5_000, 300_000, 2_000_000])
def test_unplugged_after_exactly_so_many_bytes(tmp_path: Path, byte_count: int) -> None:
    with emulated(tmp_path) as bench:
        with opened(bench) as device:
            bench.control.do("unplug-after", bytes=byte_count)
            with pytest.raises(usb.core.USBError) as gone:
                device.write(OUT, job.simplex_job(), 5000)
            assert gone.value.errno == errno.ENODEV
            with pytest.raises(usb.core.USBError) as still:
                device.read(IN, 64)
            assert still.value.errno == errno.ENODEV
        assert found(bench) is None
        before = bench.truth()["commands"]
        bench.control.do("replug")
        with opened(bench) as device:
            claimed = byte_count > 1_000  # the head of the job had come through
            assert read_answer(bytes(device.read(IN, 4096))).status.claimed == claimed
            # what was cut is still awaited: the stream belongs to the printer, not to the cable
            device.write(OUT, b"\x1bRtp\r")
            if byte_count > 5_000:
                assert bench.truth()["commands"] == before
            device.ctrl_transfer(0x21, 2, 0, 0, None)
            assert ask(device, "Rtp").text == "Evolis Primacy 2"


def test_a_replugged_printer_is_a_new_device_on_the_bus(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        first = found(bench).address
        bench.control.do("unplug")
        assert found(bench) is None
        bench.control.do("replug")
        assert found(bench).address != first


def test_one_process_shares_a_device_but_not_its_interface(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        backend = open_backend(bench.usb_address)
        first, second = (usb.core.find(backend=backend) for _handle in range(2))
        usb.util.claim_interface(first, 0)
        assert second.serial_number
        with pytest.raises(usb.core.USBError) as busy:
            usb.util.claim_interface(second, 0)
        assert busy.value.errno == errno.EBUSY
        usb.util.release_interface(first, 0)
        usb.util.claim_interface(second, 0)
        for device in (first, second):
            usb.util.dispose_resources(device)


def test_another_host_finds_the_device_taken(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, opened(bench):
        with pytest.raises(usb.core.USBError) as busy:
            usb.core.find(backend=open_backend(bench.usb_address))
        assert busy.value.errno == errno.EBUSY


def test_a_host_that_vanishes_leaves_the_device_to_the_next(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        for _host in range(3):
            host = attached(bench)
            host.sendall(wire.Submit(1, 1, wire.OUT, 1, 100).pack() + b"half")
            host.close()
        with opened(bench) as device:
            assert ask(device, "Rtp").text == "Evolis Primacy 2"


def attached(bench: Bench) -> socket.socket:
    host, port = bench.usb_address.split(":")
    connected = socket.create_connection((host, int(port)), 10)
    connected.sendall(wire.pack_op(wire.Op.REQ_IMPORT) + wire.pack_busid("1-1"))
    answer = connected.recv(8 + wire.DEVICE_BYTES, socket.MSG_WAITALL)
    assert len(answer) == 8 + 312
    assert answer[:8] == bytes.fromhex("0111 0003 00000000")
    return connected


def test_messages_lie_on_the_wire_as_the_kernel_documents_them(tmp_path: Path) -> None:
    """Literal bytes, so that server and backend can't be wrong together."""
    with emulated(tmp_path) as bench, attached(bench) as host:
        setup = bytes.fromhex("80 06 0001 0000 1200")
        host.sendall(
            bytes.fromhex("00000001 00000007 00010001 00000001 00000000")
            + bytes.fromhex("00000000 00000012 00000000 ffffffff 00000000")
            + setup
        )
        answer = host.recv(48 + 18, socket.MSG_WAITALL)
        head = "00000003 00000007 00000000 00000000 00000000 00000000 00000012 00000000"
        assert answer[:32] == bytes.fromhex(head)
        assert answer[48:60] == bytes.fromhex("12 01 0002 00 00 00 40 490f 020f")


def test_an_unlink_takes_back_what_is_pending_and_nothing_else(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, attached(bench) as host:
        bench.control.do("busy")
        host.sendall(wire.Submit(5, 1, wire.IN, 2, 512).pack() + wire.Unlink(6, 1, 5).pack())
        answer = wire.unpack_returned(host.recv(48, socket.MSG_WAITALL))
        assert (answer.code, answer.seqnum, answer.status) == (4, 6, wire.ECONNRESET)
        host.sendall(wire.Unlink(7, 1, 5).pack())
        late = wire.unpack_returned(host.recv(48, socket.MSG_WAITALL))
        assert (late.code, late.seqnum, late.status) == (4, 7, 0)


@pytest.mark.parametrize(
    "noise", [b"", b"\x00" * 8, b"\xff" * 400, wire.pack_op(wire.Op.REQ_IMPORT)]
)
def test_noise_on_the_bus_hurts_nobody(tmp_path: Path, noise: bytes) -> None:
    with emulated(tmp_path) as bench:
        host, port = bench.usb_address.split(":")
        with socket.create_connection((host, int(port)), 10) as stranger:
            stranger.sendall(noise)
        with attached(bench) as spoiled:
            spoiled.sendall(b"\xee" * 48)
            assert is_ended(spoiled)
        with opened(bench) as device:
            assert ask(device, "Rtp").text == "Evolis Primacy 2"


def is_ended(host: socket.socket) -> bool:
    try:
        return host.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_power_cut_empties_the_stream(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        with opened(bench) as device:
            device.write(OUT, b"\x1bDb;k;2;half a plane")
            bench.control.do("power-cut")
            with pytest.raises(usb.core.USBError) as gone:
                device.read(IN, 64)
            assert gone.value.errno == errno.ENODEV
        bench.control.do("power-on")
        with opened(bench) as device:
            assert ask(device, "Rtp").text == "Evolis Primacy 2"
