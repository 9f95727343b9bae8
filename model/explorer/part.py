"""One station as it is explored: its store, what its roles have in memory, its printer, and the card in the tray.

All that happens here without the hub is listed by `Side.moves`. People are honest and look, and never while a job is
alive: two say NOT PRINTED where the hopper has all its blanks; else one says of the card that came out what it is.
"""

from collections.abc import Iterator
from typing import NamedTuple

from model.explorer import office
from model.explorer.hub_side import Answer, Question
from model.explorer.plan import Plan
from model.explorer.station_facts import StationFacts
from model.explorer.station_side import StationSide
from prr.exchange import Claim
from station.jobs import Decision

NOTHING = -1


class Rig(NamedTuple):
    """A printer and what came out of it; no program sees `tray` or `good`."""

    job: int  # place of the right whose job it has, or NOTHING
    inside: bool  # a card is stuck in the path
    tray: str  # what the last job gave: a good card, a bad one or none yet
    counter: int
    hopper: int
    good: int  # good cards made, four bits a right


class Press(NamedTuple):
    """What the press has in memory between two steps."""

    step: str  # idle, chosen, begun, sent
    place: int = NOTHING
    number: int = 0  # fence of what is chosen, else the intent


class Mail(NamedTuple):
    """A question on its way to the hub, or an answer on its way back."""

    station: str
    what: str  # claim, tell, sync
    question: Question
    answer: Answer | None = None


class Part(NamedTuple):
    """The explored state of one station. `copy` is the store copied, 0 for none yet, 1 for put back; else plus two."""

    store: int
    day: int
    press: Press
    mail: Mail | None
    rig: Rig
    copy: int


class Step(NamedTuple):
    """One thing that may happen: a sentence, the part after it, and mail that the network may still bring later."""

    sentence: str
    after: Part
    late: Mail | None = None


IDLE = Press("idle")


