"""`ktp-printer certify`, put together: lock, link, procedure, screen, and the profile's file."""

import importlib.metadata
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from drivers.certification import Certifiable
from drivers.certify import wording
from drivers.certify.conversation import Conversation, Patience
from drivers.certify.face import measuring_face
from drivers.certify.interrupt import Interrupt
from drivers.certify.press_lock import press_kept_away
from drivers.certify.procedure import Procedure
from drivers.certify.screen import Events, Screen, TwoLanguages
from drivers.certify.session import Session
from drivers.clock import Clocks
from drivers.errors import CertificationError
from drivers.link import Link
from drivers.profile import Facts, Measured, file_bytes
from drivers.registry import driver_for
from drivers.transports import open_transport

DISTRIBUTION = "ktp-station"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says."""

    device: str
    driver: str
    by: str
    out: Path
    state_dir: Path
    as_json: bool
    patience: Patience


def certify(wanted: Wanted, clocks: Clocks) -> Path:
    """Measure one printer with a person's hands and write its profile; returns the file.

    Raises:
        CertificationError: no terminal, a file in the way, a driver that can't, or a certification without a profile.
        PrinterError: the printer or the link failed.
        KeyboardInterrupt: the person stopped it.
    """
    if not sys.stdin.isatty():
        raise CertificationError("a person at a terminal answers: run this where somebody sits")
    if wanted.out.exists():
        raise CertificationError(f"{wanted.out} is there already: name another file with --out")
    driver = driver_for(wanted.device, wanted.driver)
    if not isinstance(driver, Certifiable):
        raise CertificationError(f"driver {wanted.driver!r} has no certification")
    screen: Screen = Events() if wanted.as_json else TwoLanguages(Console())
    interrupt = Interrupt()
    procedure = Procedure(Conversation(driver.certification(), wanted.patience), measuring_face())
    link = Link(open_transport(wanted.device), clocks.monotonic)
    with press_kept_away(wanted.state_dir), interrupt.listening():
        try:
            facts = Session(procedure, link, screen, clocks.sleep, interrupt).run()
        finally:
            link.close()
    measured = _measured(wanted, clocks.now(), procedure.talk, facts)
    wanted.out.write_bytes(file_bytes(measured))
    screen.profile(measured)
    indonesian, english = (text.format(path=wanted.out) for text in wording.SIGN)
    screen.say("written", (indonesian, english), path=str(wanted.out))
    return wanted.out


def _measured(wanted: Wanted, at: datetime, talk: Conversation, facts: Facts) -> Measured:
    assert talk.identity is not None, "met at the beginning"
    return Measured(
        make_and_model=talk.identity.make_and_model,
        firmware=talk.identity.firmware,
        serial=talk.identity.serial,
        driver=wanted.driver,
        driver_version=importlib.metadata.version(DISTRIBUTION),
        medium=urlsplit(wanted.device).scheme,
        facts=facts,
        readings=tuple(talk.readings),
        heard=tuple(talk.heard),
        cards_used=talk.cards.used,
        measured_at=at.isoformat(timespec="seconds"),
        by=wanted.by,
    )
