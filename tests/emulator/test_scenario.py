"""Scenarios: the library loads, and each mistake in a file is named by its place."""

from pathlib import Path
from random import Random

import pytest

from emulator.clock import VirtualClock
from emulator.line import Line
from emulator.orders import Orders
from emulator.printer import Printer
from emulator.scenario import (
    MOMENTS,
    Incident,
    Scenario,
    ScenarioError,
    Step,
    library,
    read_scenario,
    scenario_named,
)
from emulator.scenario_player import ScenarioPlayer
from support.rig import Rig

pytestmark = pytest.mark.pure

HEAD = 'title = "t"\nsays = "s"\n'
ONE = "[[incident]]\n"
ORDER = 'order = { do = "unplug" }\n'
FED = 'at = "feed"\n' + ORDER
LUCK = "[chance]\n"
LUCKY = "[[chance.incident]]\n" + FED


# --- reading ------------------------------------------------------------------------------------


def test_a_whole_file_is_read_as_it_stands() -> None:
    scenario = read_scenario(
        HEAD
        + 'start = [ { do = "room", room_c = 33 } ]\n'
        + ONE + 'card = 2\nat = "print m"\nafter_s = 1\n'
        + 'order = { do = "jam", where = "inside" }\n'
        + 'then = [ { after_host_s = 2, do = "clear-jam" }, { after_s = 3, do = "reboot" } ]\n'
        + ONE + 'every = 3\nat = "feed"\n' + ORDER
        + ONE + "at_s = 600\n" + ORDER
        + "[chance]\nseed = 7\nshare = 0.25\n" + LUCKY,
        "day",
    )  # fmt: skip
    unplug = (Step({"do": "unplug"}),)
    assert (scenario.name, scenario.title, scenario.says) == ("day", "t", "s")
    assert scenario.start == ({"do": "room", "room_c": 33},)
    assert scenario.incidents == (
        Incident(
            steps=(
                Step({"do": "jam", "where": "inside"}, after_s=1.0),
                Step({"do": "clear-jam"}, after_host_s=2.0),
                Step({"do": "reboot"}, after_s=3.0),
            ),
            at="print m",
            card=2,
        ),
        Incident(unplug, "feed", 3, every=True),
        Incident(unplug, at_s=600.0),
    )
    assert scenario.chance is not None
    assert (scenario.chance.seed, scenario.chance.share) == (7, 0.25)
    assert scenario.chance.incidents == (Incident(unplug, "feed"),)
    assert {order["do"] for order in scenario.orders} == {
        "room", "jam", "clear-jam", "reboot", "unplug",
    }  # fmt: skip


