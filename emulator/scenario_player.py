"""Scenario player: hears what begins in the machine and lets the scenario's incidents happen. The caller locks."""

import logging
import random

from emulator.firmware import OrderError
from emulator.moment import Moment
from emulator.orders import Orders
from emulator.printer import Printer
from emulator.scenario import Incident, Scenario, ScenarioError, Step

log = logging.getLogger("emulator")


class ScenarioPlayer:
    """Plays one scenario at a time on one printer."""

    def __init__(self, printer: Printer, orders: Orders) -> None:
        self._printer = printer
        self._orders = orders
        self._scenario: Scenario | None = None
        self._first_card = 1
        self._begun: set[tuple[int, int]] = set()  # incident by identity, card

    def check(self, scenario: Scenario) -> None:
        """Refuse a scenario with orders this printer does not know.

        Raises:
            ScenarioError: names the order.
        """
        unknown = {str(order["do"]) for order in scenario.orders} - set(self._orders.names)
        if unknown:
            raise ScenarioError(
                f"{scenario.name}: {', '.join(sorted(unknown))} can't be done to this printer"
            )

    def play(self, scenario: Scenario, now_s: float) -> None:
        """Begin it now; another one under way ends. `check` it first."""
        self.end()
        self._scenario = scenario
        self._first_card = self._printer.firmware.next_piece
        incidents = self._printer.incidents
        incidents.scenario = scenario.name
        incidents.listen(self._begins)
        for order in scenario.start:
            self._do(Step(order), now_s)
        for incident in scenario.incidents:
            if incident.at is None:
                self._plan(incident.steps, now_s + incident.at_s)

    def end(self) -> None:
        """Let nothing more of it happen."""
        self._scenario = None
        self._begun.clear()
        self._printer.incidents.scenario = None
        self._printer.incidents.listen(None)

    def _begins(self, moment: Moment) -> None:
        scenario = self._scenario
        if scenario is None:
            return
        card = moment.card - self._first_card + 1
        due = [incident for incident in scenario.incidents if incident.befalls(card)]
        for incident in (*due, *self._drawn(card)):
            once = (id(incident), card)
            if incident.at == moment.what and once not in self._begun:
                self._begun.add(once)
                self._plan(incident.steps, moment.at_s)

    def _drawn(self, card: int) -> tuple[Incident, ...]:
        """Return what chance has in store for a card: always the same for one seed and card."""
        chance = None if self._scenario is None else self._scenario.chance
        if chance is None:
            return ()
        dice = random.Random(f"{chance.seed}:{card}")  # noqa: S311 - a scenario, no secret
        return (dice.choice(chance.incidents),) if dice.random() < chance.share else ()

    def _plan(self, steps: tuple[Step, ...], from_s: float) -> None:
        """Have the first of the steps happen in its time, which plans the next."""
        scenario = self._scenario
        step, *rest = steps
        at_s = from_s + step.after_s + self._printer.machine_s(step.after_host_s)

        def happen(now_s: float) -> None:
            if self._scenario is not scenario:
                return  # it was ended meanwhile
            self._do(step, now_s)
            if rest:
                self._plan(tuple(rest), now_s)

        self._printer.incidents.at(at_s, happen)

    def _do(self, step: Step, now_s: float) -> None:
        what = " ".join(str(value) for value in step.order.values())
        try:
            self._orders.do(step.order, now_s)
        except OrderError as exc:
            what = f"{what}: {exc}"
            log.warning("scenario: %s", what)
        self._printer.incidents.note(now_s, what)
