"""A certification against the emulator in each of its settings: the profile comes out as the emulator was set."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.certification import Certifiable
from drivers.certify.asked import Word
from drivers.certify.conversation import Conversation, Patience
from drivers.certify.face import measuring_face
from drivers.certify.interrupt import Interrupt
from drivers.certify.procedure import Procedure
from drivers.certify.session import Session
from drivers.errors import CertificationError, PrinterError
from drivers.link import Link
from drivers.profile import Facts
from drivers.registry import driver_for
from drivers.transports import open_transport
from emulator.evolis.models import MODELS
from emulator.machine.mechanics import CounterKept, CounterMoves
from support.emulated import Bench, emulated
from support.technician import SKIP, Technician

QUICK = Patience(grace_s=0.3, boot_s=10.0, watch_s=0.1, poll_s=0.05)
MEDIA = ("tcp", "usb", "serial")


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
    return Technician(lambda order, **about: bench.control.do(order, **about), **habits)


def certify(
    bench: Bench, hands: Technician, medium: str = "tcp"
) -> tuple[Facts, Conversation]:
    driver = driver_for(uri(bench, medium))
    assert isinstance(driver, Certifiable)
    procedure = Procedure(Conversation(driver.certification(), QUICK), measuring_face())
    link = Link(open_transport(uri(bench, medium)), time.monotonic)
    try:
        return Session(procedure, link, hands, time.sleep, Interrupt()).run(), procedure.talk
    finally:
        link.close()


def values(facts: Facts) -> dict[str, bool | str | None]:
    return {name: getattr(facts, name).value for name in Facts.__slots__}


def expected(moves: CounterMoves, kept: CounterKept, *, whole: bool) -> dict[str, bool | str]:
    return {
        "counter_moves_at": moves.value,
        # A counter that moves when the card leaves has nothing to lose while it is inside.
        "counter_kept": kept is CounterKept.AT_ONCE or moves is CounterMoves.EJECT,
        "counter_readable_in_error": True,
        "card_seen": True,
        "card_after_power_cut": "stays",
        "job_seen": True,
        "half_job_feeds": not whole,
        "half_job_outlives_link": True,
        "half_job_outlives_power": False,
        "whole_job_outlives_link": True,
        "whole_job_outlives_power": False,
    }


SETTINGS = list(itertools.product(CounterMoves, CounterKept, (False, True)))


@pytest.mark.parametrize(("moves", "kept", "whole"), SETTINGS)
def test_the_profile_comes_out_as_the_emulator_was_set(
    tmp_path: Path, moves: CounterMoves, kept: CounterKept, *, whole: bool
) -> None:
    with printer(tmp_path, counter_moves=moves, counter_kept=kept, whole_jobs=whole) as bench:
        facts, talk = certify(bench, person(bench))
        truth = bench.truth()
    assert values(facts) == expected(moves, kept, whole=whole)
    assert talk.cards.used == truth["cards_fed"] == 3 + (not whole)
    assert (truth["claimed"], truth["session"], truth["inside"]) == (False, 0, None)


@pytest.mark.parametrize("medium", MEDIA[1:])
@pytest.mark.parametrize("whole", [False, True])
def test_the_medium_makes_no_difference(tmp_path: Path, medium: str, *, whole: bool) -> None:
    with printer(tmp_path, whole_jobs=whole, model=MODELS["zenius"]) as bench:
        facts, _talk = certify(bench, person(bench), medium)
        truth = bench.truth()
    assert values(facts) == expected(CounterMoves.FEED, CounterKept.AT_ONCE, whole=whole)
    assert (truth["claimed"], truth["session"]) == (False, 0)
