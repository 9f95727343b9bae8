"""A certification in this process: an emulated printer, a person at it, and the session between them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drivers.certification import Certifiable, CertificationScripts
from drivers.certify.conversation import Conversation, Patience
from drivers.certify.face import measuring_face
from drivers.certify.interrupt import Interrupt
from drivers.certify.procedure import Procedure
from drivers.certify.session import Session
from drivers.link import Link
from drivers.profile import Facts
from drivers.registry import driver_for
from drivers.transports import open_transport
from support.emulated import Bench, emulated
from support.technician import Technician

QUICK = Patience(grace_s=0.3, boot_s=10.0, watch_s=0.1, poll_s=0.05)


@contextmanager
def printer(folder: Path, **plan: Any) -> Iterator[Bench]:
    with emulated(folder / "cards", pty=folder / "port", blanks=5, **plan) as bench:
        yield bench


def uri(bench: Bench, medium: str) -> str:
    host, port = bench.address
    return {
        "tcp": f"tcp://{host}:{port}",
        "usb": f"usb://0f49:*?via=usbip:{bench.usb_address}",
        "serial": f"serial://{bench.serial_path}",
    }[medium]


def person(bench: Bench, **habits: Any) -> Technician:
    return Technician(bench.control.do, **habits)


Told = Callable[[CertificationScripts], CertificationScripts]


def certify(
    bench: Bench,
    hands: Technician,
    medium: str = "tcp",
    patience: Patience = QUICK,
    told: Told = lambda scripts: scripts,
) -> tuple[Facts, Conversation]:
    driver = driver_for(uri(bench, medium))
    assert isinstance(driver, Certifiable)
    talk = Conversation(told(driver.certification()), patience)
    procedure = Procedure(talk, measuring_face())
    link = Link(open_transport(uri(bench, medium)), time.monotonic)
    try:
        return Session(procedure, link, hands, time.sleep, Interrupt()).run(), procedure.talk
    finally:
        link.close()
