"""Trouble on a virtual clock: jams, cover, film, heat, full trays, power cuts, restarts, and the way out of each."""

from collections.abc import Callable

import pytest

from emulator.firmware import OrderError
from emulator.machine.card import Bin
from emulator.machine.stoppage import JamPlace
from support import magicard_job as job
from support.magicard_rig import MagicardRig

pytestmark = pytest.mark.pure

Act = Callable[[MagicardRig], None]


def cover(rig: MagicardRig, *, is_open: bool) -> None:
    now_s = rig.clock.now_s()
    if is_open:
        rig.firmware.open_cover(now_s)
    else:
        rig.firmware.close_cover(now_s)


def test_a_card_that_is_not_fed_is_11_01_and_uses_nothing_up() -> None:
    rig = MagicardRig()
    rig.order("jam", where="before-feed")
    rig.send(job.simplex_job())
    rig.wait(60)
    assert rig.info.error == (11, 1)
    assert (rig.info.printed, rig.info.shots_left, rig.machine.state.fed) == (0, 300, 0)
    rig.order("clear-jam")
    assert rig.info.error == (0, 0)
    rig.wait(60)
    assert rig.gone == []
    rig.send(job.simplex_job())
    rig.wait(60)
    assert len(rig.gone) == 1


def test_an_empty_hopper_is_11_01_until_there_are_blanks() -> None:
    rig = MagicardRig(blanks=0)
    rig.send(job.simplex_job())
    rig.wait(1)
    assert rig.firmware.media_empty
    assert rig.info.error == (11, 1)
    rig.order("add-blanks", count=2)
    assert rig.info.error == (0, 0)


@pytest.mark.parametrize(("place", "panels"), [("inside", ["y"]), ("at-exit", list("ymcko"))])
def test_a_stuck_card_is_spoiled_and_taken_out_by_hand(place: str, panels: list[str]) -> None:
    rig = MagicardRig()
    rig.order("jam", where=place)
    rig.send(job.simplex_job(copies=2))
    rig.wait(60)
    assert rig.info.error == (90, 1)
    assert rig.gone == []
    rig.order("clear-jam")
    assert rig.info.error == (0, 0)
    rig.wait(60)
    (spoiled,) = rig.gone
    assert (spoiled.bin, spoiled.by_hand) == (Bin.REJECT, True)
    assert [face.panels_used for face in spoiled.card.faces.values()] == [panels]


def test_an_open_cover_stops_the_card_and_a_closed_one_lets_it_out() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job())
    rig.wait(5)
    cover(rig, is_open=True)
    rig.wait(50)
    assert rig.info.error == (90, 2)
    cover(rig, is_open=False)
    assert rig.info.error == (0, 0)
    rig.wait(10)
    (spoiled,) = rig.gone
    assert (spoiled.bin, spoiled.by_hand) == (Bin.REJECT, False)
    (face,) = spoiled.card.faces.values()
    assert face.panels_used == ["y", "m"]
    assert not face.planes["m"][:, -1].any()  # half way: its right part never came


def test_an_open_cover_is_an_error_also_when_nothing_moves() -> None:
    rig = MagicardRig()
    cover(rig, is_open=True)
    assert rig.info.error == (90, 2)
    rig.send(job.mono_job())
    assert rig.refusals == ["? an error stands, 90:02: the job is dropped"]
    cover(rig, is_open=False)
    rig.wait(60)
    assert (rig.info.error, rig.machine.state.fed) == ((0, 0), 0)


def test_a_film_that_ends_stops_before_a_blank_is_spoiled() -> None:
    rig = MagicardRig()
    rig.order("ribbon", remaining=1)
    rig.send(job.simplex_job())
    rig.wait(60)
    assert (len(rig.gone), rig.info.shots_left, rig.info.error) == (1, 0, (0, 0))
    rig.send(job.simplex_job())
    rig.wait(60)
    assert (rig.machine.state.fed, rig.info.error) == (1, (90, 3))
    rig.order("ribbon", type="YMCKO", remaining=300)
    assert rig.info.error == (0, 0)


