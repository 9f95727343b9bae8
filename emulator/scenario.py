"""Scenario: a bad day in a TOML file: what happens to a printer, at which card and motion, and how it is put right.

    title = "Power cut at noon"
    says  = "The mains fail one second into the magenta panel of the second card ..."
    start = [ { do = "room", room_c = 33 } ]            orders when the scenario begins

    [[incident]]
    card  = 2                                           of those fed since it began; `every = 3`: the 3rd, 6th, ...
    at    = "print m"                                   the moment something begins (see `moment.py`)
    after_s = 1.0                                       machine seconds later; `after_host_s`: seconds of the host's
    order = { do = "power-cut" }
    then  = [ { after_host_s = 2, do = "power-on" } ]   each step after the one before

    [[incident]]
    at_s  = 600                                         instead of card and moment: machine seconds from the beginning

    [chance]                                            by seed: a card has bad luck with a probability of `share`
    seed  = 1
    share = 0.3
    [[chance.incident]]                                 one of these, card left out

The library lies beside this file. No printer here: `scenario_player.py` plays it.
"""

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from emulator.firmware import Answer

LIBRARY = "scenarios"
ENDING = ".toml"
MOTIONS = (
    "feed",
    "align",
    "turn",
    "move",
    "eject",
    "reject",
    "encode",
    "read",
    "clean",
    "print",
    "cut",
)
MOMENTS = frozenset((*MOTIONS, *(f"print {panel}" for panel in "ymckolsfhi"), "job", "departed"))
DELAY_S_MAX = 1e6


class ScenarioError(Exception):
    """A scenario that can't be used; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Step:
    """One order, some time after the step before."""

    order: Answer
    after_s: float = 0.0
    after_host_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Incident:
    """What happens when.

    Attributes:
        at: the moment, None: at `at_s` machine seconds from the beginning.
        card: which card since the beginning, or every so many if `every`.
    """

    steps: tuple[Step, ...]
    at: str | None = None
    card: int = 1
    every: bool = False
    at_s: float = 0.0

    def befalls(self, card: int) -> bool:
        """Say whether it is this card's."""
        return card % self.card == 0 if self.every else card == self.card


