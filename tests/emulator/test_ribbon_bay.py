"""A strip that tears or ends mid-card: what is on the card then, and the way out."""

from pathlib import Path

import numpy as np
import pytest

from emulator.machine.card import Bin, Side
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.mechanics import Machine
from emulator.machine.outlet import NoOutlet
from emulator.machine.ribbon import KINDS, YMCKO
from emulator.machine.stoppage import Cause, Stoppage
from support import evolis_job as job
from support.ink import INK
from support.rig import Rig

pytestmark = pytest.mark.pure


def loaded(store: StateStore | None = None) -> Machine:
    machine = Machine(MachineState("t"), store or StateStore(None), NoOutlet(), seed="t")
    machine.fit_ribbon(YMCKO, 100)
    machine.add_blanks(2)
    machine.pick(0.0)
    return machine


def torn(store: StateStore | None = None) -> Machine:
    """Return a machine whose magenta has just torn in the middle of the card."""
    machine = loaded(store)
    machine.bay.tear_ahead = ("m", 0.5)
    machine.print_panel("y", INK, 1.0)
    with pytest.raises(Stoppage) as stopped:
        machine.print_panel("m", INK, 2.0)
    assert stopped.value.cause is Cause.RIBBON_TORN
    return machine


def left_on(machine: Machine) -> tuple[int, Cause | None]:
    """Return the segments left and why no yellow can be printed."""
    assert machine.ribbon is not None
    try:
        machine.panels_skipped("y")
    except Stoppage as stoppage:
        return machine.ribbon.remaining, stoppage.cause
    return machine.ribbon.remaining, None


def test_the_ink_up_to_the_tear_is_on_the_card() -> None:
    machine = torn()
    assert machine.inside is not None
    face = machine.inside.faces[Side.FRONT]
    assert face.panels_used == ["y", "m"]
    assert face.planes["y"] is INK
    assert not face.planes["m"][:, 508 + 24 :].any()
    assert np.count_nonzero(face.planes["m"][:, :484]) > 0.9 * 648 * 484
    assert machine.state.counters.panels == 2


def test_a_torn_strip_prints_nothing_and_starts_no_card() -> None:
    machine = torn()
    assert left_on(machine) == (99, Cause.RIBBON_TORN)
    with pytest.raises(Stoppage, match="torn"):
        machine.check_ribbon()
    with pytest.raises(Stoppage, match="torn"):
        machine.print_panel("c", INK, 3.0)
    assert machine.state.counters.panels == 2
    machine.leave(Bin.REJECT, 4.0)


def test_tape_costs_two_segments() -> None:
    machine = torn()
    machine.mend_ribbon()
    assert left_on(machine) == (97, None)
    machine.mend_ribbon()
    assert left_on(machine) == (97, None)
    machine.print_panel("c", INK, 3.0)


def test_tape_on_the_last_segment_leaves_none() -> None:
    machine = loaded()
    machine.fit_ribbon(YMCKO, 1)
    machine.bay.tear_ahead = ("y", 0.2)
    with pytest.raises(Stoppage):
        machine.print_panel("y", INK, 1.0)
    machine.mend_ribbon()
    assert left_on(machine) == (0, Cause.RIBBON_ENDED)


def test_a_torn_cassette_is_replaced_by_a_new_one() -> None:
    machine = torn()
    machine.fit_ribbon(KINDS[100])
    assert machine.panels_skipped("k") == 0
    machine.fit_ribbon(YMCKO)
    assert left_on(machine) == (YMCKO.capacity, None)


def test_a_cassette_taken_out_torn_is_not_mended_by_that() -> None:
    machine = torn()
    machine.remove_ribbon()
    machine.mend_ribbon()
    with pytest.raises(Stoppage, match="missing"):
        machine.check_ribbon()
    machine.fit_ribbon(YMCKO)
    assert left_on(machine) == (YMCKO.capacity, None)


def test_a_tear_outlasts_the_process(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.json")
    torn(store)
    stored = store.load()
    assert stored is not None
    again = Machine(stored, store, NoOutlet(), seed="t")
    assert left_on(again) == (99, Cause.RIBBON_TORN)


def test_a_card_stopped_before_the_tear_does_not_tear() -> None:
    machine = loaded()
    machine.bay.tear_ahead = ("y", 0.5)
    machine.print_panel("y", INK, 1.0, done=0.4)
    assert left_on(machine)[1] is None
    assert machine.bay.tear_ahead == ("y", 0.5)


def test_a_state_of_before_there_were_tears_is_read(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.json")
    loaded(store)
    path = tmp_path / "state.json"
    text = path.read_text().replace('"torn":[],', "").replace('"head_hot_s":0.0,', "")
    assert "torn" not in text
    path.write_text(text)
    stored = store.load()
    assert stored is not None
    assert (stored.torn, stored.head_hot_s) == ([], 0.0)


def test_the_strip_can_end_mid_card(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.json")
    machine = loaded(store)
    machine.bay.out_ahead = "c"
    for panel in "ym":
        machine.print_panel(panel, INK, 1.0)
    for _look in range(2):
        with pytest.raises(Stoppage, match="ended"):
            machine.panels_skipped("c")
    assert machine.inside is not None
    assert machine.inside.faces[Side.FRONT].panels_used == ["y", "m"]
    assert left_on(machine) == (0, Cause.RIBBON_ENDED)
    stored = store.load()
    assert stored is not None
    assert stored.cassettes == {0: (0, 0)}
    machine.fit_ribbon(YMCKO, 50)
    assert machine.panels_skipped("c") == 2


# --- in a job -----------------------------------------------------------------------------------

ERR_RIBBON = 0x04000000
ERR_RIBBON_ENDED = 0x00200000


def test_a_tear_ends_the_job_and_a_person_gets_the_printer_going_again() -> None:
    rig = Rig()
    rig.say("Pem;2")
    rig.machine.bay.tear_ahead = ("c", 0.3)
    rig.send(job.simplex_job() + job.END_OF_JOB)
    rig.wait(60)
    assert rig.status.error == ERR_RIBBON
    assert rig.gone == []
    rig.machine.mend_ribbon()
    assert rig.do("Scs") == "OK"
    (spoiled,) = rig.gone
    assert spoiled.bin is Bin.REJECT
    assert spoiled.card.faces[Side.FRONT].panels_used == ["y", "m", "c"]
    rig.send(job.simplex_job() + job.END_OF_JOB)
    rig.wait(60)
    assert rig.gone[1].bin is Bin.OUTPUT
    assert rig.gone[1].card.faces[Side.FRONT].panels_used == list("ymcko")


def test_a_strip_that_ends_mid_card_ends_the_job() -> None:
    rig = Rig()
    rig.say("Pem;2")
    rig.machine.bay.out_ahead = "k"
    rig.send(job.simplex_job() + job.END_OF_JOB)
    rig.wait(60)
    assert rig.status.error == ERR_RIBBON_ENDED
    assert rig.machine.inside is not None
    assert rig.machine.inside.faces[Side.FRONT].panels_used == ["y", "m", "c"]


def test_a_power_cut_in_a_panel_that_was_to_tear_leaves_the_card_where_it_is() -> None:
    rig = Rig()
    rig.machine.bay.tear_ahead = ("y", 0.0)
    rig.send(job.simplex_job())
    rig.wait(2.5)
    rig.firmware.power_off(rig.clock.now_s())
    assert rig.machine.inside is not None
    assert rig.machine.bay.torn
