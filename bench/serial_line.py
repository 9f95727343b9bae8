"""A job over a serial line at 115200 baud: which share of the line's own rate our port reaches.

The line is a pseudo-terminal whose other end reads as a printer with flow control does: no faster than the wire brings
bytes, 10 bits each, so that the writer has to wait for room. What a real UART's driver adds is not in it.
"""

import os
import pty
import threading
import time
import tty

from bench.figure import Figure
from drivers.serial_port import SerialPort
from drivers.transport import Deadline
from drivers.uri import SerialUri

BAUD, BITS_PER_BYTE = 115_200, 10
BYTES_A_SECOND = BAUD / BITS_PER_BYTE
SIZE = 8 * int(BYTES_A_SECOND)  # eight seconds
CHUNK_BYTES = 64  # what a UART's FIFO holds, nearly


def figures() -> list[Figure]:
    """Measure one job's bytes from the first written to the last that arrived."""
    return [
        Figure("serial line at 115200 baud, of its rate", _share_percent(), 97, "%", at_least=True)
    ]


def _share_percent() -> float:
    ours, theirs = pty.openpty()
    tty.setraw(ours)
    arrived: list[float] = []
    reader = threading.Thread(target=_read_at_line_rate, args=(ours, arrived))
    port = SerialPort(SerialUri(os.ttyname(theirs), BAUD))
    try:
        reader.start()
        began_s = time.perf_counter()
        port.write(bytes(SIZE), Deadline.after(60.0))
        reader.join()
    finally:
        port.close()
        os.close(ours)
        os.close(theirs)
    return 100 * SIZE / BYTES_A_SECOND / (arrived[-1] - began_s)


def _read_at_line_rate(master: int, arrived: list[float]) -> None:
    """Read no more than the wire could have brought by now."""
    taken, began_s = 0, time.perf_counter()
    while taken < SIZE:
        brought = int((time.perf_counter() - began_s) * BYTES_A_SECOND)
        if brought - taken < CHUNK_BYTES and brought < SIZE:
            time.sleep(CHUNK_BYTES / BYTES_A_SECOND / 2)
            continue
        taken += len(os.read(master, min(brought, SIZE) - taken))
    arrived.append(time.perf_counter())
