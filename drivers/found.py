"""Which printers can be found on this machine: asked of every installed lister, none of which opens a printer.

    [project.entry-points."ktp_station.listers"]
    cups = "drivers.tool.cups_queues:queues"

A lister is called without arguments and yields Found; one that can't be loaded is a line in the list, not its end.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import cast

from drivers.errors import DriverNotFoundError
from drivers.plugins import load_plugin

LISTERS_GROUP = "ktp_station.listers"


@dataclass(frozen=True, slots=True)
class Found:
    """One printer, or what may be one.

    Attributes:
        uri: its device URI, "" where there is none to give.
        make_and_model, serial: as the bus or the queue tells them, "" where it does not.
        sentence: why it can't be used as it is, "" if nothing speaks against it.
    """

    uri: str
    make_and_model: str
    serial: str
    sentence: str = ""


Lister = Callable[[], Iterable[Found]]


def found_everywhere() -> Iterator[Found]:
    """Yield what every lister finds, in the order of their names. No printer is opened, no card moves."""
    for name in sorted({point.name for point in entry_points(group=LISTERS_GROUP)}):
        try:
            lister = cast("Lister", load_plugin(LISTERS_GROUP, name))
        except DriverNotFoundError as error:
            yield Found("", "", "", str(error))
            continue
        yield from lister()
