"""What goes wrong can be seen on the card: each flaw of a transfer, and the pictures it makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.machine.card import CARD_WIDTH_PX, Face, Ink, Side
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.mechanics import Machine
from emulator.machine.outlet import NoOutlet
from emulator.machine.picture import composite
from emulator.machine.ribbon import YMCKO
from emulator.machine.transfer import HEALTHY, TEAR_PX, Flaws, shifted, transfer
from support.ink import INK, bars, portrait

pytestmark = pytest.mark.pure

PORTRAIT = portrait()
seeds = st.text(max_size=12)
flaws = st.builds(
    Flaws,
    overheat=st.sampled_from([0.0, 0.3, 1.0]),
    dead_rows=st.lists(st.integers(0, 647), max_size=3).map(tuple),
    misregistration_px=st.sampled_from([0.0, 2.5, 2000.0]),
    fade=st.sampled_from([0.0, 0.5, 1.0]),
    done=st.sampled_from([0.0, 0.4, 1.0]),
    torn_at=st.none() | st.sampled_from([0.0, 0.6, 1.0]),
)


# --- transfer -----------------------------------------------------------------------------------


@given(seeds)
def test_a_healthy_transfer_is_the_ink_itself(seed: str) -> None:
    assert transfer(PORTRAIT, HEALTHY, seed) is PORTRAIT


@settings(max_examples=25, deadline=None)
@given(flaws, seeds)
def test_the_same_transfer_looks_the_same_every_time(flaw: Flaws, seed: str) -> None:
    asked = PORTRAIT.copy()
    arrived = transfer(asked, flaw, seed)
    assert np.array_equal(asked, PORTRAIT)
    assert (arrived.shape, arrived.dtype) == (asked.shape, asked.dtype)
    assert np.array_equal(arrived, transfer(PORTRAIT, flaw, seed))


def test_no_two_cards_are_alike_in_what_is_wrong() -> None:
    for flaw in (Flaws(overheat=0.6), Flaws(fade=0.6), Flaws(torn_at=0.5)):
        one, other = (transfer(PORTRAIT, flaw, seed) for seed in ("t:04A1:y", "t:04B2:y"))
        assert not np.array_equal(one, other)


@given(st.integers(-1100, 1100), st.integers(-700, 700))
def test_ink_that_is_shifted_lies_elsewhere_or_missed_the_card(right_px: int, down_px: int) -> None:
    """Nothing comes in again at the other edge, and what is lost is the strip that hung over."""
    moved = shifted(PORTRAIT, right_px, down_px)
    expected = {}
    for row, column in ((0, 0), (0, 1015), (647, 0), (647, 1015), (150, 200), (324, 508)):
        to = row + down_px, column + right_px
        if 0 <= to[0] < 648 and 0 <= to[1] < 1016:
            expected[to] = int(PORTRAIT[row, column])
    assert {to: int(moved[to]) for to in expected} == expected
    on_card = PORTRAIT[
        max(0, -down_px) : max(0, 648 - down_px), max(0, -right_px) : max(0, 1016 - right_px)
    ]
    assert moved.sum(dtype=np.int64) == on_card.sum(dtype=np.int64)


@given(st.floats(0.5, 40), seeds)
def test_misregistration_stays_within_its_amplitude(amplitude_px: float, seed: str) -> None:
    mark = np.zeros_like(PORTRAIT)
    mark[300, 500] = 255
    moved = transfer(mark, Flaws(misregistration_px=amplitude_px), seed)
    ((row, column),) = np.argwhere(moved)
    assert max(abs(int(row) - 300), abs(int(column) - 500)) <= amplitude_px + 0.5


def test_one_flaw_more_does_not_change_the_others() -> None:
    shift = Flaws(misregistration_px=9)
    both = Flaws(misregistration_px=9, fade=0.4)
    faded = transfer(PORTRAIT, Flaws(fade=0.4), "s")
    assert np.array_equal(transfer(PORTRAIT, both, "s"), transfer(faded, shift, "s"))


def test_dead_dots_leave_lines_along_the_card_and_nothing_else() -> None:
    arrived = transfer(INK, Flaws(dead_rows=(7, 300)), "s")
    assert np.argwhere(arrived.min(axis=1) == 0).ravel().tolist() == [7, 300]
    assert not arrived[[7, 300]].any()
    assert (np.delete(arrived, [7, 300], axis=0) == 120).all()


@given(st.floats(0, 1), st.floats(0.01, 1), seeds)
def test_an_old_ribbon_never_gives_more_ink(fade: float, more: float, seed: str) -> None:
    one = transfer(PORTRAIT, Flaws(fade=fade), seed)
    worse = transfer(PORTRAIT, Flaws(fade=min(1, fade + more)), seed)
    assert (one <= PORTRAIT).all()
    assert (worse <= one).all()
    if fade > 0.1:
        rows = one[:, 700:].max(axis=1)
        assert len(set(rows.tolist())) > 20  # streaks


@given(st.floats(0, 1), seeds)
def test_behind_a_tear_there_is_nothing(at: float, seed: str) -> None:
    torn_px = int(at * CARD_WIDTH_PX)
    arrived = transfer(INK, Flaws(torn_at=at), seed)
    assert not arrived[:, torn_px + TEAR_PX :].any()
    before = arrived[:, : max(torn_px - TEAR_PX, 0)]
    bare = (before == 0).sum(axis=1)
    assert set(np.unique(before).tolist()) <= {0, 120}
    assert bare.max(initial=0) <= 8  # a fold, a few dots wide in each row


def test_a_fold_crosses_the_card() -> None:
    before = transfer(INK, Flaws(torn_at=0.8), "s")[:, : int(0.8 * 1016) - 330 // 2]
    folded = np.argwhere(before == 0)
    assert len(set(folded[:, 0].tolist())) > 300


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 0.99))
def test_an_interrupted_panel_ends_where_the_card_stopped(done: float) -> None:
    for flaw in (Flaws(done=done), Flaws(done=done, overheat=0.5)):
        arrived = transfer(PORTRAIT, flaw, "s")
        assert not arrived[:, int(done * CARD_WIDTH_PX) :].any()
    stopped = int(done * CARD_WIDTH_PX)
    assert np.array_equal(
        transfer(PORTRAIT, Flaws(done=done), "s")[:, :stopped], PORTRAIT[:, :stopped]
    )


# --- heat ---------------------------------------------------------------------------------------


def off(arrived: Ink, asked: Ink) -> float:
    return float(np.abs(arrived.astype(int) - asked).mean())


def test_quality_falls_step_by_step() -> None:
    steps = [
        off(transfer(PORTRAIT, Flaws(overheat=heat / 10), "s"), PORTRAIT) for heat in range(11)
    ]
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert 0 < steps[1] < 6
    assert steps[10] > 12


def test_smears_grow_along_the_card_and_never_run_backwards() -> None:
    asked = bars(100, 900)
    arrived = transfer(asked, Flaws(overheat=0.7), "s")
    clear = np.argwhere((arrived[:, 60:95] < 20).all(axis=1)).ravel()  # rows without a cloud there
    tails = [
        int((arrived[clear][:, column + 4 : column + 40] >= 128).sum(axis=1).max())
        for column in (100, 900)
    ]
    assert 0 <= tails[0] < tails[1]
    assert (arrived[clear][:, 60:100] < 20).all()


# --- the picture --------------------------------------------------------------------------------


def face(**planes: Ink) -> Face:
    return Face(0, dict(planes), list(planes))


def test_misregistered_panels_leave_fringes_of_colour() -> None:
    asked = bars(500)
    sharp = composite(face(y=asked, m=asked, c=asked))
    assert (sharp[..., 0] == sharp[..., 1]).all()
    assert (sharp[..., 1] == sharp[..., 2]).all()
    moved = {panel: transfer(asked, Flaws(misregistration_px=6), panel) for panel in "ymc"}
    fringed = composite(face(**moved)).astype(int)
    assert (np.ptp(fringed, axis=2) > 200).any()


def test_a_part_without_overlay_is_mat() -> None:
    half = np.full_like(INK, 255)
    half[:, 508:] = 0
    picture = composite(face(y=INK, o=half))
    assert composite(face(o=half))[0, 1015].tolist() == [240, 240, 240]
    assert (picture[:, 508:].max(axis=0) < picture[0, 0]).all()
    assert np.array_equal(
        picture[:, :508], composite(face(y=INK, o=np.full_like(INK, 255)))[:, :508]
    )


def test_a_card_that_never_got_an_overlay_is_not_mat() -> None:
    assert composite(face(y=INK))[5, 5].tolist() == [255, 255, 135]


# --- on a machine -------------------------------------------------------------------------------


def loaded(blanks: int = 2) -> Machine:
    machine = Machine(MachineState("t"), StateStore(None), NoOutlet(), seed="t")
    machine.fit_ribbon(YMCKO)
    machine.add_blanks(blanks)
    machine.pick(0.0)
    return machine


def printed(machine: Machine) -> Face:
    assert machine.inside is not None
    return machine.inside.faces[Side.FRONT]


def test_a_healthy_machine_prints_the_ink_itself() -> None:
    machine = loaded()
    for second, panel in enumerate("ymcko"):
        machine.print_panel(panel, PORTRAIT, float(second))
        assert printed(machine).planes[panel] is PORTRAIT


def test_a_hot_head_spoils_the_face_until_it_is_cool() -> None:
    machine = loaded()
    machine.head.set_temperature(72, 0.0)
    machine.print_panel("y", PORTRAIT, 0.0)
    assert off(printed(machine).planes["y"], PORTRAIT) > 4
    machine.print_panel("m", PORTRAIT, 300.0)
    assert printed(machine).planes["m"] is PORTRAIT


def test_a_face_still_in_the_machine_can_be_looked_at() -> None:
    machine = loaded()
    machine.print_panel("y", INK, 1.0, done=0.5)
    picture = composite(printed(machine))
    assert picture[0, 507].tolist() == [255, 255, 135]
    assert picture[0, 508].tolist() == [255, 255, 255]
    machine.print_panel("y", INK, 2.0)
    assert picture[0, 508].tolist() == [255, 255, 255]
    assert composite(printed(machine))[0, 508].tolist() == [255, 255, 135]


def test_each_card_and_panel_goes_wrong_in_its_own_way() -> None:
    machine = loaded()
    machine.misregistration_px = 12
    machine.bay.fade = 0.5
    for panel in "ymc":
        machine.print_panel(panel, PORTRAIT, 0.0)
    planes = [printed(machine).planes[panel].tobytes() for panel in "ymc"]
    assert len(set(planes)) == 3
