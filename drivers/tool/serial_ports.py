"""Serial ports, for the list: each with hardware behind it may have a printer on it. Opens none."""

from collections.abc import Iterator

from serial.tools.list_ports import comports

from drivers.found import Found
from drivers.uri import SerialUri

UNKNOWN = "a serial port; what is on it is known only when it is asked (`probe`)"


def ports() -> Iterator[Found]:
    """Yield a port each, named after the adapter it belongs to. No card moves."""
    for port in sorted(comports()):
        adapter = " ".join(filter(None, (port.manufacturer, port.product)))
        yield Found(str(SerialUri(port.device)), adapter, "", UNKNOWN)
