"""From a device URI to the transport that reaches it. Imports a medium's library only when that medium is asked for."""

from drivers.transport import Transport
from drivers.uri import DeviceUri, IppUri, SerialUri, TcpUri, UsbLpUri, UsbUri, parse_uri


def open_transport(uri: str | DeviceUri) -> Transport:
    """Make the transport for a device; it connects at its first use, so nothing is opened yet.

    Raises:
        UriError: the URI names no device.
    """
    device = parse_uri(uri) if isinstance(uri, str) else uri
    match device:
        case TcpUri():
            from drivers.tcp_socket import TcpSocket  # noqa: PLC0415

            return TcpSocket(device)
        case UsbUri():
            from drivers.usb_bulk import UsbBulk  # noqa: PLC0415 pyusb only for usb://

            return UsbBulk(device)
        case UsbLpUri():
            from drivers.usb_lp import UsbLp  # noqa: PLC0415

            return UsbLp(device)
        case SerialUri():
            from drivers.serial_port import SerialPort  # noqa: PLC0415 pyserial only for serial://

            return SerialPort(device)
        case IppUri():
            from drivers.ipp_http import IppHttp  # noqa: PLC0415 h11 only for ipp://

            return IppHttp(device)
