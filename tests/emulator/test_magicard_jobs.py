"""Jobs on a virtual clock: what is printed, when the counter moves, what is turned down, copies and backs."""

from dataclasses import replace

import numpy as np
import pytest

from emulator.machine.card import Bin, Side
from emulator.machine.mechanics import CounterMoves
from emulator.machine.ribbon import KINDS
from support import magicard_job as job
from support.magicard_rig import ENDURO, MagicardRig

pytestmark = pytest.mark.pure


def test_a_job_is_printed_on_one_card() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job())
    rig.wait(12.9 - 0.01)
    assert rig.gone == []
    rig.wait(0.02)
    (departure,) = rig.gone
    assert departure.bin is Bin.OUTPUT
    face = departure.card.faces[Side.FRONT]
    assert face.panels_used == list("ymcko")
    assert {int(shade) for shade in np.unique(face.planes["m"][3:645])} == {(20 * 255 + 31) // 63}
    assert np.argwhere(face.planes["k"]).tolist() == [[5 + 3, 5]]
    assert face.planes["o"][3:645].all()
    assert rig.refusals == []


def test_nothing_moves_before_the_last_byte_and_then_everything_does() -> None:
    rig = MagicardRig()
    data = job.simplex_job()
    rig.send(data[:-1])
    rig.wait(100)
    assert (rig.machine.state.fed, rig.info.printed) == (0, 0)
    assert not rig.firmware.at_rest
    rig.send(data[-1:])
    rig.wait(5)
    assert (rig.machine.state.fed, rig.info.printed) == (1, 1)
    rig.wait(10)
    assert rig.firmware.at_rest
    assert len(rig.gone) == 1


@pytest.mark.parametrize("moves", CounterMoves)
def test_the_counter_moves_once_a_card_whenever_it_does(moves: CounterMoves) -> None:
    rig = MagicardRig(moves=moves)
    rig.send(job.simplex_job())
    seen = []
    for _tenth in range(140):
        seen.append(rig.info.printed)
        rig.wait(0.1)
    assert seen == sorted(seen)
    assert set(seen) == {0, 1}
    first = seen.index(1)
    assert {"feed": first <= 11, "print": 30 < first < 45, "eject": first > 120}[moves.value]


def test_the_printer_makes_as_many_copies_as_it_is_told() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job(copies=3))
    rig.wait(3 * 12.9 + 0.1)
    assert len(rig.gone) == 3
    assert rig.info.printed == 3
    assert len({departure.card.uid for departure in rig.gone}) == 3


def test_copies_come_before_the_next_job() -> None:
    rig = MagicardRig()
    rig.send(job.mono_job([(1, 1)], NOC="2") + job.mono_job([(2, 2)]))
    rig.wait(60)
    found = [np.argwhere(one.card.faces[Side.FRONT].planes["k"]).tolist() for one in rig.gone]
    assert found == [[[4, 1]], [[4, 1]], [[5, 2]]]


def test_white_planes_may_be_left_out() -> None:
    rig = MagicardRig()
    planes = {"G": job.flat_colour(9), "K": job.resin_plane([])}
    rig.send(job.page(planes))
    rig.wait(60)
    assert rig.gone[0].card.faces[Side.FRONT].panels_used == list("mko")


def test_a_page_without_a_plane_feeds_no_card() -> None:
    rig = MagicardRig()
    rig.send(job.page({}))
    rig.wait(60)
    assert rig.machine.state.fed == 0
    assert rig.refusals == ["? a job without a plane feeds no card"]
    rig.send(job.page({"K": job.resin_plane([])}))
    rig.wait(60)
    assert rig.machine.state.fed == 1


def test_a_blank_resin_plane_feeds_a_card() -> None:
    rig = MagicardRig()
    rig.send(job.mono_job([]))
    rig.wait(60)
    assert len(rig.gone) == 1


def test_the_overcoat_leaves_its_hole_out() -> None:
    rig = MagicardRig()
    tokens = job.changed(job.FRONT, NCT="90,295,260,450")
    rig.send(job.page(job.colour_planes(), tokens))
    rig.wait(60)
    overcoat = rig.gone[0].card.faces[Side.FRONT].planes["o"]
    assert not overcoat[3 + 641 - 450 : 3 + 642 - 295, 90:261].any()
    assert np.count_nonzero(overcoat) == 642 * 1016 - 156 * 171


# --- two sides ------------------------------------------------------------------------------


def test_a_front_waits_for_its_back() -> None:
    rig = MagicardRig()
    front, back = job.duplex_pages()
    rig.send(front)
    rig.wait(100)
    assert rig.machine.state.fed == 0
    assert not rig.firmware.at_rest
    rig.send(back)
    rig.wait(60)
    (departure,) = rig.gone
    faces = departure.card.faces
    assert faces[Side.FRONT].panels_used == list("ymcko")
    assert faces[Side.BACK].panels_used == ["k"]
    assert np.argwhere(faces[Side.BACK].planes["k"]).tolist() == [[5, 1]]
    assert rig.machine.ribbon is not None
    assert rig.machine.ribbon.remaining == 298  # the back's resin is of the next set of panels


def test_a_request_between_the_two_pages_is_answered() -> None:
    rig = MagicardRig()
    front, back = job.duplex_pages()
    rig.send(front + job.ask("REQ,INF") + back)
    assert len(rig.replies()) == 1
    rig.wait(60)
    assert len(rig.gone) == 1


