"""Device URIs: where a printer is. Text to a typed value and back; opens nothing.

    tcp://HOST[:PORT]                                   port 9100 unless given
    usb://VENDOR:PRODUCT[?serial=TEXT][&port=1-2.3][&via=NAME:ADDRESS]    hexadecimal ids, PRODUCT may be `*`
    usblp:///dev/usb/lp0                                the kernel's usblp driver, where libusb can't be had
    serial:///dev/ttyUSB0[?baud=115200][&parity=even][&flow=rtscts]   8 data bits, 1 stop bit
    ipp://HOST[:631]/printers/QUEUE                     a queue of this machine's CUPS: HOST is a loopback name
    ipp+unix:///run/cups/cups.sock?queue=QUEUE          the same over its socket, where CUPS knows who asks

`via` names another way to a USB bus than libusb's: `via=usbip:127.0.0.1:3240` asks the installed USB backend `usbip`
for the bus at that address. `port` is where the printer is plugged in, bus and port by port, as the kernel names it:
two printers alike with one serial number, or none, are told apart by nothing else.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from drivers.errors import UriError

PORT_DEFAULT = 9100  # raw printing, the port card printers listen on
IPP_PORT_DEFAULT = 631
LOOPBACK = ("localhost", "127.0.0.1", "::1")
BAUD_DEFAULT = 115_200
BAUD_MAX = 4_000_000
PARITIES = ("none", "even", "odd")
FLOWS = ("none", "rtscts")  # software flow control would eat bytes of the planes

_USB_IDS = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4}|\*)")
_PORT = re.compile(r"\d{1,3}-\d{1,3}(\.\d{1,3}){0,6}")
_VIA = re.compile(r"[a-z0-9_-]+:.+")


@dataclass(frozen=True, slots=True)
class TcpUri:
    """A printer on the network."""

    host: str
    port: int = PORT_DEFAULT

    def __str__(self) -> str:
        """Return the URI, port written out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UsbUri:
    """A printer on a USB bus: vendor always, product, serial and port where given, and the way to the bus."""

    vendor: int
    product: int | None = None
    serial: str | None = None
    via: str | None = None
    port: str | None = None

    def __str__(self) -> str:
        """Return the URI in its shortest form."""
        product = "*" if self.product is None else f"{self.product:04x}"
        pairs = [("serial", self.serial), ("port", self.port), ("via", self.via)]
        query = urlencode([(k, v) for k, v in pairs if v is not None], safe=":[]")
        return f"usb://{self.vendor:04x}:{product}" + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class UsbLpUri:
    """A printer behind the kernel's usblp driver."""

    path: str

    def __str__(self) -> str:
        """Return the URI."""
        return f"usblp://{quote(self.path)}"


@dataclass(frozen=True, slots=True)
class SerialUri:
    """A printer on a serial line: 8 data bits, 1 stop bit.

    Attributes:
        path: of the device.
        baud: bits per second.
        flow: `none` or `rtscts`.
        parity: `none`, `even` or `odd`.
    """

    path: str
    baud: int = BAUD_DEFAULT
    flow: str = "none"
    parity: str = "none"

    def __str__(self) -> str:
        """Return the URI, rate written out."""
        flow = "" if self.flow == "none" else f"&flow={self.flow}"
        parity = "" if self.parity == "none" else f"&parity={self.parity}"
        return f"serial://{quote(self.path)}?baud={self.baud}{parity}{flow}"