MISTAKES = [
    ("says = 's'", "day: title must be given, of type str"),
    ("title = 's'", "day: says must be given, of type str"),
    ("title = 5\nsays = 's'", "day: title must be given, of type str"),
    (HEAD + "title = 's'", "day: "),
    ("no toml", "day: "),
    (HEAD + "x = " + "[" * 5000, "day: "),
    (HEAD + "mood = 1", "day: mood is not known here"),
    (HEAD + "start = { do = 'reboot' }", "day: start must be a list of tables"),
    (HEAD + "start = [ 'reboot' ]", "day, start 1 must be a table"),
    (HEAD + "start = [ { do = 'reboot' }, { room_c = 3 } ]", "day, start 2: do must be given"),
    (HEAD + "incident = 5", "day: incident must be a list of tables"),
    (HEAD + "incident = [ 5 ]", "day, incident 1 must be a table"),
    (HEAD + ONE, "day, incident 1, order must be a table"),
    (HEAD + ONE + ORDER + ONE + "order = 'unplug'", "day, incident 2, order must be a table"),
    (HEAD + ONE + "order = { }", "day, incident 1, order: do must be given"),
    (HEAD + ONE + "order = { do = 5 }", "day, incident 1, order: do must be given"),
    (HEAD + ONE + ORDER + "at = 'tea'", "day, incident 1: at = 'tea' is no moment; moments are "),
    (HEAD + ONE + ORDER + "at = 5", "day, incident 1: at must be given, of type str"),
    (HEAD + ONE + ORDER + "at = 'print z'", "day, incident 1: at = 'print z' is no moment"),
    (HEAD + ONE + FED + "card = 0", "day, incident 1: cards are numbered from 1"),
    (HEAD + ONE + FED + "card = 1.5", "day, incident 1: card must be given, of type int"),
    (HEAD + ONE + FED + "card = true", "day, incident 1: card must be given, of type int"),
    (HEAD + ONE + FED + "every = -1", "day, incident 1: cards are numbered from 1"),
    (HEAD + ONE + FED + "every = 0", "day, incident 1: "),
    (HEAD + ONE + FED + "every = 2\ncard = 1", "day, incident 1: card is not known here"),
    (HEAD + ONE + ORDER + "at_s = -1", "day, incident 1: cards are numbered from 1, and time"),
    (HEAD + ONE + ORDER + "at_s = nan", "day, incident 1: "),
    (HEAD + ONE + ORDER + "at_s = 'noon'", "day, incident 1: at_s must be given, of type float"),
    (HEAD + ONE + FED + "at_s = 5", "day, incident 1: "),
    (HEAD + ONE + ORDER + "at_s = 5\ncard = 2", "day, incident 1: "),
    (HEAD + ONE + ORDER + "after_s = -1", "day, incident 1: a delay is from 0 to 1e+06 seconds"),
    (HEAD + ONE + ORDER + "after_s = nan", "day, incident 1: a delay is from 0 to 1e+06 seconds"),
    (HEAD + ONE + ORDER + "after_host_s = inf", "day, incident 1: a delay is from 0"),
    (HEAD + ONE + ORDER + "after_host_s = true", "day, incident 1: after_host_s must be given"),
    (HEAD + ONE + ORDER + "afer_s = 1", "day, incident 1: afer_s is not known here"),
    (HEAD + ONE + ORDER + "then = { do = 'reboot' }", "day, incident 1: then must be a list"),
    (HEAD + ONE + ORDER + "then = [ { } ]", "day, incident 1, then 1: do must be given"),
    (HEAD + ONE + ORDER + "then = [ { do = 'reboot', after_s = 1e7 } ]", "day, incident 1, then 1: a d"),
    (HEAD + "chance = 1", "day, chance must be a table"),
    (HEAD + LUCK, "day, chance: needs a share from 0 to 1 and incidents to choose among"),
    (HEAD + LUCK + "share = 0\n" + LUCKY, "day, chance: needs a share"),
    (HEAD + LUCK + "share = 1.5\n" + LUCKY, "day, chance: needs a share"),
    (HEAD + LUCK + "share = nan\n" + LUCKY, "day, chance: needs a share"),
    (HEAD + LUCK + "seed = 1.5\n" + LUCKY, "day, chance: seed must be given, of type int"),
    (HEAD + LUCK + "luck = 1\n" + LUCKY, "day, chance: luck is not known here"),
    (HEAD + LUCK + LUCKY + "at_m = 1", "day, chance, incident 1: at_m is not known here"),
    (HEAD + LUCK + LUCKY + "card = 2", "day, chance, incident 1: "),
    (HEAD + LUCK + "[[chance.incident]]\n" + ORDER, "day, chance, incident 1: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), MISTAKES)
def test_each_mistake_is_named_by_its_place(text: str, sentence: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_scenario(text, "day")
    assert str(refused.value).startswith(sentence)


def test_every_moment_a_machine_tells_of_can_be_named() -> None:
    for moment in MOMENTS:
        (incident,) = read_scenario(HEAD + ONE + ORDER + f'at = "{moment}"', "day").incidents
        assert incident.at == moment


# --- the library --------------------------------------------------------------------------------


def test_the_library_loads_and_every_name_finds_its_scenario() -> None:
    found = library()
    names = [scenario.name for scenario in found]
    assert names == sorted(names)
    assert {"power-cut-noon", "worn-ribbon", "flaky-cable"} <= set(names)
    assert [scenario_named(name) for name in names] == found


@pytest.mark.parametrize("scenario", library(), ids=lambda scenario: scenario.name)
def test_each_of_the_library_can_be_done_and_says_what_it_does(scenario: Scenario) -> None:
    printer = Printer(Rig().firmware, Line(Random(1)), VirtualClock())
    orders = Orders(printer)
    ScenarioPlayer(printer, orders).check(scenario)
    assert scenario.title.strip()
    assert len(scenario.says.split()) > 5
    for order in scenario.orders:
        orders.do(order, 0.0)  # with arguments the order takes


def test_a_file_of_ones_own_is_found_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "my day.toml"
    path.write_text(HEAD + ONE + ORDER)
    assert scenario_named(str(path)).name == "my day"
    path.write_text(HEAD + "x = 1")
    with pytest.raises(ScenarioError, match="my day: x is not known here"):
        scenario_named(str(path))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioError, match=r"my day\.toml can't be read"):
        scenario_named(str(path))


@pytest.mark.parametrize(
    "name", ["nonsense", "../scenarios/flaky-cable", "", "/", "x" * 300, "flaky\0cable"]
)
def test_what_is_neither_gets_the_names_there_are(name: str) -> None:
    with pytest.raises(ScenarioError, match=r"not in the library \(.*flaky-cable, .*\)$"):
        scenario_named(name)
