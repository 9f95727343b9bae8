"""A printer to test a driver against: the emulator as a process of its own, or the device a person named.

The rig starts `ktp-emulator` with one endpoint, speaks to its control link, and runs scripts the way the press does.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drivers.card import CardDesign, CardFace, CardOutcome
from drivers.driver import Commit, Driver, Pause, Script, T
from drivers.link import Finished, Link
from drivers.registry import driver_for
from drivers.transport import Deadline
from drivers.transports import open_transport
from emulator.control_client import ControlClient
from support.cups_server import cups_server, queue
from support.families import CUPS, EVOLIS, Family

SPEED = 200  # a card in 65 ms
SPEED_SLOW = 10  # a card in 1.3 s: time to do something to it
STOP_S_MAX = 10.0
SCRIPT_S_MAX = 30.0  # far beyond any script against an emulator; a test that needs less says so
SCRIPT_S_MAX_REAL = 180.0  # a real machine may have to cool down first


@dataclass
class Rig:
    """One printer with a link and a driver on it.

    Attributes:
        uri: how the driver reaches it.
        family: what the printer is and can show.
        link, driver: what is under test; `reconnect` makes new ones, as a restarted station would.
        control: the emulator's control link, None on hardware.
        cards: the folder its cards fall into, None on hardware.
        count_cards: counts what came out where that can be known, None on hardware.
        commits: what the scripts committed, in order.
    """

    uri: str
    link: Link
    driver: Driver
    family: Family = EVOLIS
    control: ControlClient | None = None
    cards: Path | None = None
    count_cards: Callable[[], int] | None = None
    commits: list[Commit] = field(default_factory=list)
    script_s_max: float = SCRIPT_S_MAX

    @property
    def emulator(self) -> ControlClient:
        assert self.control is not None, "this test needs an emulator"
        return self.control

    def complete(self, script: Script[T], within_s: float | None = None) -> T:
        """Run a script without Commit."""
        limit = Deadline.after(within_s or self.script_s_max)
        return self.link.complete(script, time.sleep, limit)

    def print_card(
        self,
        design: CardDesign | CardFace,
        *,
        at_commit: Callable[[], object] = lambda: None,
        at_pause: Callable[[], object] = lambda: None,
        within_s: float | None = None,
    ) -> CardOutcome:
        """Print one card as the press does; the hooks run at the Commit and once, at the first pause after it."""
        whole = CardDesign(design) if isinstance(design, CardFace) else design
        script = self.driver.print_script(self.driver.encode(whole))
        run = self.link.start(script, Deadline.after(within_s or self.script_s_max))
        committed = paused = False
        while not isinstance(step := run.advance(), Finished):
            if isinstance(step, Commit):
                self.commits.append(step)
                committed = True
                at_commit()
            elif isinstance(step, Pause):
                if committed and not paused:
                    paused = True
                    at_pause()
                time.sleep(step.duration_s)
        return step.value

    def reconnect(self) -> None:
        """Forget link and driver and make new ones."""
        self.link.close()
        self.link, self.driver = _connect(self.uri, self.family)


@contextmanager
def emulated(
    medium: str, folder: Path, speed: int = SPEED, family: Family = EVOLIS
) -> Iterator[Rig]:
    """Run a family's emulator that listens on one medium, `tcp`, `usb` or `serial`."""
    listen = {
        "tcp": "tcp:127.0.0.1:0", "usb": "usbip:127.0.0.1:0", "serial": f"pty:{folder / 'port'}",
    }[medium]  # fmt: skip
    command = [
        str(Path(sys.executable).with_name(family.printer[0])), *family.printer[1:],
        "--listen", listen, "--control", "tcp:127.0.0.1:0",
        "--cards", str(folder), "--speed", str(speed), "--planes",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "the emulator did not start"
            ready = json.loads(line)
            link, driver = _connect(_uri(ready["listen"][0], ready["serial"], family), family)
            with ControlClient(ready["control"]) as control:
                rig = Rig(link.uri, link, driver, family, control, folder, _fed(control))
                try:
                    yield rig
                finally:
                    rig.link.close()
        finally:
            process.terminate()
            process.wait(STOP_S_MAX)


@contextmanager
def queued(medium: str, folder: Path, family: Family = CUPS) -> Iterator[Rig]:
    """Run a cupsd with one queue that ends in a folder, reached over `ipp+unix`."""
    assert medium == "ipp+unix"
    with cups_server(folder, queue("Kartu", "tray"), "PreserveJobFiles No") as server:
        link, driver = _connect(server.uri("Kartu"), family)
        try:
            yield Rig(link.uri, link, driver, family, count_cards=lambda: len(server.cards))
        finally:
            link.close()


@contextmanager
def attached(uri: str, family: Family = EVOLIS) -> Iterator[Rig]:
    """Use the printer at a URI, whatever it is."""
    link, driver = _connect(uri, family)
    rig = Rig(uri, link, driver, family, script_s_max=SCRIPT_S_MAX_REAL)
    try:
        yield rig
    finally:
        rig.complete(rig.driver.release())
        rig.link.close()


def _fed(control: ControlClient) -> Callable[[], int]:
    return lambda: int(control.truth()["cards_fed"])


def _uri(listening: str, serial: str, family: Family) -> str:
    scheme, _, address = listening.partition(":")
    if scheme == "tcp":
        return f"tcp://{address}"
    if scheme == "pty":
        return f"serial://{address}"
    return f"usb://{family.usb_vendor}:*?serial={serial}&via=usbip:{address}"


def _connect(uri: str, family: Family) -> tuple[Link, Driver]:
    return Link(open_transport(uri), time.monotonic), driver_for(uri, family.driver)