def test_a_film_that_ends_in_the_middle_spoils_the_card() -> None:
    rig = MagicardRig()
    rig.machine.bay.out_ahead = "c"
    rig.send(job.simplex_job())
    rig.wait(60)
    assert rig.info.error == (90, 3)
    assert rig.machine.inside is not None
    rig.order("ribbon", type="YMCKO", remaining=300)
    rig.wait(10)
    (spoiled,) = rig.gone
    assert spoiled.bin is Bin.REJECT


def test_without_a_film_nothing_is_fed_and_the_status_has_none() -> None:
    rig = MagicardRig()
    rig.order("remove-ribbon")
    rig.send(job.simplex_job())
    rig.wait(60)
    assert (rig.machine.state.fed, rig.info.error) == (0, (90, 4))
    assert rig.info.fields[21:25] == ("", "0", "0", "")


def test_a_torn_film_spoils_the_card_and_stands_until_it_is_mended() -> None:
    rig = MagicardRig()
    rig.machine.bay.tear_ahead = ("m", 0.4)
    rig.send(job.simplex_job())
    rig.wait(60)
    assert rig.info.error == (90, 6)
    rig.machine.mend_ribbon()
    rig.wait(10)
    assert rig.info.error == (0, 0)
    assert [departure.bin for departure in rig.gone] == [Bin.REJECT]


def test_a_full_tray_holds_a_good_card_and_then_lets_it_out() -> None:
    rig = MagicardRig()
    rig.order("output-capacity", cards=1)
    rig.send(job.mono_job() + job.mono_job())
    rig.wait(60)
    assert rig.info.error == (90, 7)
    rig.send(job.mono_job())
    rig.order("empty-output")
    rig.order("output-capacity")
    rig.wait(60)
    assert rig.info.error == (0, 0)
    assert [departure.bin for departure in rig.gone] == [Bin.OUTPUT] * 3


def test_a_card_taken_away_has_to_be_confirmed() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job())
    rig.wait(5)
    rig.order("take-card")
    rig.wait(10)
    assert rig.info.error == (90, 8)
    rig.order("clear-error")
    assert rig.info.error == (0, 0)
    rig.send(job.mono_job())
    rig.wait(60)
    assert [departure.bin for departure in rig.gone] == [Bin.REJECT, Bin.OUTPUT]


def test_a_cause_that_is_still_there_can_not_be_confirmed_away() -> None:
    rig = MagicardRig(blanks=0)
    rig.send(job.mono_job())
    rig.wait(1)
    rig.order("clear-error")
    assert rig.info.error == (11, 1)


def test_a_hot_head_delays_the_card_and_is_no_error() -> None:
    rig = MagicardRig()
    rig.order("heat", head_c=120)
    rig.send(job.mono_job())
    rig.wait(5)
    assert (rig.gone, rig.info.error) == ([], (0, 0))
    assert rig.firmware.truth(rig.clock.now_s())["cooling"]
    rig.wait(500)
    assert len(rig.gone) == 1


# --- jobs and errors ------------------------------------------------------------------------


def empty(rig: MagicardRig) -> None:
    rig.order("empty-hopper")


def jammed(rig: MagicardRig) -> None:
    rig.order("jam", where="before-feed")


def mend(rig: MagicardRig) -> None:
    rig.order("clear-jam")
    rig.order("add-blanks", count=5)


@pytest.mark.parametrize("trouble", [empty, jammed])
@pytest.mark.parametrize("resumes", [False, True])
def test_whether_jobs_outlive_an_error_is_a_setting(trouble: Act, resumes: bool) -> None:
    rig = MagicardRig(resumes_after_error=resumes)
    trouble(rig)
    rig.send(job.mono_job(NOC="2") + job.mono_job())
    rig.wait(60)
    rig.send(job.mono_job())
    rig.wait(60)
    assert (rig.info.error, rig.machine.state.fed) == ((11, 1), 0)
    mend(rig)
    rig.wait(60)
    assert len(rig.gone) == (4 if resumes else 0)
    assert rig.firmware.at_rest


