"""The certification of one printer: which questions, in which order, each settled by something the person can see.

    begin      five blanks, path empty, no error, no job
    error      no card: the cover is open, a feed is refused; can the counter be read?
    alone      card 1: fed by itself; power cut while it lies under the head; ejected
    kept       card 2: printed by a whole job without an eject; power cut while it lies there; taken out
    half       card 3, if it is fed at all: a job up to its first plane; the cable pulled; watched; power cut
    link       card 4: a whole job waits for a blank; the cable pulled; one blank put in; does it print?
    power      perhaps card 5: a whole job waits for a blank; power cut; one blank put in; does it print?
    end        the cards are counted

Nothing depends on speed: whatever is cut off lies still when it is. A card that is fed, printed or cut off waits for
the person, not the other way round. No thread, no clock, no wire: what it yields is in `asked`.
"""

from collections.abc import Generator
from typing import Any

from drivers.card import CardFace
from drivers.certify.asked import YES_NO, Run, Step, Wait, Word
from drivers.certify.cards import BLANKS
from drivers.certify.conversation import COVER_OPEN, Conversation, LookTalk, Talk
from drivers.certify.findings import EJECT, Move, move
from drivers.errors import CertificationError
from drivers.profile import Fact, Facts, Reading

EMPTY = "media-empty"