@dataclass(frozen=True, slots=True)
class IppUri:
    """A queue of a CUPS on this machine; `socket` is its socket's path, "" where it is reached by host and port."""

    queue: str
    host: str = "localhost"
    port: int = IPP_PORT_DEFAULT
    socket: str = ""

    def __str__(self) -> str:
        """Return the URI, port written out."""
        if self.socket:
            return f"ipp+unix://{quote(self.socket)}?queue={quote(self.queue, safe='')}"
        return self.printer_uri

    @property
    def printer_uri(self) -> str:
        """Return the queue's name as IPP requests carry it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ipp://{host}:{self.port}/printers/{quote(self.queue, safe='')}"


DeviceUri = TcpUri | UsbUri | UsbLpUri | SerialUri | IppUri


def parse_uri(text: str) -> DeviceUri:
    """Read a device URI.

    Raises:
        UriError: with one sentence that says what is wrong and shows the right form.
    """
    try:
        parts = urlsplit(text)
    except ValueError as exc:
        raise UriError(f"{text!r} is not a device URI: {exc}") from exc
    if parts.scheme == "tcp":
        return _tcp(text, parts)
    if parts.scheme == "usb":
        return _usb(text, parts)
    if parts.scheme == "usblp":
        _options(text, parts, ())
        return UsbLpUri(_path(text, parts, "usblp:///dev/usb/lp0"))
    if parts.scheme == "serial":
        return _serial(text, parts)
    if parts.scheme == "ipp":
        return _ipp(text, parts)
    if parts.scheme == "ipp+unix":
        return _ipp_socket(text, parts)
    raise UriError(
        f"{text!r} has no scheme a driver knows; write tcp://HOST[:PORT], usb://VENDOR:PRODUCT, "
        "usblp:///dev/usb/lp0, serial:///dev/ttyUSB0 or ipp://localhost/printers/QUEUE"
    )


def _tcp(text: str, parts: SplitResult) -> TcpUri:
    try:
        port = PORT_DEFAULT if parts.port is None else parts.port
    except ValueError as exc:
        raise UriError(
            f"{text!r} has no valid port; write tcp://HOST:PORT, port 1 to 65535"
        ) from exc
    if not parts.hostname or port == 0:
        raise UriError(f"{text!r} names no host or port; write tcp://HOST[:PORT]")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise UriError(f"{text!r} has more than a host and a port; write tcp://HOST[:PORT]")
    try:
        parts.hostname.encode("idna")
    except UnicodeError as exc:
        raise UriError(f"{text!r} has a host name that can't be one ({exc})") from exc
    return TcpUri(parts.hostname, port)


def _usb(text: str, parts: SplitResult) -> UsbUri:
    ids = _USB_IDS.fullmatch(parts.netloc)
    if not ids or parts.path.strip("/") or parts.fragment:
        raise UriError(
            f"{text!r} names no USB device; write usb://0f49:* or usb://0f49:0a00, four hexadecimal digits each"
        )
    options = _options(text, parts, ("serial", "port", "via"))
    via = options.get("via")
    if via is not None and not _VIA.fullmatch(via):
        raise UriError(f"{text!r}: via must be NAME:ADDRESS, such as via=usbip:127.0.0.1:3240")
    port = options.get("port")
    if port is not None and not _PORT.fullmatch(port):
        raise UriError(
            f"{text!r}: port must be the bus and each port to the printer, such as port=1-2.3"
        )
    product = None if ids[2] == "*" else int(ids[2], 16)
    return UsbUri(int(ids[1], 16), product, options.get("serial"), via, port)


def _serial(text: str, parts: SplitResult) -> SerialUri:
    path = _path(text, parts, "serial:///dev/ttyUSB0")
    options = _options(text, parts, ("baud", "parity", "flow"))
    baud, flow = options.get("baud", str(BAUD_DEFAULT)), options.get("flow", FLOWS[0])
    parity = options.get("parity", PARITIES[0])
    if not (baud.isascii() and baud.isdecimal() and len(baud) <= 7 and 0 < int(baud) <= BAUD_MAX):
        raise UriError(f"{text!r}: baud must be a rate such as 115200")
    if flow not in FLOWS:
        raise UriError(f"{text!r}: flow must be one of {', '.join(FLOWS)}")
    if parity not in PARITIES:
        raise UriError(f"{text!r}: parity must be one of {', '.join(PARITIES)}")
    return SerialUri(path, int(baud), flow, parity)


def _ipp(text: str, parts: SplitResult) -> IppUri:
    try:
        port = IPP_PORT_DEFAULT if parts.port is None else parts.port
    except ValueError as exc:
        raise UriError(f"{text!r} has no valid port; write ipp://localhost/printers/QUEUE") from exc
    begin, _, queue = parts.path.rpartition("/")
    if begin != "/printers" or not queue or parts.query or parts.fragment or "@" in parts.netloc:
        raise UriError(f"{text!r} names no queue; write ipp://localhost/printers/QUEUE")
    if parts.hostname not in LOOPBACK or port == 0:
        raise UriError(
            f"{text!r} is another machine's queue, and a record would cross the network in clear; "
            "make a queue on this machine, ipp://localhost/printers/QUEUE"
        )
    return IppUri(unquote(queue), parts.hostname, port)


def _ipp_socket(text: str, parts: SplitResult) -> IppUri:
    path = _path(text, parts, "ipp+unix:///run/cups/cups.sock?queue=QUEUE")
    queue = _options(text, parts, ("queue",)).get("queue")
    if queue is None:
        raise UriError(f"{text!r} names no queue; write ipp+unix://{path}?queue=QUEUE")
    return IppUri(queue, socket=path)


def _path(text: str, parts: SplitResult, example: str) -> str:
    path = unquote(parts.path)
    named = path.startswith("/") and path.strip("/") and "\x00" not in path
    if parts.netloc or not named or parts.fragment:
        raise UriError(f"{text!r} names no device file; write {example}")
    return path


def _options(text: str, parts: SplitResult, known: tuple[str, ...]) -> dict[str, str]:
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(pairs)
    if set(options) - set(known) or len(options) != len(pairs):
        takes = " and ".join(f"{name}=" for name in known) or "none"
        raise UriError(
            f"{text!r} has unknown or repeated options; {parts.scheme}:// takes {takes} once each"
        )
    if "" in options.values():
        raise UriError(f"{text!r} has an empty option; leave it out or give it a value")
    return options
