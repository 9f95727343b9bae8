"""Trouble on a virtual clock: jams, cover, ribbon, heat, full trays, power cuts, resets, and the way out of each."""

import pytest

from emulator.machine.card import Bin
from emulator.machine.ribbon import KINDS
from emulator.machine.stoppage import JamPlace
from support import evolis_job as job
from support.rig import Rig

pytestmark = pytest.mark.pure

CARD_BITS = 0x3F000000
WAR_FEEDER_EMPTY = 0x01000000
WAR_COOLING = 0x00200000
WAR_COVER = 0x00020000
WAR_RIBBON_ENDED = 0x00080000
ERR_FEEDER = 0x08000000
ERR_MECHANICAL = 0x01000000
ERR_COVER = 0x02000000
ERR_RIBBON_ENDED = 0x00200000
ERR_HOPPER_FULL = 0x00100000
ERR_BAD_RIBBON = 0x00400000


@pytest.mark.parametrize(
    ("place", "error", "inside"),
    [
        (JamPlace.BEFORE_FEED, ERR_FEEDER, False),
        (JamPlace.INSIDE, ERR_MECHANICAL, True),
        (JamPlace.AT_EXIT, ERR_MECHANICAL, True),
    ],
)
def test_a_jam_ends_the_job_of_a_host_and_keeps_the_claim_until_its_end(
    place: JamPlace, error: int, inside: bool
) -> None:
    rig = Rig()
    rig.say("Pem;2")
    rig.machine.jam_ahead = place
    rig.send(job.simplex_job())
    rig.wait(60)
    assert rig.status.error == error
    assert rig.status.claimed
    assert (rig.machine.inside is not None) == inside
    rig.send(job.END_OF_JOB)
    assert not rig.status.claimed
    assert rig.status.error == error
    assert rig.gone == []


def test_an_error_drains_what_still_arrives_of_the_job() -> None:
    rig = Rig(blanks=0)
    rig.say("Pem;2")
    first, second = job.simplex_job().split(b"<BINARY Size=1975137>")
    rig.send(first)
    assert rig.status.error == ERR_FEEDER
    rig.machine.add_blanks(5)
    assert rig.send(second).text == "OK"
    rig.wait(60)
    assert rig.gone == []
    assert rig.machine.inside is None
    rig.send(job.END_OF_JOB)
    assert not rig.status.claimed


def test_nothing_is_fed_after_an_error_until_it_is_cleared() -> None:
    rig = Rig(blanks=0)
    rig.say("Pem;2")
    assert rig.do("Si") == "ERROR FEEDER"
    rig.machine.add_blanks(2)
    assert rig.do("Si") == "ERROR FEEDER"
    assert rig.do("Scs") == "OK"
    assert rig.status.error == 0
    assert rig.do("Si") == "OK"


def test_clear_waits_for_the_cause_and_throws_the_spoiled_card_out() -> None:
    rig = Rig()
    rig.say("Pem;2")
    rig.send(job.simplex_job())
    rig.wait(5)
    rig.firmware.open_cover(rig.clock.now_s())
    rig.send(job.END_OF_JOB)
    assert rig.status.error == ERR_COVER
    assert rig.status.warning == WAR_COVER
    assert rig.do("Scs") == "COVER OPEN"
    rig.machine.cover_open = False
    assert rig.do("Scs") == "OK"
    assert rig.status.error == 0
    (spoiled,) = rig.gone
    assert spoiled.bin is Bin.REJECT
    assert spoiled.card.heated


def test_clear_without_an_error_leaves_a_card_where_it_is() -> None:
    rig = Rig()
    rig.do("Si")
    assert rig.do("Scs") == "OK"
    assert rig.machine.inside is not None


def test_the_printer_itself_waits_for_blanks_and_goes_on() -> None:
    rig = Rig(blanks=0)
    rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(100)
    assert rig.status.error == 0
    assert rig.status.warning == WAR_FEEDER_EMPTY
    assert rig.status.claimed
    rig.machine.add_blanks(1)
    rig.wait(3.7)
    assert len(rig.gone) == 1
    assert not rig.status.claimed


def test_the_printer_itself_goes_on_when_the_cover_is_closed() -> None:
    rig = Rig()
    rig.send(job.simplex_job() + job.END_OF_JOB)
    rig.wait(5)
    rig.firmware.open_cover(rig.clock.now_s())
    rig.wait(50)
    assert rig.gone == []
    rig.machine.cover_open = False
    rig.wait(13)
    assert rig.gone[0].card.faces[rig.gone[0].card.side].panels_used == list("ymcko")


def test_an_ended_ribbon_stops_before_a_blank_is_spoiled() -> None:
    rig = Rig()
    rig.machine.fit_ribbon(KINDS[0], 0)
    assert rig.status.warning == WAR_RIBBON_ENDED
    rig.say("Pem;2")
    rig.send(job.simplex_job() + job.END_OF_JOB)
    rig.wait(50)
    assert rig.status.error == ERR_RIBBON_ENDED
    assert rig.machine.state.fed == 0


def test_a_ribbon_that_must_stay_refuses_a_job_for_another() -> None:
    rig = Rig(keep=True)
    rig.say("Pem;2")
    rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(50)
    assert rig.status.error == ERR_BAD_RIBBON
    assert rig.machine.state.fed == 0


def test_a_full_output_tray_keeps_the_card_inside() -> None:
    rig = Rig()
    rig.say("Pem;2")
    rig.machine.output_capacity = 1
    rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(10)
    rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(10)
    assert rig.status.error == ERR_HOPPER_FULL
    assert rig.machine.inside is not None
    rig.machine.empty_output()
    assert rig.do("Sce") == "OK"
    assert [departure.bin for departure in rig.gone] == [Bin.OUTPUT, Bin.OUTPUT]


def test_a_hot_head_delays_the_panel_and_shows_it() -> None:
    rig = Rig()
    rig.machine.head.set_temperature(120, 0.0)
    rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(3)
    assert rig.status.warning == WAR_COOLING
    rig.wait(500)
    assert rig.status.warning == 0
    assert rig.gone[0].print_seconds > 10


def test_a_power_cut_forgets_everything_but_the_card_and_the_counters() -> None:
    rig = Rig()
    rig.say("Psid;7;180")
    rig.send(job.simplex_job())
    rig.wait(4.9)
    assert rig.status.session == 7
    rig.firmware.power_off(rig.clock.now_s())
    assert not rig.firmware.online
    rig.wait(100)
    rig.firmware.power_on(rig.clock.now_s())
    status = rig.status
    assert (status.session, status.claimed, status.error) == (0, False, 0)
    assert status.information & CARD_BITS == 0x02000000
    assert rig.machine.state.counters.inserted == 1
    assert rig.gone == []
    card = rig.machine.inside
    assert card is not None
    # yellow is done, magenta was half way: its left part is on the card, its right part never came
    (face,) = card.faces.values()
    assert face.panels_used == ["y", "m"]
    assert face.planes["m"][:, 0].all()
    assert not face.planes["m"][:, -1].any()


def test_a_reset_answers_goes_away_and_comes_back_with_an_empty_path() -> None:
    rig = Rig()
    rig.do("Si")
    assert rig.say("Srs") == "OK"
    assert rig.firmware.online
    rig.wait(1)
    assert not rig.firmware.online
    rig.wait(5)
    assert rig.firmware.online
    assert [departure.bin for departure in rig.gone] == [Bin.REJECT]
