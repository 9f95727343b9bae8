"""Device URIs: what they mean, and a sentence for each that means nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import UriError
from drivers.tcp_socket import TcpSocket
from drivers.transports import open_transport
from drivers.uri import DeviceUri, TcpUri, UsbUri, parse_uri
from drivers.usb_bulk import UsbBulk

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
        ("usb://0f49:*?port=1", "unknown"),
        ("usb://0f49:*?via=usbip", "NAME:ADDRESS"),
    ],
)
def test_what_is_no_uri_is_said_in_a_sentence(text: str, hint: str) -> None:
    with pytest.raises(UriError, match=hint):
        parse_uri(text)


@given(st.text(max_size=40), st.sampled_from(["", "tcp://", "usb://", "usb://0f49:*?"]))
def test_noise_is_a_uri_or_a_uri_error(noise: str, start: str) -> None:
    try:
        uri = parse_uri(start + noise)
    except UriError:
        return
    assert parse_uri(str(uri)) == uri


def test_each_scheme_has_its_transport() -> None:
    assert isinstance(open_transport("tcp://127.0.0.1:9100"), TcpSocket)
    assert isinstance(open_transport("usb://0f49:*"), UsbBulk)
    assert open_transport("tcp://127.0.0.1").uri == "tcp://127.0.0.1:9100"