@dataclass(frozen=True, slots=True)
class Chance:
    """Bad luck by seed."""

    seed: int
    share: float
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A bad day."""

    name: str
    title: str
    says: str
    start: tuple[Answer, ...] = ()
    incidents: tuple[Incident, ...] = ()
    chance: Chance | None = None

    def seeded(self, seed: int) -> "Scenario":
        """Return it with another seed.

        Raises:
            ScenarioError: nothing in it is left to chance.
        """
        if self.chance is None:
            raise ScenarioError(f"{self.name}: nothing in it is left to chance; leave the seed out")
        return replace(self, chance=replace(self.chance, seed=seed))

    @property
    def orders(self) -> list[Answer]:
        """Return every order in it."""
        drawn = self.chance.incidents if self.chance else ()
        steps = [step for incident in (*self.incidents, *drawn) for step in incident.steps]
        return [*self.start, *(step.order for step in steps)]


def library() -> list[Scenario]:
    """Return all scenarios that ship, by name."""
    found = (entry for entry in _library().iterdir() if entry.name.endswith(ENDING))
    return [_read(entry) for entry in sorted(found, key=lambda entry: entry.name)]


def scenario_named(name: str) -> Scenario:
    """Return a scenario by its name in the library or the path of its file.

    Raises:
        ScenarioError: it is neither, or the file is no scenario.
    """
    shipped = {entry.name: entry for entry in _library().iterdir()}
    entry = shipped.get(name + ENDING)
    if entry is not None:
        return _read(entry)
    path = Path(name)
    try:
        there = path.is_file()
    except (OSError, ValueError):  # too long, or no name at all
        there = False
    if not there:
        known = ", ".join(scenario.name for scenario in library())
        raise ScenarioError(f"{name[:200]!r} is no file and not in the library ({known})")
    return _read(path)


def _library() -> Traversable:
    return files("emulator") / LIBRARY


def _read(entry: Traversable | Path) -> Scenario:
    try:
        return read_scenario(entry.read_text("utf-8"), entry.name.removesuffix(ENDING))
    except (OSError, UnicodeDecodeError) as exc:
        raise ScenarioError(f"{entry.name} can't be read: {exc}") from exc


def read_scenario(text: str, name: str) -> Scenario:
    """Read a scenario from the text of its file.

    Raises:
        ScenarioError: with the place and what is expected there.
    """
    try:
        table = _Table(tomllib.loads(text), name)
    except tomllib.TOMLDecodeError as exc:
        raise ScenarioError(f"{name}: {exc}") from exc
    except RecursionError as exc:
        raise ScenarioError(f"{name}: its tables are nested too deep") from exc
    scenario = Scenario(
        name=name,
        title=table.take("title", str),
        says=table.take("says", str),
        start=tuple(_order(order) for order in table.tables("start")),
        incidents=tuple(_incident(found) for found in table.tables("incident")),
        chance=_chance(table.table("chance")),
    )
    table.end()
    return scenario


def _chance(table: "_Table | None") -> Chance | None:
    if table is None:
        return None
    chance = Chance(
        seed=table.take("seed", int, 0),
        share=table.take("share", float, 1.0),
        incidents=tuple(_incident(found, drawn=True) for found in table.tables("incident")),
    )
    table.end()
    if not chance.incidents or not 0 < chance.share <= 1:
        raise table.wrong("needs a share from 0 to 1 and incidents to choose among")
    return chance


def _incident(table: "_Table", *, drawn: bool = False) -> Incident:
    _check_when(table, drawn=drawn)
    at = table.take("at", str, "")
    if at and at not in MOMENTS:
        raise table.wrong(f"at = {at!r} is no moment; moments are {', '.join(sorted(MOMENTS))}")
    repeats = table.has("every")
    first = Step(_order(table.needed("order")), *_delays(table))
    incident = Incident(
        steps=(first, *(_step(found) for found in table.tables("then"))),
        at=at or None,
        card=table.take("every" if repeats else "card", int, 1),
        every=repeats,
        at_s=table.take("at_s", float, 0.0),
    )
    table.end()
    if incident.card < 1 or not 0 <= incident.at_s <= DELAY_S_MAX:
        raise table.wrong("cards are numbered from 1, and time does not go back nor for ever")
    return incident


def _check_when(table: "_Table", *, drawn: bool) -> None:
    """Refuse an incident that says twice when it happens; one that does not say happens at once."""
    by_card = table.has("card") or table.has("every")
    if drawn and (by_card or table.has("at_s") or not table.has("at")):
        raise table.wrong(
            "what chance draws happens at a moment: give at, and no card, every or at_s"
        )
    if table.has("at") and table.has("at_s"):
        raise table.wrong("give either at, a moment, or at_s, seconds from the beginning")
    if by_card and not table.has("at"):
        raise table.wrong("a card needs a moment: give at")


def _step(table: "_Table") -> Step:
    delays = _delays(table)
    return Step(_order(table), *delays)


def _delays(table: "_Table") -> tuple[float, float]:
    delays = (table.take("after_s", float, 0.0), table.take("after_host_s", float, 0.0))
    if any(not 0 <= delay <= DELAY_S_MAX for delay in delays):
        raise table.wrong(f"a delay is from 0 to {DELAY_S_MAX:g} seconds")
    return delays


def _order(table: "_Table") -> Answer:
    table.take("do", str, keep=True)
    return table.rest()


class _Table:
    """A TOML table whose keys are taken one by one; what is left over at the end is a mistake."""

    def __init__(self, found: object, place: str) -> None:
        if not isinstance(found, dict):
            raise ScenarioError(f"{place} must be a table")
        self._found: dict[str, Any] = dict(found)
        self._place = place

    def wrong(self, what: str) -> ScenarioError:
        """Return the error that names this place."""
        return ScenarioError(f"{self._place}: {what}")

    def has(self, key: str) -> bool:
        """Say whether a key is there and not taken yet."""
        return key in self._found

    def take(self, key: str, kind: type, default: Any = None, *, keep: bool = False) -> Any:
        """Return a value of a kind; without a default it must be there."""
        value = self._found.get(key, default)
        if not keep:
            self._found.pop(key, None)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.wrong(f"{key} must be given, of type {kind.__name__}")
        return value

    def table(self, key: str) -> "_Table | None":
        """Return a table inside, None if there is none."""
        found = self._found.pop(key, None)
        return None if found is None else _Table(found, f"{self._place}, {key}")

    def needed(self, key: str) -> "_Table":
        """Return a table inside that must be there."""
        return _Table(self._found.pop(key, None), f"{self._place}, {key}")

    def tables(self, key: str) -> "list[_Table]":
        """Return a list of tables inside."""
        found = self._found.pop(key, [])
        if not isinstance(found, list):
            raise self.wrong(f"{key} must be a list of tables")
        return [_Table(each, f"{self._place}, {key} {n}") for n, each in enumerate(found, 1)]

    def rest(self) -> Answer:
        """Return what has not been taken."""
        rest, self._found = self._found, {}
        return rest

    def end(self) -> None:
        """Refuse what nobody has taken."""
        if self._found:
            raise self.wrong(f"{', '.join(sorted(self._found))} is not known here")
