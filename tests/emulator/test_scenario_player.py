"""Scenarios played: what befalls which card, chance by seed, and the ways to begin and end one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from emulator.clock import VirtualClock
from emulator.control_client import ControlError
from emulator.line import Line
from emulator.moment import Moment
from emulator.orders import Orders
from emulator.printer import Printer
from emulator.scenario import ScenarioError, library, read_scenario
from emulator.scenario_player import ScenarioPlayer
from support import evolis_job as job
from support.emulated import emulated
from support.rig import Rig

PROGRAM = (sys.executable, "-c", "from emulator.cli import main; main()")
HEAD = 'title = "t"\nsays = "s"\n'
ONE = "[[incident]]\n"
ORDER = 'order = { do = "unplug" }\n'


# --- by hand ----------------------------------------------------------------------------------------


class Player:
    """A player on a printer of its own whose moments a test tells."""

    def __init__(self, text: str = "", seed: int | None = None) -> None:
        self.printer = Printer(Rig().firmware, Line(Random(1)), VirtualClock())
        self.orders = Orders(self.printer)
        self.player = ScenarioPlayer(self.printer, self.orders)
        if text:
            scenario = read_scenario(HEAD + text, "day")
            self.player.play(scenario if seed is None else scenario.seeded(seed), 0.0)

    def tell(self, card: int, what: str, at_s: float = 0.0) -> None:
        self.printer.incidents.begins(Moment(card, what, at_s))

    def happen(self) -> list[tuple[float, str]]:
        """Let everything planned happen; return it."""
        incidents = self.printer.incidents
        happened: list[tuple[float, str]] = []
        while incidents.horizon_s < float("inf"):
            incidents.happen()
            happened += incidents.happened
            incidents.happened.clear()
        return happened


def test_an_incident_befalls_its_card_at_its_moment_once() -> None:
    day = Player(ONE + 'card = 2\nat = "feed"\nafter_s = 1.5\norder = { do = "busy" }')
    for card, what in ((1, "feed"), (2, "print y"), (3, "feed")):
        day.tell(card, what)
    assert day.happen() == []
    day.tell(2, "feed", 10.0)
    day.tell(2, "feed", 12.0)
    assert day.happen() == [(11.5, "busy")]
    assert day.printer.line.busy


def test_every_third_card() -> None:
    day = Player(ONE + 'every = 3\nat = "feed"\norder = { do = "busy" }')
    for card in range(1, 10):
        day.tell(card, "feed", float(card))
    assert [at_s for at_s, _what in day.happen()] == [3, 6, 9]


def test_cards_count_from_the_beginning_of_the_scenario() -> None:
    rig = Rig()
    rig.do("St")
    rig.do("St")
    printer = Printer(rig.firmware, Line(Random(1)), rig.clock)
    player = ScenarioPlayer(printer, Orders(printer))
    player.play(read_scenario(HEAD + ONE + 'at = "feed"\n' + ORDER, "day"), rig.clock.now_s())
    printer.incidents.begins(Moment(2, "feed", 0.0))
    assert printer.incidents.horizon_s == float("inf")
    printer.incidents.begins(Moment(3, "feed", 0.0))
    assert printer.incidents.horizon_s == 0.0


def test_each_step_follows_the_one_before() -> None:
    day = Player(
        ONE + 'at_s = 5\nafter_s = 1\norder = { do = "busy" }\n'
        'then = [ { after_s = 2, do = "unplug" }, { do = "replug" },'
        ' { after_host_s = 4, do = "busy", on = false } ]'
    )
    assert day.happen() == [(6, "busy"), (8, "unplug"), (8, "replug"), (12, "busy False")]


def test_host_seconds_are_as_long_as_the_machine_is_fast() -> None:
    class Fast(VirtualClock):
        speed = 50.0

    printer = Printer(Rig().firmware, Line(Random(1)), Fast())
    player = ScenarioPlayer(printer, Orders(printer))
    text = ONE + "at_s = 5\nafter_s = 1\nafter_host_s = 2\n" + ORDER
    player.play(read_scenario(HEAD + text, "day"), 0.0)
    assert printer.incidents.horizon_s == 5 + 1 + 2 * 50


def test_an_order_that_cannot_be_done_is_noted_with_its_reason_and_the_day_goes_on() -> None:
    day = Player(
        ONE + 'at_s = 1\norder = { do = "jam", where = "attic" }\nthen = [ { do = "busy" } ]'
    )
    (_at_s, refused), (_again, done) = day.happen()
    assert refused.startswith('jam attic: "where" must be one of before-feed, inside')
    assert done == "busy"


def test_a_calm_day_has_no_more_incidents_not_even_planned_ones() -> None:
    day = Player(ONE + 'at_s = 1\norder = { do = "busy" }\n' + ONE + 'at = "feed"\n' + ORDER)
    day.player.end()
    day.tell(1, "feed")
    assert day.happen() == []
    assert day.printer.incidents.scenario is None


def test_another_scenario_ends_the_one_before() -> None:
    day = Player(ONE + 'at_s = 1\norder = { do = "busy" }\n')
    day.player.play(read_scenario(HEAD + ONE + "at_s = 2\n" + ORDER, "other"), 0.0)
    assert day.happen() == [(2, "unplug")]
    assert day.printer.incidents.scenario == "other"


CHANCE = """
[chance]
share = 0.5
[[chance.incident]]
at = "feed"
order = { do = "busy" }
[[chance.incident]]
at = "feed"
order = { do = "unplug" }
[[chance.incident]]
at = "eject"
order = { do = "reboot" }
"""


def drawn(seed: int, cards: range) -> dict[int, str]:
    day = Player(CHANCE, seed)
    for card in cards:
        day.tell(card, "feed", float(card))
        day.tell(card, "eject", float(card))
    return {int(at_s): what for at_s, what in day.happen()}


def test_chance_draws_the_same_for_one_seed_and_another_for_another() -> None:
    first = drawn(1, range(1, 200))
    assert drawn(1, range(1, 200)) == first
    # whatever befell the cards before
    assert drawn(1, range(150, 200)) == {c: what for c, what in first.items() if c >= 150}
    assert len({json.dumps(drawn(seed, range(1, 30))) for seed in range(20)}) == 20
    assert set(first.values()) == {"busy", "unplug", "reboot"}
    assert 60 < len(first) < 140  # about half of them: four standard deviations and more


def test_without_a_chance_there_is_nothing_to_seed() -> None:
    with pytest.raises(ScenarioError, match="nothing in it is left to chance"):
        Player(ONE + ORDER, seed=1)


# --- over the control link ----------------------------------------------------------------------

CUT = HEAD + ONE + 'at = "print k"\norder = { do = "jam", where = "at-exit" }'


def test_a_scenario_is_played_by_its_text_and_ended(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        answer = bench.control.do("scenario", toml=CUT)
        assert answer == {"ok": True, "scenario": "the order"}
        assert bench.truth()["scenario"] == "the order"
        bench.raw(b"\x1bPem;2\r")
        bench.raw(job.mono_job() + job.END_OF_JOB)
        bench.control.do("wait-idle")
        truth = bench.truth()
        assert truth["jammed"]
        assert [incident["what"] for incident in truth["incidents"]] == ["jam at-exit"]
        bench.control.do("clear-jam")
        assert bench.control.do("calm") == {"ok": True}
        assert bench.truth()["scenario"] is None


def test_a_scenario_is_played_by_its_name_and_seed(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        assert bench.control.do("scenario", name="hot-afternoon")["scenario"] == "hot-afternoon"
        truth = bench.truth()
        assert (truth["scenario"], truth["room_c"]) == ("hot-afternoon", 38.0)
        assert bench.control.do("scenario", name="bad-luck", seed=12)["ok"]
        assert bench.truth()["scenario"] == "bad-luck"


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ({"name": "nonsense"}, "not in the library"),
        ({"name": "x" * 300}, "not in the library"),
        ({"name": 5}, '"name" must be'),
        ({}, '"name" must be'),
        ({"toml": 5}, '"toml" must be a text'),
        ({"toml": "x"}, "the order: "),
        ({"toml": HEAD + ONE + "order = { do = 'fly' }"}, "the order: fly can't be done to this"),
        ({"toml": HEAD + "start = [ { do = 'wait-idle' } ]"}, "the order: wait-idle can't be done"),
        ({"name": "flaky-cable", "seed": 5}, "nothing in it is left to chance"),
        ({"name": "bad-luck", "seed": -1}, '"seed" must be a whole number'),
        ({"name": "bad-luck", "seed": "x"}, '"seed" must be a whole number'),
    ],
)
def test_what_cannot_be_played_gets_a_sentence_and_changes_nothing(
    tmp_path: Path, order: dict[str, Any], sentence: str
) -> None:
    with emulated(tmp_path) as bench:
        with pytest.raises(ControlError) as refused:
            bench.control.do("scenario", **order)
        assert sentence in str(refused.value)
        assert bench.truth()["scenario"] is None


def test_a_printer_starts_into_its_bad_day(tmp_path: Path) -> None:
    scenario = read_scenario(HEAD + 'start = [ { do = "open-cover" } ]', "day")
    with emulated(tmp_path, scenario=scenario) as bench:
        truth = bench.truth()
        assert (truth["scenario"], truth["cover_open"]) == ("day", True)


# --- on the command line ------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*PROGRAM, *arguments), capture_output=True, text=True, timeout=20, check=False
    )


def test_the_command_line_lists_every_scenario_with_what_happens() -> None:
    listed = run("scenarios")
    assert listed.returncode == 0
    for scenario in library():
        assert (
            f"{scenario.name}\n    {scenario.title}\n    {scenario.says.split()[0]}"
            in listed.stdout
        )


@pytest.mark.parametrize("deep", [False, True])
def test_a_scenario_that_is_none_ends_the_start_with_a_sentence(tmp_path: Path, deep: bool) -> None:
    path = tmp_path / "day.toml"
    path.write_text("x = " + "[" * 5000)
    ended = run(
        "run", "--cards", str(tmp_path / "cards"), "--listen", "tcp:127.0.0.1:0",
        "--scenario", str(path) if deep else "nonsense",
    )  # fmt: skip
    assert ended.returncode == os.EX_USAGE
    assert ended.stderr.startswith("ktp-emulator: ")
    assert ("day: " if deep else "not in the library") in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert not ended.stdout
