"""Sends a recording's host bytes to an emulator again, at the recorded pace, and compares its replies with those.

Never to a printer: a recorded job would print the recorded card once more. So it takes two things: the person says that
it is an emulator, and the address is one behind which no printer hangs: loopback, USB/IP on loopback or a
pseudo-terminal.
"""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from drivers.clock import Clocks
from drivers.errors import PrinterError, UriError
from drivers.tool.difference import Difference, difference
from drivers.tool.replayed import FIRST_EVENT_LINE
from drivers.tool.trace import Event, Kind, Trace
from drivers.transport import Deadline, Transport
from drivers.transports import open_transport
from drivers.uri import DeviceUri, SerialUri, TcpUri, UsbUri, parse_uri

READ_BYTES = 16 * 1024
READ_S = 30.0  # the longest answer of a job's
WRITE_BASE_S = 5.0
PSEUDO_TERMINALS = Path("/dev/pts")


@dataclass(slots=True)
class Resent:
    """What came of it.

    Attributes:
        sent_bytes: how many went out.
        replies: how many replies were compared.
        differences: those that were not as recorded.
        stopped: the sentence of why it could not go on, "" if it went to its end.
    """

    sent_bytes: int = 0
    replies: int = 0
    differences: list[Difference] = field(default_factory=list)
    stopped: str = ""


def require_emulated(device: str) -> None:
    """Refuse an address that a printer could stand behind.

    Raises:
        UriError: it is no loopback, no USB/IP on loopback and no pseudo-terminal, or no URI.
    """
    if not _is_emulated(parse_uri(device)):
        raise UriError(
            f"{device} may be a printer, and a recording is sent to an emulator only: "
            "name one on loopback (tcp://127.0.0.1:PORT, via=usbip:127.0.0.1:PORT) or a pseudo-terminal"
        )


def resend(trace: Trace, device: str, clocks: Clocks) -> Resent:
    """Send it. Emulated cards move as the bytes say.

    Raises:
        UriError: the device may be a printer.
    """
    require_emulated(device)
    transport = open_transport(device)
    resent = Resent()
    try:
        _play(trace, transport, clocks, resent)
    except PrinterError as error:
        resent.stopped = str(error)
    finally:
        transport.close()
    return resent


def _play(trace: Trace, transport: Transport, clocks: Clocks, resent: Resent) -> None:
    began_s = clocks.monotonic()
    script = ""
    recorded: list[Event] = []  # the reads of one reply so far
    for line, event in enumerate(trace.events, start=FIRST_EVENT_LINE):
        if event.kind is Kind.RECEIVED:
            recorded.append(event)
            continue
        _compare(recorded, transport, clocks, resent, f"{script}: received", line - 1)
        clocks.sleep(max(0.0, event.at_s - (clocks.monotonic() - began_s)))
        match event.kind:
            case Kind.SCRIPT:
                script = event.name
            case Kind.SENT:
                within_s = WRITE_BASE_S + len(event.data) / transport.write_rate_min
                transport.write(event.data, Deadline.after(within_s, clocks.monotonic))
                resent.sent_bytes += len(event.data)
            case Kind.FINISHED:
                transport.finish_request(Deadline.after(READ_S, clocks.monotonic))
            case Kind.CLOSED:
                transport.close()
            case _:
                pass
    _compare(recorded, transport, clocks, resent, f"{script}: received", len(trace.events) + 1)


def _compare(
    recorded: list[Event],
    transport: Transport,
    clocks: Clocks,
    resent: Resent,
    what: str,
    line: int,
) -> None:
    """Read a reply as long as the recorded one, or to its end if that was recorded, and empty the list."""
    if not recorded:
        return
    wanted = b"".join(event.data for event in recorded)
    to_its_end = not recorded[-1].data
    recorded.clear()
    limit = Deadline.after(READ_S, clocks.monotonic)
    reply = b""
    while to_its_end or len(reply) < len(wanted):
        chunk = transport.read(READ_BYTES, limit)
        if not chunk:
            break
        reply += chunk
    resent.replies += 1
    found = difference(line, what, wanted, reply)
    if found is not None:
        resent.differences.append(found)


def _is_emulated(device: DeviceUri) -> bool:
    match device:
        case TcpUri():
            return _is_loopback(device.host)
        case UsbUri():
            backend, _, address = (device.via or "").partition(":")
            return backend == "usbip" and _is_loopback(address.rpartition(":")[0].strip("[]"))
        case SerialUri():
            return Path(device.path).resolve().parent == PSEUDO_TERMINALS
        case _:
            return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name: what it stands for is somebody else's word
