"""The USB transport: which device it takes and how it leaves it, packets and replies, and every errno as a type."""

from pathlib import Path

import pytest

from drivers import usb_device
from drivers.errors import (
    DeadlineError,
    DeviceBusyError,
    DriverNotFoundError,
    EndpointStalledError,
    LinkLostError,
    NotReachableError,
    PrinterError,
)
from drivers.transport import Deadline
from drivers.uri import UsbUri, parse_uri
from drivers.usb_bulk import READ_SLICE_S, WRITE_CHUNK_BYTES, UsbBulk
from support.printer_rig import emulated
from support.printer_usb import MemoryBus, MemoryDevice


def _soon() -> Deadline:
    return Deadline.after(10.0)


def _transport(monkeypatch: pytest.MonkeyPatch, uri: str, *devices: MemoryDevice) -> UsbBulk:
    bus = MemoryBus(*devices)
    monkeypatch.setattr(usb_device, "load_plugin", lambda _group, _name: bus.open)
    device = parse_uri(uri)
    assert isinstance(device, UsbUri)
    return UsbBulk(device, lambda _duration_s: None)


def _one(monkeypatch: pytest.MonkeyPatch, device: MemoryDevice) -> UsbBulk:
    return _transport(monkeypatch, "usb://0f49:*?via=memory:1", device)


def _reply(transport: UsbBulk, size: int = 1 << 14) -> bytes:
    reply = b""
    while chunk := transport.read(size, _soon()):
        reply += chunk
    return reply


@pytest.mark.parametrize(
    ("uri", "taken"),
    [
        ("usb://0f49:*?serial=S-2&via=memory:1", "S-2"),
        ("usb://0f49:0a01?via=memory:1", "S-3"),
        ("usb://1234:*?via=memory:1", "S-9"),
    ],
)
def test_vendor_product_and_serial_choose_the_device(
    monkeypatch: pytest.MonkeyPatch, uri: str, taken: str
) -> None:
    devices = [
        MemoryDevice(serial="S-1"),
        MemoryDevice(serial="S-2"),
        MemoryDevice(serial="S-3", product=0x0A01),
        MemoryDevice(serial="S-9", vendor=0x1234),
        MemoryDevice(serial="S-2", settings=((0, 0, 8, 80),)),  # a memory stick
    ]
    transport = _transport(monkeypatch, uri, *devices)
    transport.write(b"x", _soon())
    assert [device.serial for device in devices if device.written] == [taken]


def test_two_alike_are_not_guessed_between(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = _transport(
        monkeypatch, "usb://0f49:*?via=memory:1", MemoryDevice(serial="SECRET-1"), MemoryDevice()
    )
    with pytest.raises(NotReachableError, match="2 printers match") as caught:
        transport.finish_request(_soon())
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    "device",
    [
        MemoryDevice(serial="S-8"),
        MemoryDevice(serial=None),
        MemoryDevice(vendor=0x04A9),
        MemoryDevice(settings=((0, 0, 8, 80),)),
        MemoryDevice(settings=((0, 0, 7, 1),)),  # one-way: can't answer
    ],
)
def test_no_match_is_not_reachable(monkeypatch: pytest.MonkeyPatch, device: MemoryDevice) -> None:
    transport = _transport(monkeypatch, "usb://0f49:*?serial=S-1&via=memory:1", device)
    with pytest.raises(NotReachableError, match="no printer matches"):
        transport.finish_request(_soon())


def test_the_two_way_setting_of_the_printer_interface_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = MemoryDevice(settings=((0, 0, 8, 80), (1, 0, 7, 1), (1, 1, 7, 3), (1, 2, 7, 2)))
    transport = _one(monkeypatch, device)
    transport.write(b"x", _soon())
    assert device.calls[-2:] == ["claim 1", "setting 1.2"]


def test_the_kernels_driver_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    device = MemoryDevice(kernel_driver=True)
    transport = _one(monkeypatch, device)
    transport.write(b"x", _soon())
    transport.close()
    transport.close()
    assert device.calls == ["detach 0", "claim 0", "release 0", "attach 0", "close"]


def test_a_claim_that_fails_gives_the_kernels_driver_back(monkeypatch: pytest.MonkeyPatch) -> None:
    device = MemoryDevice(kernel_driver=True, claim_errno=16)
    with pytest.raises(DeviceBusyError):
        _one(monkeypatch, device).write(b"x", _soon())
    assert device.kernel_driver


