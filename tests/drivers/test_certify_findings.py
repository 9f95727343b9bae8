"""From readings to facts, with printers that no emulator setting makes: blind, contradictory, forgetful."""

import pytest

from drivers.certify.findings import Findings, Move, any_move, move
from drivers.errors import CertificationError
from drivers.profile import Reading


def found(fed: int, exited: int, printed: int, *, kept_inside: bool = True) -> Findings:
    made = Findings(kept_inside=kept_inside)
    made.fed, made.exited = Move("fed", 10, 10 + fed), Move("exited", 11, 11 + exited)
    made.printed = Move("printed", 20, 20 + printed)
    return made


MEANS = {(1, 0, 1): "feed", (0, 1, 0): "eject", (0, 0, 1): "print"}


@pytest.mark.parametrize("moves", [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
def test_only_three_patterns_of_moves_mean_anything(moves: tuple[int, int, int]) -> None:
    findings = found(*moves)
    if moves in MEANS:
        assert findings.moves_at().value == MEANS[moves]
        return
    with pytest.raises(CertificationError, match="contradict"):
        findings.moves_at()


def test_a_printed_card_that_did_not_stay_leaves_print_and_eject_untold() -> None:
    assert found(0, 1, 1, kept_inside=False).moves_at().value is None
    assert found(1, 0, 1, kept_inside=False).moves_at().value == "feed"


@pytest.mark.parametrize(
    ("cuts", "value"),
    [
        ([(0, True), (0, True)], True),
        ([(0, True), (-1, True)], False),  # forgotten once
        ([(1, True)], False),  # moved by itself
        ([(1, False)], True),  # counted for leaving at power-on
        ([(-1, False)], False),
        ([(0, True), (-57, True)], False),
    ],
)
def test_a_counter_is_kept_only_if_it_was_every_time(
    cuts: list[tuple[int, bool]], value: bool
) -> None:
    findings = Findings()
    findings.cuts = [(Move("cut", 100, 100 + by), stayed) for by, stayed in cuts]
    assert findings.kept().value is value


@pytest.mark.parametrize(
    ("seen", "value"),
    [
        ([True, True], True),
        ([True, False], False),
        ([False, False], False),
        ([True, None], None),
        ([], None),
    ],
)
def test_a_card_is_seen_only_if_it_was_each_time(
    seen: list[bool | None], value: bool | None
) -> None:
    assert Findings(seen=[("step", one) for one in seen]).card_seen().value is value


def test_a_counter_that_cannot_be_read_or_jumps_ends_it() -> None:
    readable, none, later = (Reading("s", n, False, False) for n in (7, None, 9))
    with pytest.raises(CertificationError, match="does not tell"):
        any_move("s", readable, none)
    with pytest.raises(CertificationError, match="moved by 2"):
        move("s", readable, later)
    with pytest.raises(CertificationError, match="moved by -2"):
        move("s", later, readable)