def test_a_spoiled_card_is_never_resumed_but_the_jobs_behind_it_are() -> None:
    rig = MagicardRig(resumes_after_error=True)
    rig.order("jam", where="inside")
    rig.send(job.mono_job(NOC="2") + job.simplex_job())
    rig.wait(60)
    rig.order("clear-jam")
    rig.wait(60)
    used = [[list(face.panels_used) for face in gone.card.faces.values()] for gone in rig.gone]
    assert used == [[["k"]], [list("ymcko")]]
    assert [departure.bin for departure in rig.gone] == [Bin.REJECT, Bin.OUTPUT]


# --- power and restart ----------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.999999])
def test_a_half_received_job_is_gone_after_a_power_cut(share: float) -> None:
    rig = MagicardRig()
    data = job.simplex_job()
    received = int(share * len(data))
    rig.send(data[:received])
    rig.firmware.power_off(rig.clock.now_s())
    assert not rig.firmware.online
    rig.wait(10)
    rig.firmware.power_on(rig.clock.now_s())
    rig.send(data[received:])
    rig.wait(60)
    assert (rig.machine.state.fed, rig.info.printed) == (0, 0)
    rig.send(job.mono_job())
    rig.wait(60)
    assert len(rig.gone) == 1


def test_a_power_cut_leaves_the_card_and_power_runs_it_out() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job(copies=2))
    rig.wait(4.9)
    rig.firmware.power_off(rig.clock.now_s())
    rig.wait(100)
    card = rig.machine.inside
    assert card is not None
    assert [face.panels_used for face in card.faces.values()] == [["y", "m"]]
    rig.firmware.power_on(rig.clock.now_s())
    rig.wait(60)
    assert [departure.bin for departure in rig.gone] == [Bin.REJECT]
    assert (rig.info.printed, rig.info.error) == (1, (0, 0))


def test_a_jam_outlives_the_power() -> None:
    rig = MagicardRig()
    rig.machine.jam_ahead = JamPlace.INSIDE
    rig.send(job.simplex_job())
    rig.wait(60)
    rig.firmware.power_off(rig.clock.now_s())
    rig.firmware.power_on(rig.clock.now_s())
    assert rig.info.error == (90, 1)
    rig.order("clear-jam")
    assert rig.info.error == (0, 0)


def test_rst_restarts_and_clears_what_has_no_cause_any_more() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job())
    rig.wait(5)
    rig.order("take-card")
    rig.wait(10)
    assert rig.info.error == (90, 8)
    boots = rig.firmware.boots
    rig.send(job.ask("RST", framing="B"))
    assert rig.replies() == []
    assert not rig.firmware.online
    rig.wait(3.9)
    assert not rig.firmware.online
    rig.wait(0.2)
    assert rig.firmware.online
    assert rig.firmware.boots == boots + 1
    assert rig.info.error == (0, 0)


def test_rst_ends_the_job_under_way() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job(copies=5))
    rig.wait(5)
    rig.send(job.ask("RST"))
    rig.wait(60)
    assert [departure.bin for departure in rig.gone] == [Bin.REJECT]
    assert rig.firmware.at_rest


# --- cleaning -------------------------------------------------------------------------------


def test_cleaning_is_due_after_so_many_cards_and_done_by_a_person() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job())
    rig.wait(60)
    assert not rig.info.cleaning_due
    rig.machine.state.counters.inserted_at_cleaning -= 499
    assert rig.info.cleaning_due
    assert rig.ask("REQ,STA,CLP") == b"\x01STA,CLP1,\x03"
    rig.order("clean")
    rig.wait(20)
    info = rig.info
    assert not info.cleaning_due
    assert info.fields[12:15] == ("1", "0", "0")


def test_nobody_cleans_a_printer_with_an_error() -> None:
    rig = MagicardRig()
    cover(rig, is_open=True)
    with pytest.raises(OrderError):
        rig.order("clean")