def test_a_device_without_configuration_is_given_one_and_others_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for configured, calls in ((False, ["configure 1", "claim 0"]), (True, ["claim 0"])):
        device = MemoryDevice(configured=configured)
        _one(monkeypatch, device).write(b"x", _soon())
        assert device.calls == calls


def test_a_device_that_fails_to_tell_its_configuration_is_given_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = MemoryDevice(configuration_errno=19)
    with pytest.raises(NotReachableError):
        _one(monkeypatch, device).write(b"x", _soon())
    assert "configure 1" not in device.calls


@pytest.mark.parametrize(
    ("errno", "error", "hint"),
    [
        (13, NotReachableError, "60-ktp-printer.rules"),
        (16, DeviceBusyError, "another program"),
        (19, NotReachableError, "cable"),
        (5, NotReachableError, "cable"),
    ],
)
def test_what_opening_can_meet(
    monkeypatch: pytest.MonkeyPatch, errno: int, error: type[PrinterError], hint: str
) -> None:
    device = MemoryDevice(open_errno=errno)
    with pytest.raises(error, match=hint):
        _one(monkeypatch, device).finish_request(_soon())


def test_a_busy_device_is_waited_for_under_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel driver that was taken off for a try in vain is back, and nothing is reset."""
    device = MemoryDevice(busy_claims=3, kernel_driver=True)
    _one(monkeypatch, device).write(b"x", _soon())
    assert (device.written, device.busy_claims) == (b"x", 0)
    assert device.calls.count("attach 0") == 3
    assert not [call for call in device.calls if "reset" in call]


def test_a_device_that_stays_busy_is_given_up_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = [0.0]
    device = MemoryDevice(claim_errno=16)
    bus = MemoryBus(device)
    monkeypatch.setattr(usb_device, "load_plugin", lambda _group, _name: bus.open)
    uri = parse_uri("usb://0f49:*?via=memory:1")
    assert isinstance(uri, UsbUri)

    def sleep(duration_s: float) -> None:
        now_s[0] += duration_s

    with pytest.raises(DeviceBusyError):
        UsbBulk(uri, sleep).write(b"x", Deadline.after(2.0, lambda: now_s[0]))
    assert 1.8 < now_s[0] <= 2.0


@pytest.mark.parametrize(("port", "taken"), [("1-2", 0), ("1-1.4", 1)])
def test_two_alike_without_a_number_are_told_apart_by_their_ports(
    monkeypatch: pytest.MonkeyPatch, port: str, taken: int
) -> None:
    devices = [MemoryDevice(serial=None, ports=ports) for ports in ((2,), (1, 4), None)]
    _transport(monkeypatch, f"usb://0f49:*?port={port}&via=memory:1", *devices).write(b"x", _soon())
    assert [number for number, device in enumerate(devices) if device.written] == [taken]


def test_a_serial_that_may_not_be_read_names_the_udev_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = _transport(
        monkeypatch, "usb://0f49:*?serial=S-1&via=memory:1", MemoryDevice(open_errno=13)
    )
    with pytest.raises(NotReachableError, match="60-ktp-printer"):
        transport.finish_request(_soon())


@pytest.mark.parametrize(
    ("errno", "error"),
    [(19, LinkLostError), (5, LinkLostError), (110, DeadlineError), (32, EndpointStalledError)],
)
def test_what_writing_can_meet(
    monkeypatch: pytest.MonkeyPatch, errno: int, error: type[PrinterError]
) -> None:
    device = MemoryDevice(write_errno=errno)
    with pytest.raises(error):
        _one(monkeypatch, device).write(b"x", _soon())


@pytest.mark.parametrize(("errno", "error"), [(19, LinkLostError), (32, EndpointStalledError)])
def test_what_reading_can_meet(
    monkeypatch: pytest.MonkeyPatch, errno: int, error: type[PrinterError]
) -> None:
    device = MemoryDevice(packets=[errno, b"after"])
    transport = _one(monkeypatch, device)
    with pytest.raises(error):
        transport.read(100, _soon())
    if error is EndpointStalledError:
        assert device.calls[-2:] == ["clear halt 0x01", "clear halt 0x81"]
        assert _reply(transport) == b"after"


def test_a_job_goes_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    device, job = MemoryDevice(), bytes(range(256)) * 8_400
    _one(monkeypatch, device).write(job, _soon())
    assert device.written == job
    assert device.writes[:-1] == [WRITE_CHUNK_BYTES] * (len(job) // WRITE_CHUNK_BYTES)


def test_a_short_packet_ends_a_reply_once(monkeypatch: pytest.MonkeyPatch) -> None:
    device = MemoryDevice(packets=[b"first", b"second"])
    transport = _one(monkeypatch, device)
    assert [transport.read(100, _soon()) for _ in range(4)] == [b"first", b"", b"second", b""]


def test_a_reply_of_whole_packets_goes_on_until_an_empty_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = MemoryDevice(packets=[b"a" * 64, b"b" * 64, b""])
    assert _reply(_one(monkeypatch, device), size=64) == b"a" * 64 + b"b" * 64


def test_a_reader_of_less_than_a_packet_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    device = MemoryDevice(packets=[b"0123456789" * 3])
    assert _reply(_one(monkeypatch, device), size=7) == b"0123456789" * 3


def test_a_write_forgets_the_rest_of_an_old_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    device = MemoryDevice(packets=[b"old reply", b"new"])
    transport = _one(monkeypatch, device)
    assert transport.read(3, _soon()) == b"old"
    transport.write(b"x", _soon())
    assert _reply(transport) == b"new"


def test_reading_waits_in_slices_until_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 0.0

    def monotonic() -> float:
        nonlocal now_s
        now_s += 0.02
        return now_s

    device = MemoryDevice(packets=[110] * 3)
    transport = _one(monkeypatch, device)
    with pytest.raises(DeadlineError):
        transport.read(100, Deadline.after(1.0, monotonic))
    assert len(device.reads_ms) > 3
    assert max(device.reads_ms) <= READ_SLICE_S * 1000
    assert min(device.reads_ms) > 0  # zero would wait for ever


def test_an_expired_deadline_moves_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    device = MemoryDevice(packets=[b"x"])
    transport = _one(monkeypatch, device)
    for act in (transport.write, transport.read):
        with pytest.raises(DeadlineError):
            act(b"x" if act == transport.write else 1, Deadline.after(-1.0))  # type: ignore[arg-type]
    assert device.written == b""
    assert device.packets == [b"x"]


def test_a_backend_nobody_installed() -> None:
    with pytest.raises(DriverNotFoundError, match="nobody"):
        UsbBulk(UsbUri(0x0F49, via="nobody:1")).finish_request(_soon())


def test_a_bus_nobody_serves_has_no_printer() -> None:
    with pytest.raises(NotReachableError):
        UsbBulk(UsbUri(0x0F49, via="usbip:127.0.0.1:1")).finish_request(_soon())


def test_over_usb_ip(tmp_path: Path) -> None:
    with emulated("usb", tmp_path) as rig:
        uri = parse_uri(rig.uri)
        assert isinstance(uri, UsbUri)
        first, second = UsbBulk(uri), UsbBulk(uri)
        first.finish_request(_soon())
        with pytest.raises(DeviceBusyError):
            second.finish_request(_soon())
        rig.emulator.do("stall", endpoint="in")
        with pytest.raises(EndpointStalledError):
            first.read(1000, _soon())
        assert _reply(first).startswith(b"\x00\x00\x14\x10")
        rig.emulator.do("busy")
        with pytest.raises(DeadlineError):
            first.read(1000, Deadline.after(0.1))
        with pytest.raises(DeadlineError):
            first.write(b"\x1bRfv\r", Deadline.after(0.1))
        rig.emulator.do("busy", on=False)
        rig.emulator.do("unplug")
        with pytest.raises(LinkLostError):
            first.read(1000, _soon())
        first.close()
        second.close()
        wrong = UsbUri(uri.vendor, None, "another", uri.via)
        rig.emulator.do("replug")
        with pytest.raises(NotReachableError):
            UsbBulk(wrong).finish_request(_soon())


def test_libusb_is_asked_afresh_so_that_a_printer_plugged_in_later_is_seen() -> None:
    """One context of libusb for ever, without udev's events, would keep its first list of devices."""
    device = parse_uri("usb://0f49:*")
    assert isinstance(device, UsbUri)
    first, second = usb_device._backend(device), usb_device._backend(device)
    assert first is not None, "libusb-1.0 is not installed"
    assert first is not second


def test_without_a_printer_on_the_real_bus_the_error_says_what_to_do() -> None:
    device = parse_uri("usb://0f49:*?serial=NOBODY")
    assert isinstance(device, UsbUri)
    with pytest.raises(NotReachableError):
        UsbBulk(device).finish_request(_soon())