class Side:
    """All that one station may do."""

    def __init__(self, plan: Plan, name: str) -> None:
        self.name = name
        self.station = StationSide(plan, name)
        self._plan = plan

    def facts(self, part: Part) -> StationFacts:
        """Return what its store says."""
        return self.station.shelf.facts[part.store]

    def moves(self, part: Part) -> Iterator[Step]:
        """Yield everything that may happen at this station next, but for the hub's answers."""
        yield from self._courier(part)
        yield from self._press(part)
        yield from self._printer(part)
        yield from self._people(part)
        if part.day + 1 < self._plan.days:
            yield self._step("the day turns", part._replace(day=part.day + 1))
        if self._plan.copied:
            yield from self._disk(part)

    def hears_late(self, part: Part, mail: Mail) -> Part:
        """Return the part after the answer of a claim came when nobody waited for it any more."""
        return part._replace(store=self._taken(part, mail))

    def _step(self, sentence: str, after: Part, late: Mail | None = None) -> Step:
        return Step(f"{self.name}: {sentence}", after, late)

    # -- courier ------------------------------------------------------------------------------------------

    def _courier(self, part: Part) -> Iterator[Step]:
        mail = part.mail
        if mail is None:
            yield from self._asks(part)
        elif mail.answer is None:
            yield self._step(
                f"gives up waiting for the answer to its {mail.what}",
                part._replace(mail=None),
                mail,
            )
        else:
            late = mail if mail.what == "claim" else None
            yield self._step(
                f"the answer to its {mail.what} is lost", part._replace(mail=None), late
            )
            after = part._replace(store=self._taken(part, mail), mail=None)
            yield self._step(f"hears the answer to its {mail.what}", after, late)

    def _asks(self, part: Part) -> Iterator[Step]:
        facts = self.facts(part)
        for what in ("claim", "tell", "sync"):
            if what == "claim" and not facts.asking and facts.claims >= self._plan.claims:
                continue
            store, question = self.station.call(part.store, part.day, "asks", what)
            if question is not None:
                mail = Mail(self.name, what, question)
                yield self._step(f"asks: {what}", part._replace(store=store, mail=mail))

    def _taken(self, part: Part, mail: Mail) -> int:
        assert mail.answer is not None
        if isinstance(mail.question, Claim):
            asked = mail.question
            store, _ = self.station.call(
                part.store, part.day, "hears_claim", mail.answer, asked.claim_key, asked.count_max,
                asked.hub_epoch,
            )  # fmt: skip
        else:
            store, _ = self.station.call(part.store, part.day, "hears", mail.what, mail.answer)
        return store

    # -- press --------------------------------------------------------------------------------------------

    def _press(self, part: Part) -> Iterator[Step]:
        press, rig, facts = part.press, part.rig, self.facts(part)
        if facts.opened or press.step != "idle":
            store, _ = self.station.call(part.store, part.day, "restarts")
            after = part._replace(store=store, press=IDLE)
            if after != part:
                yield self._step("the press is killed and starts again", after)
        if press.step == "idle":
            yield from self._idle_press(part)
        elif press.step == "chosen" and rig.job == NOTHING and not rig.inside:
            yield from self._begins(part)
        elif press.step == "begun":
            after = part._replace(
                press=press._replace(step="sent"), rig=rig._replace(job=press.place, tray="none")
            )
            yield self._step("the job's bytes reach the printer", after)
        if press.step in ("begun", "sent"):
            yield from self._ends(part)

    def _idle_press(self, part: Part) -> Iterator[Step]:
        facts, rig = self.facts(part), part.rig
        if facts.opened and facts.opened[0].in_doubt:
            alive = rig.job != NOTHING
            store, _ = self.station.call(
                part.store, part.day, "weighs", rig.counter, alive, rig.inside
            )
            if store != part.store:
                yield self._step("asks the printer about the doubt", part._replace(store=store))
        at_rest = rig.job == NOTHING and not rig.inside
        if not facts.opened and not facts.anchored and at_rest:
            store, _ = self.station.call(part.store, part.day, "anchors", rig.counter)
            yield self._step("notes where the counter stands", part._replace(store=store))
        elif (not facts.opened or self._plan.pushy) and not facts.locked:
            _, chosen = self.station.call(part.store, part.day, "chooses")
            if chosen is not None and facts.intents < self._plan.intents:
                press = Press("chosen", *chosen)
                yield self._step("chooses a card", part._replace(press=press))

    def _begins(self, part: Part) -> Iterator[Step]:
        press = part.press
        store, intent = self.station.call(
            part.store, part.day, "begins", press.place, press.number, part.rig.counter
        )
        begun = IDLE if intent is None else Press("begun", press.place, intent)
        sentence = "the intent is refused" if intent is None else "the intent is durable"
        yield self._step(sentence, part._replace(store=store, press=begun))

    def _ends(self, part: Part) -> Iterator[Step]:
        press, rig = part.press, part.rig
        store, _ = self.station.call(part.store, part.day, "ends", press.number, None)
        yield self._step("the link to the printer is lost", part._replace(store=store, press=IDLE))
        before = [o.counter_before for o in self.facts(part).opened if o.intent == press.number]
        at_rest = press.step == "sent" and rig.job == NOTHING and not rig.inside
        if at_rest and rig.tray == "good" and before == [rig.counter - 1]:
            store, _ = self.station.call(part.store, part.day, "ends", press.number, rig.counter)
            after = part._replace(store=store, press=IDLE)
            yield self._step("sees the card's positive end", after)

    # -- printer, people, disk ----------------------------------------------------------------------------

    def _printer(self, part: Part) -> Iterator[Step]:
        rig = part.rig
        if rig.job == NOTHING:
            return
        idle = rig._replace(job=NOTHING)
        yield self._step("the printer loses its job", part._replace(rig=idle))
        if rig.hopper:
            fed = idle._replace(counter=rig.counter + 1, hopper=rig.hopper - 1)
            made = fed._replace(tray="good", good=rig.good + (1 << (4 * rig.job)))
            yield self._step("a good card comes out", part._replace(rig=made))
            yield self._step("a bad card comes out", part._replace(rig=fed._replace(tray="bad")))
            if self._plan.jam:
                yield self._step("the card sticks", part._replace(rig=fed._replace(inside=True)))

    def _people(self, part: Part) -> Iterator[Step]:
        facts, rig = self.facts(part), part.rig
        if rig.inside:
            freed = part._replace(rig=rig._replace(inside=False, tray="bad"))
            yield self._step("a person takes the stuck card out", freed)
        for place in facts.waiting:
            store, _ = self.station.call(part.store, part.day, "approves", place)
            yield self._step("a person approves the next attempt", part._replace(store=store))
        for place in range(self._plan.rights if self._plan.release else 0):
            store, _ = self.station.call(part.store, part.day, "gives_back", place)
            if store != part.store:
                yield self._step("a person gives a right back", part._replace(store=store))
        doubts = [one for one in facts.opened if one.in_doubt]
        if part.press.step == "idle" and doubts and rig.job == NOTHING and not rig.inside:
            seen = Decision.SPOILED if rig.tray == "bad" else Decision.PRINTED
            fed = rig.counter != doubts[0].counter_before
            said = seen if fed else Decision.NOT_PRINTED
            store, broken = self.station.call(
                part.store, part.day, "resolves", doubts[0].intent, said
            )
            assert broken is None, broken
            yield self._step(f"people see: {said}", part._replace(store=store))

    def _disk(self, part: Part) -> Iterator[Step]:
        if part.copy == 0:
            yield self._step("its disk is copied", part._replace(copy=part.store + 2))
        elif part.copy > 1 and not self.facts(part).opened:
            store, _ = self.station.call(part.copy - 2, part.day, "restarts")
            after = part._replace(store=store, press=IDLE, mail=None, copy=1)
            yield self._step("the copy of its disk is put back", after)


def first_part(side: Side, plan: Plan) -> Part:
    """Return a station before its first word; its press has met its printer."""
    rig = Rig(NOTHING, inside=False, tray="none", counter=100, hopper=plan.blanks, good=0)
    station = side.station
    with station.store.write() as tx:
        tx.run("printer_seen", serial=office.serial(side.name), model="Evolis", firmware="1450")
    station.desk.load(plan.blanks, "ani")
    store, _ = station.call(station.shelf.put(), 0, "anchors", rig.counter)
    return Part(store, 0, IDLE, None, rig, 0)
