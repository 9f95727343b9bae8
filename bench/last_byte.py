"""From a face to the last byte of its job on loopback, against a printer that answers at once.

One card as the host makes it: planes, digest, job, then everything over a TCP connection of its own and the answer. The
emulator runs so fast that a card's own time is microseconds, and the next card begins when it has answered.
"""

import statistics
import time

from bench.emulator import FASTEST, emulator_running
from bench.face import specimen
from bench.figure import Figure
from drivers.card import CardDesign, CardFace
from drivers.evolis.driver import EvolisDriver
from drivers.evolis.job import PART_TWO, opening
from drivers.link import Link
from drivers.tcp_socket import TcpSocket
from drivers.uri import TcpUri
from station.layout import Layout

CARDS = 15
ANSWER_S = 10.0


def figures() -> list[Figure]:
    """Measure with dye as it is, and by the ribbon's tone curve."""
    face = Layout.load(None).face(specimen())
    return [
        Figure("image to last byte, raw", _median_ms(face, raw_colour=True), 30, "ms"),
        Figure("image to last byte, tone curve", _median_ms(face, raw_colour=False), 60, "ms"),
    ]


def _median_ms(face: CardFace, *, raw_colour: bool) -> float:
    times_ms = []
    with emulator_running(FASTEST, CARDS) as printer:
        link = Link(TcpSocket(TcpUri(*printer.address)), time.monotonic)
        for number in range(1, CARDS + 1):
            began_s = time.perf_counter()
            request = EvolisDriver().encode(CardDesign(face, raw_colour=raw_colour))
            link.send(opening(0) + request.job_data + b"\x00")
            link.receive(ANSWER_S)
            times_ms.append((time.perf_counter() - began_s) * 1000)
            link.send(PART_TWO + b"\x00")
            link.receive(ANSWER_S)
            printer.control.do("wait-cards", count=number)
    return statistics.median(times_ms)