def test_a_front_whose_back_never_comes_is_dropped() -> None:
    rig = MagicardRig()
    front, back = job.duplex_pages()
    rig.send(front)
    rig.line.finish()
    assert rig.refusals == ["? the back of a card never came: its front is dropped"]
    rig.send(back, rig.stream())
    assert rig.refusals[-1] == "? token PAG2 without the front of the card before it"
    rig.wait(60)
    assert rig.machine.state.fed == 0


def test_a_second_front_takes_the_place_of_the_first() -> None:
    rig = MagicardRig()
    front, back = job.duplex_pages()
    rig.send(front + front + back)
    rig.wait(60)
    assert len(rig.gone) == 1


def test_a_refused_back_takes_its_front_with_it() -> None:
    rig = MagicardRig()
    front, back = job.duplex_pages()
    rig.send(front + back.replace(b"HGT642", b"HGT648"))
    assert rig.refusals == ["? token HGT is not 642; the front before it is dropped"]
    rig.send(back)
    rig.wait(60)
    assert rig.machine.state.fed == 0


def test_a_back_with_more_than_was_announced_is_refused() -> None:
    rig = MagicardRig()
    front, _back = job.duplex_pages()
    tokens = job.changed(job.FRONT, DPX="ON", PAG="2", OVR="OFF")
    rig.send(front + job.page(job.colour_planes(), tokens))
    assert rig.refusals == ["? the back has more than BACK announced"]
    rig.wait(60)
    assert rig.machine.state.fed == 0


def test_a_printer_without_a_turning_station_refuses_two_sides() -> None:
    rig = MagicardRig(replace(ENDURO, duplex=False))
    assert rig.info.fields[0] == "0"
    rig.send(job.duplex_pages()[0])
    assert rig.refusals == ["? token DPXON: no turning station is fitted"]


# --- what is turned down --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "reason"),
    [
        ({"WID": "1000"}, "token WID is not 1016"),
        ({"HGT": "648"}, "token HGT is not 642"),
        ({"WID": None}, "token WID is not 1016"),
        ({"XCO": "4"}, "token XCO is not 0: the window is the whole card"),
        ({"NOC": "0"}, "token NOC is not a number from 1 to 999"),
        ({"NOC": "x"}, "token NOC is not a number from 1 to 999"),
        ({"PAG": "2"}, "token PAG2 without DPXON"),
        ({"PAG": "3"}, "token PAG is not a number from 1 to 2"),
        ({"DPX": "YES"}, "token DPX has none of its values"),
        ({"IMF": "CMYK"}, "token IMF has none of its values"),
        ({"IMF": "K"}, "token SZB does not belong to IMFK"),
        ({"BSO": ""}, "token BSO: printing the back alone is not built"),
        ({"PCT": "0,0,1015"}, "token PCT is not followed by four numbers"),
        ({"NCT": "1,2,3,-4"}, "token NCT is not followed by four numbers"),
        ({"123": "4"}, "a value stands where the name of a token was expected"),
    ],
)
def test_a_header_that_is_not_right_is_refused(tokens: dict[str, str | None], reason: str) -> None:
    rig = MagicardRig()
    # the planes behind it are read past, and the next job is printed
    rig.send(job.page(job.colour_planes(), job.changed(job.FRONT, **tokens)) + job.mono_job())
    assert rig.refusals == [f"? {reason}"]
    rig.wait(60)
    assert len(rig.gone) == 1


def test_a_token_that_stands_twice_is_refused() -> None:
    rig = MagicardRig()
    rig.send(job.page(job.colour_planes(), [*job.FRONT, "NOC2"]))
    assert rig.refusals == ["? token NOC stands twice"]


@pytest.mark.parametrize(
    ("letter", "length"), [("B", 576_000), ("G", 585_215), ("K", 82_296), ("K", 96_000)]
)
def test_a_plane_of_another_length_is_refused_and_read_past(letter: str, length: int) -> None:
    rig = MagicardRig()
    planes = {**job.colour_planes(), letter: bytes(length)}
    rig.send(job.page(planes) + job.mono_job())
    (reason,) = rig.refusals
    wanted = 97_536 if letter == "K" else 585_216
    assert reason == f"? token SZ{letter} is not {wanted}, the length of 1016 lines"
    rig.wait(60)
    assert len(rig.gone) == 1


def test_what_nobody_knows_is_passed_over_and_noted() -> None:
    rig = MagicardRig()
    plane = bytearray(job.resin_plane([(1, 1)]))
    plane[95] = 0x01  # the last dot of the canvas: beside the card, but a dot
    plane[96] = 0x80  # none of the head's
    tokens = job.changed(job.FRONT, IMF="K", ZZZ="secret", LC1="", OVR="OFF")
    rig.send(job.page({"K": bytes(plane)}, tokens))
    assert rig.refusals == [
        "? token LC1 is not known, passed over",
        "? token ZZZ is not known, passed over",
        "? plane of panel k has bits set that belong to no dot of the head",
    ]
    rig.wait(60)
    assert len(rig.gone) == 1


def test_the_receive_buffer_is_bounded() -> None:
    rig = MagicardRig(blanks=20)
    sent = 0
    while rig.line.has_room:
        rig.send(job.simplex_job())
        sent += 1
    assert sent == 10  # 16 MiB hold nine faces and a bit
    rig.wait(30)
    assert rig.line.has_room


def test_a_film_without_the_panel_of_a_job_feeds_no_card() -> None:
    rig = MagicardRig()
    rig.machine.fit_ribbon(KINDS[100])
    rig.send(job.simplex_job())
    rig.wait(60)
    assert rig.machine.state.fed == 0
    assert rig.info.error == (90, 5)
    rig.order("ribbon", type="YMCKO")
    assert rig.info.error == (0, 0)
