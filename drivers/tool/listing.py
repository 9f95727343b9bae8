"""Which printers there are: on USB, on serial ports, in CUPS, and on the network where somebody names a host.

The list opens nothing. A host that is named is asked, in an order that is safe with any machine that listens there:
first the status poll, which on Evolis sends no byte at all, and who it is only if that was a status.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from rich.table import Table
from rich.text import Text

from drivers.clock import Clocks
from drivers.errors import PrinterError
from drivers.found import Found, found_everywhere
from drivers.status import PrinterIdentity, PrinterStatus
from drivers.tool.session import Target, session
from drivers.transport import Deadline
from drivers.uri import parse_uri


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list.

    Attributes:
        uri: what to give to --device.
        make_and_model, serial: as the bus or the printer tells them, "" where neither does.
        sentence: what is wrong with it or what it says, "" if nothing.
    """

    uri: str
    make_and_model: str
    serial: str
    sentence: str


def listed() -> list[Listed]:
    """Return what the buses and CUPS show. Opens no printer."""
    return [_from_bus(found) for found in found_everywhere()]


def ask_hosts(
    hosts: Iterable[str], driver: str, deadline_s: float, clocks: Clocks
) -> Iterator[Listed]:
    """Ask named hosts, `HOST` or `HOST:PORT`, one after the other. No card moves.

    Raises:
        UriError: that is no host.
        DriverNotFoundError: no such driver.
    """
    for host in hosts:
        uri = str(parse_uri(f"tcp://{host}"))
        with session(Target(uri, driver), clocks) as opened:
            limit = Deadline.after(deadline_s, clocks.monotonic)
            try:
                status: PrinterStatus = opened.look("status", limit)
                identity: PrinterIdentity = opened.look("identify", limit)
            except PrinterError as error:
                yield Listed(uri, "", "", str(error))
                continue
            words = [status.state.name.lower(), *sorted(map(str, status.reasons))]
            yield Listed(uri, identity.make_and_model, identity.serial, ", ".join(words))


def listed_facts(lines: Iterable[Listed]) -> list[dict[str, str]]:
    """Return the list as plain values for JSON."""
    return [asdict(line) for line in lines]


def listed_table(lines: Iterable[Listed]) -> Table:
    """Return the list for people; the first column is what --device takes."""
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("--device", overflow="fold")
    for heading in ("model", "nomor seri / serial", "keadaan / state"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(*map(Text, (line.uri, line.make_and_model, line.serial, line.sentence)))
    return table


def _from_bus(found: Found) -> Listed:
    return Listed(found.uri, found.make_and_model, found.serial, found.sentence)
