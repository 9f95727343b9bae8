"""Device URIs: what they mean, and a sentence for each that means nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import UriError
from drivers.serial_port import SerialPort
from drivers.tcp_socket import TcpSocket
from drivers.transports import open_transport
from drivers.uri import DeviceUri, SerialUri, TcpUri, UsbLpUri, UsbUri, parse_uri
from drivers.usb_bulk import UsbBulk
from drivers.usb_lp import UsbLp

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("tcp://printer", TcpUri("printer", 9100)),
        ("tcp://127.0.0.1:4000", TcpUri("127.0.0.1", 4000)),
        ("tcp://[::1]:4000/", TcpUri("::1", 4000)),
        ("usb://0f49:*", UsbUri(0x0F49)),
        ("usb://0F49:0a00", UsbUri(0x0F49, 0x0A00)),
        ("usb://0f49:*?serial=P2-1", UsbUri(0x0F49, None, "P2-1")),
        (
            "usb://0f49:*?serial=P2%201&via=usbip:127.0.0.1:3240",
            UsbUri(0x0F49, None, "P2 1", "usbip:127.0.0.1:3240"),
        ),
        ("usblp:///dev/usb/lp0", UsbLpUri("/dev/usb/lp0")),
        ("usblp:///dev/a%20b%3Fc", UsbLpUri("/dev/a b?c")),
        ("serial:///dev/ttyUSB0", SerialUri("/dev/ttyUSB0", 115_200, "none")),
        ("serial:///dev/ttyUSB0?baud=9600", SerialUri("/dev/ttyUSB0", 9600)),
        (
            "serial:///dev/serial/by-id/usb-%23?flow=rtscts&baud=4000000",
            SerialUri("/dev/serial/by-id/usb-#", 4_000_000, "rtscts"),
        ),
        (
            "serial:///dev/ttyS0?baud=9600&parity=odd",
            SerialUri("/dev/ttyS0", 9600, parity="odd"),
        ),
    ],
)
def test_a_uri_and_back(text: str, uri: DeviceUri) -> None:
    assert parse_uri(text) == uri
    assert parse_uri(str(uri)) == uri


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "no scheme"),
        ("printer:9100", "no scheme"),
        ("socket://printer", "no scheme"),
        ("tcp://", "no host"),
        ("tcp://host:0", "no host or port"),
        ("tcp://host:99999", "port"),
        ("tcp://host:port:9", "port"),
        ("tcp://host/path", "more than"),
        ("tcp://user@host", "more than"),
        ("tcp://host?x=1", "more than"),
        ("tcp://a..b", "host name"),
        ("tcp://[::1", "not a device URI"),
        ("usb://", "no USB device"),
        ("usb://0f49", "no USB device"),
        ("usb://f49:*", "no USB device"),
        ("usb://0f49:*/1", "no USB device"),
        ("usb://0f49:*?serial=", "empty"),
        ("usb://0f49:*?serial=1&serial=2", "repeated"),
        ("usb://0f49:*?port=1", "the bus and each port"),
        ("usb://0f49:*?device=1", "unknown"),
        ("usb://0f49:*?via=usbip", "NAME:ADDRESS"),
        ("usblp://", "no device file"),
        ("usblp:///", "no device file"),
        ("usblp://lp0", "no device file"),
        ("usblp:dev/usb/lp0", "no device file"),
        ("usblp:///dev/usb/lp0#1", "no device file"),
        ("usblp:///dev/usb%00/lp0", "no device file"),
        ("usblp:///dev/usb/lp0?baud=9600", "takes none"),
        ("serial://", "no device file"),
        ("serial://ttyUSB0", "no device file"),
        ("serial:dev/ttyUSB0", "no device file"),
        ("serial:///dev/ttyUSB0?baud=", "empty"),
        ("serial:///dev/ttyUSB0?baud=fast", "a rate such as"),
        ("serial:///dev/ttyUSB0?baud=0", "a rate such as"),
        ("serial:///dev/ttyUSB0?baud=-9600", "a rate such as"),
        ("serial:///dev/ttyUSB0?baud=9600.0", "a rate such as"),
        ("serial:///dev/ttyUSB0?baud=\u0661\u0662", "a rate such as"),
        ("serial:///dev/ttyUSB0?baud=4000001", "a rate such as"),
        ("serial:///dev/ttyUSB0?baud=000000004000001", "a rate such as"),
        ("serial:///dev/ttyUSB0?baud=00000001" + "0" * 5000, "a rate such as"),
        ("serial:///dev/ttyUSB0?flow=xonxoff", "none, rtscts"),
        ("serial:///dev/ttyUSB0?baud=9600&baud=9600", "repeated"),
        ("serial:///dev/ttyUSB0?parity=mark", "none, even, odd"),
        ("serial:///dev/ttyUSB0?bits=7", "baud= and parity= and flow="),
    ],
)
def test_what_is_no_uri_is_said_in_a_sentence(text: str, hint: str) -> None:
    with pytest.raises(UriError, match=hint):
        parse_uri(text)


STARTS = [
    "", "tcp://", "usb://", "usb://0f49:*?", "usblp://", "usblp:", "usblp:///", "serial://",
    "serial:", "serial:///", "serial:///dev/x?baud=", "serial:///dev/x?flow=rtscts&",
]  # fmt: skip


@given(st.text(max_size=40), st.sampled_from(STARTS))
def test_noise_is_a_uri_or_a_uri_error(noise: str, start: str) -> None:
    try:
        uri = parse_uri(start + noise)
    except UriError:
        return
    assert parse_uri(str(uri)) == uri


def test_each_scheme_has_its_transport() -> None:
    assert isinstance(open_transport("tcp://127.0.0.1:9100"), TcpSocket)
    assert isinstance(open_transport("usb://0f49:*"), UsbBulk)
    assert isinstance(open_transport("usblp:///dev/usb/lp0"), UsbLp)
    assert isinstance(open_transport("serial:///dev/ttyUSB0"), SerialPort)
    assert open_transport("tcp://127.0.0.1").uri == "tcp://127.0.0.1:9100"
    assert open_transport("serial:///dev/ttyUSB0").uri == "serial:///dev/ttyUSB0?baud=115200"
