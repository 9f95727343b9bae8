"""Single commands on a virtual clock: motions, sessions, magnetic stripe, settings, counters."""

import pytest

from emulator.evolis.models import MODELS
from emulator.machine.card import Bin
from support import evolis_job as job
from support.rig import Rig

pytestmark = pytest.mark.pure

ENCODING = 0x40


def test_sessions_lock_renew_expire_and_are_freed() -> None:
    rig = Rig()
    assert rig.say("Psid;2;45") == "OK"
    assert rig.status.session == 2
    assert rig.say("Psid;9;45") == "ERROR"
    rig.wait(40)
    assert rig.say("Psid;2;45") == "OK"
    rig.wait(44)
    assert rig.status.session == 2
    rig.wait(2)
    assert rig.status.session == 0
    assert rig.say("Psid;9;45") == "OK"
    assert rig.say("Psid;0;45") == "OK"
    assert rig.status.session == 0


def test_motions_are_answered_when_they_are_done() -> None:
    rig = Rig()
    ticket = rig.send(job.command("Si"))
    assert not ticket.done
    assert rig.finish(ticket) == "OK"
    assert rig.clock.now_s() == pytest.approx(1.0)
    assert rig.say("Rlr;p") == "CARD"
    assert rig.do("Sis") == "OK"
    assert rig.say("Rlr;p") == "SMART CARD"
    assert rig.do("Sic") == "OK"
    assert rig.say("Rlr;p") == "CONTACTLESS CARD"
    assert rig.do("Ser") == "OK"
    assert rig.say("Rlr;p") == "OK"
    assert rig.gone[0].bin is Bin.REJECT


def test_magnetic_tracks_are_written_read_and_stay_on_the_card() -> None:
    rig = Rig()
    rig.do("Ss")
    for number, text in ((1, "HELLO;1"), (2, "123=456"), (3, "98765")):
        assert rig.say(f"Pmt;{number};{number}") == "OK"
        assert rig.say(f"Dm;{number};{text}") == "OK"
    ticket = rig.send(job.command("Smw"))
    assert rig.status.information & ENCODING
    assert rig.finish(ticket) == "OK"
    assert rig.do("Smr") == "OK"
    assert [rig.say(f"Rmb;{n}") for n in (1, 2, 3)] == ["HELLO;1", "123=456", "98765"]
    rig.do("Sce")
    assert {n: t.text for n, t in rig.gone[0].card.tracks.items()} == {
        1: "HELLO;1", 2: "123=456", 3: "98765",
    }  # fmt: skip
    assert not any("HELLO" in line for line in rig.firmware.commands)


def test_a_blank_track_and_wrong_data_are_told_and_forgotten_with_the_conversation() -> None:
    rig = Rig()
    rig.say("Pem;2")
    rig.do("Ss")
    assert rig.do("Smr") == "OK"
    assert rig.say("Rmb;2") == "ERROR BLANK TRACK"
    assert rig.status.error == 0x00080000
    rig.say("Dm;2;LETTERS")
    assert rig.do("Smw") == "ERROR MAGN DATA"
    rig.say("Pem;0")
    assert rig.status.error == 0
    assert rig.do("Smw") == "OK"


def test_options_that_are_not_fitted_say_so() -> None:
    rig = Rig(MODELS["zenius"])
    assert rig.say("Smw") == rig.say("Sv") == rig.say("Rip") == "OPTION NOT AVAILABLE"


def test_settings_are_remembered_and_wrong_ones_refused() -> None:
    rig = Rig()
    assert rig.say("Rcim") == "Feeder (F)"
    assert rig.say("Pcim;B") == "OK"
    assert rig.say("Rcim") == "Both (B)"
    assert rig.say("Pcim;X") == rig.say("Psid;1") == rig.say("Psid;x;1") == "ERROR PARAMETRES"
    assert rig.say("Rem;1") == "0"
    assert rig.say("Pem;2") == "OK"
    assert rig.say("Rem;1") == "2"
    assert rig.say("Nonsense") == "ERROR CDE"


def test_a_test_card_uses_a_blank_and_shows_stripes() -> None:
    rig = Rig()
    assert rig.do("St") == "OK"
    (face,) = rig.gone[0].card.faces.values()
    assert face.planes["k"][0, 40] == 255
    assert face.planes["k"][0, 0] == 0


def test_a_cleaning_starts_a_new_period() -> None:
    rig = Rig(blanks=3)
    for _card in range(3):
        rig.do("Sie")
    assert "rem_advised: 997" in (rig.say("Rco;clean") or "")
    assert rig.do("Scp") == "OK"
    assert "rem_advised: 1000" in (rig.say("Rco;clean") or "")
    assert rig.say("Rco;card") == "inserted_head: 3"
    assert [rig.say(f"Rco;{x}") for x in ("c", "p", "n", "l", "r", "clp")] == [
        "3", "0", "1", "300", "1000", "3",
    ]  # fmt: skip
