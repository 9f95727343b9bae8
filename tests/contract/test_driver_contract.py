"""What a driver owes the press, over every medium, against a printer that is a process of its own.

Before Commit it may raise and no card moves; after Commit it says PRINTED only of a card that is there, UNKNOWN of
everything else, and never raises. The tests of `rig` also run on queues and on hardware (see conftest); those of
`emulator_rig` need a printer that can be made to fail.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from drivers.card import CardFace, Verdict
from drivers.driver import API_VERSION
from drivers.errors import (
    DeadlineError,
    PrinterNotReadyError,
    ProtocolError,
    TransportError,
)
from drivers.status import PrinterState
from emulator.control_client import ControlClient
from support.printer_faces import blank_face, drawn_face, random_face
from support.printer_ink import ink_of_face
from support.printer_rig import Rig

Spend = Callable[[Rig, int], None]

CUTS = [1, 300, 5_000, 0.33, 0.65, 0.9998]  # bytes, or shares of a job
OUT_S_MAX = 10.0


def test_it_says_who_it_is(rig: Rig) -> None:
    found = rig.complete(rig.driver.identify())
    assert found.make_and_model
    assert found.firmware
    assert rig.driver.api_version == API_VERSION
    if rig.control:
        assert found.serial == rig.control.truth()["serial"]


def test_it_says_how_it_is(rig: Rig) -> None:
    found = rig.complete(rig.driver.status())
    assert found.state is PrinterState.IDLE
    assert found.idle
    assert found.card_inside is (False if rig.family.shows_path else None)
    assert not found.unknown_bits


def test_it_says_what_it_has_left(rig: Rig) -> None:
    found = rig.complete(rig.driver.supplies())
    ribbon = next((supply for supply in found.supplies if supply.kind == "ribbonWax"), None)
    assert (ribbon is not None) is rig.family.tells_ribbon
    if ribbon is None:
        return
    assert ribbon.remaining_prints is not None
    if rig.control:
        assert ribbon.capacity_prints == rig.control.truth()["ribbon"]["capacity"]


def test_its_evidence_is_stable_while_nothing_happens(rig: Rig) -> None:
    before = rig.complete(rig.driver.evidence())
    assert before == rig.complete(rig.driver.evidence())
    assert before.job_active is (False if rig.family.shows_jobs else None)
    assert before.card_inside is (False if rig.family.shows_path else None)
    assert (before.counter is not None) is rig.family.proves_cards


def test_two_cards_are_two_cards(rig: Rig, spend: Spend) -> None:
    spend(rig, 2)
    proves = rig.family.proves_cards
    before = rig.complete(rig.driver.evidence())
    for number in range(2):
        outcome = rig.print_card(drawn_face(number))
        assert outcome.verdict is (Verdict.PRINTED if proves else Verdict.UNKNOWN), outcome.reason
        assert proves or outcome.reason
    after = rig.complete(rig.driver.evidence())
    counted = [commit.before.counter for commit in rig.commits]
    assert len(counted) == 2
    if proves:
        assert before.counter is not None
        assert counted == [before.counter, before.counter + 1]
        assert after.counter == before.counter + 2
    if rig.count_cards:
        assert rig.count_cards() == 2
    rig.complete(rig.driver.release())
    assert rig.complete(rig.driver.status()).session == 0
    if rig.control:
        truth = rig.control.truth()
        assert [card["number"] for card in truth["output"]] == [1, 2]
        assert truth.get("host_handles_errors", False) is False


@pytest.mark.parametrize(
    "face", [drawn_face(), random_face(5), blank_face()], ids=["drawn", "noise", "white"]
)
def test_every_dot_arrives(emulator_rig: Rig, face: CardFace) -> None:
    assert emulator_rig.print_card(face).verdict is Verdict.PRINTED
    assert emulator_rig.cards is not None
    for panel, ink in ink_of_face(face).items():
        path = emulator_rig.cards / f"000001.front.{panel}.png"
        printed = _grey(path) if path.exists() else np.zeros_like(ink)
        lost, step = emulator_rig.family.rows_lost, emulator_rig.family.shade_step
        rows = slice(lost, len(ink) - lost)
        difference = np.abs(printed[rows].astype(np.int16) - ink[rows])
        assert difference.max() <= (step if panel in "ymc" else 0), panel
    assert emulator_rig.emulator.truth()["cards_fed"] == 1


@pytest.mark.parametrize("order", ["empty-hopper", "open-cover", "remove-ribbon"])
def test_an_unfit_printer_is_refused_before_commit(emulator_rig: Rig, order: str) -> None:
    emulator_rig.emulator.do(order)
    keyword = emulator_rig.family.sees_before_feeding.get(order)
    if keyword is None:  # noticed by feeding: no card, and no word that there is one
        assert emulator_rig.print_card(blank_face()).verdict is Verdict.UNKNOWN
        assert emulator_rig.emulator.truth()["cards_fed"] == 0
        return
    with pytest.raises(PrinterNotReadyError) as caught:
        emulator_rig.print_card(blank_face())
    assert keyword in {reason.keyword for reason in caught.value.reasons}
    assert emulator_rig.commits == []
    assert emulator_rig.emulator.truth()["cards_fed"] == 0
    assert emulator_rig.complete(emulator_rig.driver.status()).state is PrinterState.STOPPED


@pytest.mark.parametrize("where", ["before-feed", "inside", "at-exit"])
def test_a_jam_is_unknown_and_the_printer_prints_again_once_cleared(
    emulator_rig: Rig, where: str
) -> None:
    emulator_rig.emulator.do("jam", where=where)
    outcome = emulator_rig.print_card(drawn_face())
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.reason
    assert emulator_rig.emulator.truth().get("claimed", False) is False
    with pytest.raises(PrinterNotReadyError):
        emulator_rig.print_card(drawn_face())
    emulator_rig.emulator.do("clear-jam")
    assert emulator_rig.complete(emulator_rig.driver.clear_script()).idle
    assert emulator_rig.print_card(drawn_face()).verdict is Verdict.PRINTED


def test_a_cover_opened_while_printing_is_unknown(slow_emulator_rig: Rig) -> None:
    outcome = slow_emulator_rig.print_card(
        drawn_face(), at_pause=lambda: slow_emulator_rig.emulator.do("open-cover")
    )
    assert outcome.verdict is Verdict.UNKNOWN
    assert slow_emulator_rig.emulator.truth()["output"] == []


@pytest.mark.parametrize("after_bytes", CUTS)
def test_a_cable_pulled_in_the_job_is_unknown(emulator_rig: Rig, after_bytes: float) -> None:
    control = emulator_rig.emulator
    if isinstance(after_bytes, float):
        after_bytes = int(after_bytes * emulator_rig.family.job_bytes)
    outcome = emulator_rig.print_card(
        random_face(1), at_commit=lambda: control.do("unplug-after", bytes=after_bytes)
    )
    assert outcome.verdict is Verdict.UNKNOWN
    assert "link" in outcome.reason
    with pytest.raises(TransportError):
        emulator_rig.complete(emulator_rig.driver.status())
    control.do("replug")
    before = emulator_rig.commits[0].before.counter
    try:
        after = emulator_rig.complete(emulator_rig.driver.finish_script())
    except DeadlineError:
        # It waits for the rest of the job, on a stream that outlives the cable: a person switches it off and on.
        assert not emulator_rig.uri.startswith("tcp")
        control.do("power-cut")
        control.do("power-on")
        after = emulator_rig.complete(emulator_rig.driver.finish_script())
    truth = control.truth()
    assert before is not None
    assert truth["cards_fed"] <= 1
    if not after.job_active:
        assert after.counter == before + truth["cards_fed"]


def test_a_power_cut_while_printing_is_unknown(slow_emulator_rig: Rig) -> None:
    control = slow_emulator_rig.emulator
    outcome = slow_emulator_rig.print_card(drawn_face(), at_pause=lambda: control.do("power-cut"))
    assert outcome.verdict is Verdict.UNKNOWN
    control.do("power-on")
    found = slow_emulator_rig.complete(slow_emulator_rig.driver.finish_script())
    assert not found.job_active
    assert found.counter == control.truth()["counter"]


def test_silence_before_commit_ends_at_the_deadline(emulator_rig: Rig) -> None:
    emulator_rig.emulator.do("silence", answers=1000)
    with pytest.raises(DeadlineError):
        emulator_rig.complete(emulator_rig.driver.status(), within_s=0.3)
    with pytest.raises(DeadlineError):
        emulator_rig.print_card(blank_face(), within_s=0.3)
    assert emulator_rig.commits == []


def test_silence_after_commit_is_unknown(emulator_rig: Rig) -> None:
    control = emulator_rig.emulator
    outcome = emulator_rig.print_card(
        drawn_face(), at_commit=lambda: control.do("silence", answers=1000), within_s=3.0
    )
    assert outcome.verdict is Verdict.UNKNOWN
    assert len(emulator_rig.commits) == 1


@pytest.mark.parametrize("fault", ["garbage", "half-reply"])
def test_noise_before_commit_is_a_protocol_error(emulator_rig: Rig, fault: str) -> None:
    emulator_rig.emulator.do(fault, answers=1)
    with pytest.raises(ProtocolError):
        emulator_rig.print_card(blank_face())
    assert emulator_rig.commits == []
    assert emulator_rig.print_card(blank_face()).verdict is Verdict.PRINTED


@pytest.mark.parametrize("fault", ["garbage", "half-reply"])
def test_noise_after_commit_is_unknown_and_the_job_can_be_ended(
    emulator_rig: Rig, fault: str
) -> None:
    control = emulator_rig.emulator
    outcome = emulator_rig.print_card(blank_face(), at_commit=lambda: control.do(fault, answers=1))
    assert outcome.verdict is Verdict.UNKNOWN
    found = emulator_rig.complete(emulator_rig.driver.finish_script())
    if found.job_active:
        # Where the stream outlives a connection only reading is safe: a person switches it off and on.
        assert not emulator_rig.uri.startswith("tcp")
    else:
        assert _comes_out(control)
        assert emulator_rig.complete(emulator_rig.driver.evidence()).counter == 1


def test_the_same_transport_works_again_after_a_replug(emulator_rig: Rig) -> None:
    emulator_rig.complete(emulator_rig.driver.status())
    emulator_rig.emulator.do("unplug")
    with pytest.raises(TransportError):
        emulator_rig.complete(emulator_rig.driver.status())
    emulator_rig.emulator.do("replug")
    assert emulator_rig.complete(emulator_rig.driver.status()).idle


def _comes_out(control: ControlClient) -> bool:
    """Tell whether the one card comes out; where no job is shown it may still be on its way."""
    end_s = time.monotonic() + OUT_S_MAX
    while time.monotonic() < end_s:
        if len(control.truth()["output"]) == 1:
            return True
        time.sleep(0.05)
    return False


def _grey(path: Path) -> npt.NDArray[np.uint8]:
    with Image.open(path) as picture:
        assert picture.mode == "L"
        return np.asarray(picture)
