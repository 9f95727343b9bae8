"""The explored world: a hub, stations, and the network between them; what may happen next in it.

A world is a handful of numbers. What happens at one station depends on that station's part alone, and what the hub
answers on its store alone, so each is worked out once by the real code and then looked up.
"""

from collections.abc import Iterator
from typing import NamedTuple

from model.explorer import laws, office
from model.explorer.hub_side import Answer, HubSide
from model.explorer.part import Mail, Part, Side, first_part
from model.explorer.plan import Plan
from prr.exchange import Claim


class World(NamedTuple):
    """Numbers: the hub's state, each station's part, the mail that may come late, and the hub's copy as in Part."""

    hub: int
    parts: tuple[int, ...]
    late: int
    copy: int


Next = tuple[str, World]


class Office:
    """One plan's hub and stations."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.hub = HubSide(plan)
        self.sides = tuple(Side(plan, name) for name in office.STATIONS[: plan.stations])
        self.parts: list[Part] = []
        self.shown: list[laws.Shown] = []
        self.part_laws: list[str | None] = []
        self._part_numbers: dict[tuple[int, Part], int] = {}
        self._moves: dict[int, list[tuple[str, int, Mail | None]]] = {}
        self._mails: list[frozenset[Mail]] = [frozenset()]
        self._mail_numbers: dict[frozenset[Mail], int] = {frozenset(): 0}
        self._grown: dict[tuple[int, Mail], int] = {}
        self._replies: dict[tuple[int, int, int], tuple[int, int] | None] = {}
        self.broken: str | None = None

    def first(self) -> World:
        """Return the world at the start: each station has told of its blanks and heard its first word."""
        parts = tuple(first_part(side, self.plan) for side in self.sides)
        hub = self.hub.shelf.put()
        for place, side in enumerate(self.sides):
            part = parts[place]
            for what in ("tell", "sync"):
                store, question = side.station.call(part.store, 0, "asks", what)
                hub, answer = self.hub.ask(hub, side.name, question)
                store, _ = side.station.call(store, 0, "hears", what, answer)
                part = part._replace(store=store)
            parts = (*parts[:place], part, *parts[place + 1 :])
        numbers = (self._number(place, part) for place, part in enumerate(parts))
        return World(hub, tuple(numbers), 0, 0)

    def next(self, world: World) -> Iterator[Next]:
        """Yield everything that may happen next."""
        for place, number in enumerate(world.parts):
            for sentence, after, late in self._local(place, number):
                moved = self._put(world, place, after)
                yield sentence, moved if late is None else self._with_late(moved, late)
            reply = self._reply(world.hub, place, number)
            if reply is not None:
                moved = self._put(world, place, reply[1])
                yield f"the hub answers {self.sides[place].name}", moved._replace(hub=reply[0])
        for mail in self._mails[world.late]:
            yield from self._late(world, mail)
        for sentence, hub in self.hub.people(world.hub):
            yield sentence, world._replace(hub=hub)
        if self.plan.restore and world.copy == 0:
            yield "the hub's store is copied", world._replace(copy=world.hub + 2)
        elif world.copy > 1:
            hub = self.hub.restored(world.copy - 2)
            yield "the copy of the hub's store is put back", world._replace(hub=hub, copy=1)

    def broken_law(self, world: World) -> str | None:
        """Return the law that a world breaks, None where all hold."""
        for number in world.parts:
            if self.part_laws[number] is not None:
                return self.part_laws[number]
        shown = tuple(self.shown[number] for number in world.parts)
        return self.broken or laws.of_all(self.hub.shelf.facts[world.hub], shown)

    # -- one station --------------------------------------------------------------------------------------

    def _number(self, place: int, part: Part) -> int:
        number = self._part_numbers.get((place, part))
        if number is None:
            number = self._part_numbers[place, part] = len(self.parts)
            self.parts.append(part)
            facts = self.sides[place].facts(part)
            self.shown.append(laws.shown(part, facts))
            self.part_laws.append(laws.of_station(part, facts))
        return number

    def _local(self, place: int, number: int) -> list[tuple[str, int, Mail | None]]:
        found = self._moves.get(number)
        if found is None:
            found = [
                (step.sentence, self._number(place, step.after), step.late)
                for step in self.sides[place].moves(self.parts[number])
            ]
            self._moves[number] = found
        return found

    @staticmethod
    def _put(world: World, place: int, number: int) -> World:
        parts = world.parts
        return world._replace(parts=(*parts[:place], number, *parts[place + 1 :]))

    # -- hub and network ----------------------------------------------------------------------------------

    def _reply(self, hub: int, place: int, number: int) -> tuple[int, int] | None:
        """Return hub and part after the hub took the question a station waits with; None for no question."""
        key = (hub, place, number)
        if key not in self._replies:
            part = self.parts[number]
            self._replies[key] = None
            if part.mail is not None and part.mail.answer is None:
                after, answer = self._asked(hub, part.mail)
                mail = None if answer is None else part.mail._replace(answer=answer)
                self._replies[key] = (after, self._number(place, part._replace(mail=mail)))
        return self._replies[key]

    def _asked(self, hub: int, mail: Mail) -> tuple[int, Answer | None]:
        after, answer = self.hub.ask(hub, mail.station, mail.question)
        if isinstance(mail.question, Claim) and answer is not None:
            again = self.hub.ask(after, mail.station, mail.question)
            if again != (after, answer):
                self.broken = "SameAnswer: one claim key got two answers"
        return after, answer

    def _late(self, world: World, mail: Mail) -> Iterator[Next]:
        """Yield what late mail may do: a question comes to the hub again, an answer to a claim to its station."""
        place = next(i for i, side in enumerate(self.sides) if side.name == mail.station)
        if mail.answer is not None:
            side = self.sides[place]
            after = side.hears_late(self.parts[world.parts[place]], mail)
            number = self._number(place, after)
            if number != world.parts[place]:
                sentence = f"{side.name}: an old answer to its {mail.what} comes"
                yield sentence, self._put(world, place, number)
            return
        hub, answer = self._asked(world.hub, mail)
        moved = world._replace(hub=hub)
        if mail.what == "claim" and answer is not None:
            moved = self._with_late(moved, mail._replace(answer=answer))
        if moved != world:
            yield f"the hub gets an old {mail.what} of {mail.station}", moved

    def _with_late(self, world: World, mail: Mail) -> World:
        key = (world.late, mail)
        number = self._grown.get(key)
        if number is None:
            mails = self._mails[world.late]
            grown = mails | {mail}
            number = world.late
            if len(grown) <= self.plan.late:
                number = self._mail_numbers.setdefault(grown, len(self._mails))
                if number == len(self._mails):
                    self._mails.append(grown)
            self._grown[key] = number
        return world._replace(late=number)