class Procedure:
    """The whole of it; `talk` keeps what was said and counted, also of one that ended early."""

    def __init__(self, talk: Conversation, face: CardFace) -> None:
        self.talk = talk
        self._face = face

    def story(self) -> Generator[Step, Any, Facts]:
        """Tell it from the beginning to the end.

        Raises:
            CertificationError: person and printer contradict each other, or the printer can't be certified.
            PrinterError: the printer or the link failed where it must not.
        """
        reading = yield from self._begin()
        reading = yield from self._error(reading)
        reading = yield from self._alone(reading)
        reading = yield from self._kept(reading)
        yield from self._half(reading)
        yield from self._waiting_and_link()
        yield from self._waiting_and_power()
        left = BLANKS - self.talk.cards.used
        yield from self.talk.count("end", "blanks-left", left)
        yield from self.talk.meet()
        return self.talk.found.facts()

    def _begin(self) -> LookTalk:
        talk = self.talk
        yield from talk.meet()
        yield from talk.count("begin", "blanks-in", BLANKS, count=BLANKS)
        talk.cards.hopper = BLANKS
        reading = yield from talk.look("begin")
        if reading.errors or reading.card_inside or reading.job_active:
            words = [*reading.errors]
            words += ["a card inside"] if reading.card_inside else []
            words += ["a job in memory"] if reading.job_active else []
            raise CertificationError(
                f"the printer is not ready: {', '.join(words)}; see to it, then begin again"
            )
        move("begin", reading, reading)  # the counter can be read
        return reading

    def _error(self, before: Reading) -> LookTalk:
        talk = self.talk
        yield from talk.act("error", "open-cover", lambda r: COVER_OPEN in r.errors)
        if (yield from talk.feeding(talk.scripts.feed())):
            raise CertificationError("the printer fed a card with its cover open: look for it")
        place, reading = yield from talk.where("error")
        if place is not Word.HOPPER:
            raise CertificationError("a card moved that the printer says it did not feed (error)")
        talk.cards.not_fed()
        talk.found.readable_in_error = Fact(
            reading.counter == before.counter,
            f"begin: {before.counter}; error {', '.join(reading.errors)}: {reading.counter}",
        )
        return (yield from talk.close_cover("error cleared"))

    def _alone(self, before: Reading) -> LookTalk:
        """Card 1."""
        talk = self.talk
        if not (yield from talk.feeding(talk.scripts.feed())):
            raise CertificationError("the printer refuses to feed a card: see to it")
        place, fed = yield from talk.where("fed alone")
        if place is not Word.INSIDE:
            raise CertificationError("the printer says it fed a card, and none lies inside")
        talk.cards.fed()
        talk.found.fed = move("fed alone", before, fed)
        place = yield from talk.power_cut_inside("power cut, fed alone", fed)
        cut = talk.readings[-1]
        if place is Word.INSIDE:
            yield Run(talk.scripts.eject())
            talk.cards.output += 1
        out = yield from talk.look("ejected")
        yield from talk.count("ejected", "output-count", talk.cards.output)
        # A card that left by itself at power-on was counted there, if it was counted for leaving at all.
        talk.found.exited = move("ejected", cut if place is Word.INSIDE else fed, out)
        return out

    def _kept(self, before: Reading) -> LookTalk:
        """Card 2."""
        talk = self.talk
        yield from talk.feeding(talk.scripts.print_and_keep(self._face))
        place, printed = yield from talk.where("printed")
        if place is Word.HOPPER:
            raise CertificationError("the printer says it printed a card, and none has moved")
        talk.cards.fed()
        talk.found.printed = move("printed", before, printed)
        talk.found.kept_inside = place is Word.INSIDE
        if place is Word.INSIDE:
            place = yield from talk.power_cut_inside("power cut, printed", printed)
        else:
            talk.cards.output += 1
        if place is Word.INSIDE:
            return (yield from talk.take_out("printed", printed=True))
        yield from talk.check_look("printed", printed=True)
        return (yield from talk.look("printed, out"))

    def _half(self, before: Reading) -> Talk:
        """Card 3, if the printer feeds one for half a job."""
        talk = self.talk
        yield from talk.feeding(talk.scripts.post_half(self._face))
        place, half = yield from talk.where("half a job")
        feeds = place is not Word.HOPPER
        if feeds:
            talk.cards.fed()
        else:
            talk.cards.not_fed()
        talk.cards.output += place is Word.OUTPUT
        moved = move("half a job", before, half)
        self._fits(moved, fed=feeds, left=place is Word.OUTPUT)
        talk.found.half_job_feeds = Fact(feeds, f"{place.value}; {moved}")
        yield from talk.pull_cable("half a job")
        yield from talk.put_cable_back("half a job")
        yield from self._watch()
        yield from self._cut_half(place, half)

    def _fits(self, moved: Move, *, fed: bool, left: bool) -> None:
        """Compare with when the counter was found to move before."""
        at = self.talk.found.moves_at().value
        if at is None:
            return
        wanted = left if at == EJECT else fed
        if moved.by != wanted:
            raise CertificationError(
                f"the counter moves at {at}, which does not fit what was seen ({moved})"
            )

    def _watch(self) -> Talk:
        """See how long half a job lives after its link was lost."""
        talk = self.talk
        watched_s = 0.0
        reading = yield from talk.look("link lost")
        while reading.job_active and watched_s < talk.patience.watch_s:
            yield Wait(talk.patience.poll_s)
            watched_s += talk.patience.poll_s
            reading = yield from talk.look("link lost")
        lives = bool(reading.job_active)
        word = "still there" if lives else "gone"
        talk.found.half_job_outlives_link = Fact(lives, f"{word} after {round(watched_s)} s")
        talk.found.jobs_seen.append("half a job")

    def _cut_half(self, place: Word, before: Reading) -> Talk:
        talk = self.talk
        step = "power cut, half a job"
        if place is Word.INSIDE:
            place = yield from talk.power_cut_inside(step, before)
        else:
            yield from talk.power_cut(step)
            yield from talk.look(step)
        lives = bool(talk.readings[-1].job_active)
        talk.found.half_job_outlives_power = Fact(
            lives, f"{'still there' if lives else 'gone'} after power-on"
        )
        if lives:
            raise CertificationError(
                "half a job outlives a power cut on this printer: no station can work with that"
            )
        if place is Word.INSIDE:
            yield from talk.take_out("half a job", printed=True)

    # -- a whole job that waits for a blank ------------------------------------------------------------------

    def _post_waiting(self, step: str) -> LookTalk:
        talk = self.talk
        yield from talk.count(step, "empty-hopper", talk.cards.hopper)
        before = yield from talk.look(step)
        if EMPTY not in before.errors:
            raise CertificationError(
                f"the printer sees blanks in a hopper said to be empty ({step})"
            )
        yield from talk.feeding(talk.scripts.post_waiting(self._face))
        reading = yield from talk.look(step)
        if reading.card_inside or reading.counter != before.counter:
            raise CertificationError(f"a card moved though the hopper is said to be empty ({step})")
        talk.cards.not_fed()
        talk.cards.hopper = 0
        talk.found.jobs_seen.append(step)
        return reading

    def _one_blank(self, step: str) -> Generator[Step, Any, bool]:
        """Have one blank put in; returns whether a printed card came out."""
        talk = self.talk
        yield from talk.ask(step, "one-blank", (Word.DONE,))
        talk.cards.hopper = 1
        talk.cards.perhaps = True
        return (yield from talk.ask(step, "card-came", YES_NO)) is Word.YES

    def _settle(self, step: str, before: Reading, *, came: bool) -> Generator[Step, Any, str]:
        """End a job that still lives and set the cards in the tray against the counter; returns how it was seen."""
        talk = self.talk
        found = yield from talk.look(step)
        if EMPTY in found.errors and not came:
            raise CertificationError(f"the printer misses the blank said to be put in ({step})")
        if not (yield Run(talk.scripts.end_job())):
            raise CertificationError(
                f"the job does not end ({step}): switch the printer off and on"
            )
        after = yield from talk.look(step)
        if after.card_inside:
            raise CertificationError(f"the printer still has a card inside ({step})")
        moved = move(step, before, after)
        if came and moved.by != 1:
            raise CertificationError(f"a card came out that the printer did not count ({moved})")
        yield from talk.count(step, "output-count", talk.cards.output + moved.by)
        talk.cards.output += moved.by
        if moved.by:
            talk.cards.fed()
        else:
            talk.cards.not_fed()
        return f"{'a printed card came' if came else 'no card came'}; {moved}"

    def _waiting_and_link(self) -> Talk:
        talk, step = self.talk, "a job waits, link lost"
        before = yield from self._post_waiting(step)
        yield from talk.pull_cable(step)
        came = yield from self._one_blank(step)
        yield from talk.put_cable_back(step)
        talk.found.whole_job_outlives_link = Fact(
            came, (yield from self._settle(step, before, came=came))
        )

    def _waiting_and_power(self) -> Talk:
        talk, step = self.talk, "a job waits, power cut"
        before = yield from self._post_waiting(step)
        yield from talk.power_cut(step)
        woken = yield from talk.look(step)
        came = yield from self._one_blank(step)
        how = yield from self._settle(step, before, came=came)
        talk.found.whole_job_outlives_power = Fact(came or bool(woken.job_active), how)
