"""What people do at the station: load blanks, approve, unlock, ask for a test card, resolve a doubt.

Each is one transaction in the store; the press sees it at its next look. No device and no network is needed.
"""

from datetime import date

from prr.exchange import Adjustment, DayClose, Loading, Returning, Revocation, SpoilReason
from prr.record import Right
from station import blanks, closing, doubt, events, grants, outbox
from station.clock import Clock
from station.config import Config
from station.database import Database, Transaction
from station.day import today
from station.errors import DecisionError
from station.jobs import Decision


class Desk:
    """The counter's side of one station."""

    def __init__(self, config: Config, database: Database, clock: Clock) -> None:
        self._station = config.station.id
        self._zone = config.station.zone
        self._series = config.printer.series
        self._second_person = config.press.second_person
        self._database = database
        self._clock = clock

    def load(self, count: int, by: str, uids: tuple[str, ...] = ()) -> int:
        """Book blanks put into the printer (count > 0) or taken out (count < 0); returns what is loaded now.

        Args:
            count: how many.
            by: who did it.
            uids: their chips' numbers, of all of them or of none.

        Raises:
            DecisionError: more taken out than are in, or a blank read is not one that can be loaded or taken out.
        """
        assert count
        assert len(uids) in (0, abs(count))
        at = self._clock.now()
        with self._database.write() as tx:
            loaded = int(tx.value("blanks_loaded", series=self._series))
            if loaded + count < 0:
                raise DecisionError(
                    f"only {loaded} blanks are loaded, {-count} cannot be taken out"
                )
            self._check_own_blank(tx, loaded, count, uids)
            only = blanks.alone(tx, self._series)
            named = uids or (() if only is None or count > 0 else (only,))
            if not named:
                source, target = ("OUTSIDE", "LOADED") if count > 0 else ("LOADED", "OUTSIDE")
                tx.run(
                    "blank_move", series=self._series, source=source, target=target,
                    count=abs(count), intent=None, who=by, at=at.isoformat(),
                )  # fmt: skip
            elif count > 0:
                blanks.put_in(tx, self._series, named, by, at)
            else:
                blanks.take_out(tx, self._series, named, by, at)
            body = Loading(series=self._series, count=count, by=by)
            outbox.tell(tx, self._station, at, body)
            events.note(
                tx, at, "blanks.loaded", series=self._series, count=count, people=[by],
                **({"blank_uids": list(named)} if named else {}),
            )  # fmt: skip
        return loaded + count

    def check_unused(self, uid: str) -> None:
        """Refuse a blank that cannot be put in: see `station.blanks.check_unused`.

        Raises:
            DecisionError: it is in the printer or on a card.
        """
        with self._database.read() as tx:
            blanks.check_unused(tx, uid)

    def _check_own_blank(
        self, tx: Transaction, loaded: int, count: int, uids: tuple[str, ...]
    ) -> None:
        """Keep a blank that a held record must go on alone in the hopper: among others nobody knows which is fed."""
        if count < 0 or loaded + count == 1:
            return
        only = blanks.alone(tx, self._series)
        for uid in (*uids, *(() if only is None else (only,))):
            if blanks.rights_on(tx, uid):
                raise DecisionError(
                    f"blank {uid} is for one record: it must be the only one in the printer"
                )

    def count(self, found: int, people: tuple[str, str], reason: str) -> int:
        """Book the difference between a hand count of the hopper and the book; returns it (below zero: missing).

        Raises:
            DecisionError: the two people are one.
        """
        if people[0] == people[1]:
            raise DecisionError(
                "a count that differs needs two different people: add --second NAME"
            )
        at = self._clock.now()
        with self._database.write() as tx:
            difference = found - int(tx.value("blanks_loaded", series=self._series))
            if not difference:
                return 0
            source, target = ("FOUND", "LOADED") if difference > 0 else ("LOADED", "MISSING")
            tx.run(
                "blank_move", series=self._series, source=source, target=target,
                count=abs(difference), intent=None, who=",".join(people), at=at.isoformat(),
            )  # fmt: skip
            body = Adjustment(series=self._series, count=difference, reason=reason, by=people)
            outbox.tell(tx, self._station, at, body)
            events.note(
                tx, at, "blanks.adjusted", series=self._series, count=difference,
                people=list(people), reason=reason,
            )  # fmt: skip
        return difference

    def loaded(self) -> int:
        """Return how many blanks the book has in the hopper."""
        with self._database.read() as tx:
            return int(tx.value("blanks_loaded", series=self._series))

    def give_back(self, count: int, people: tuple[str, str], reason: str) -> int:
        """Book blanks taken out of the hopper for the supplier; returns what is loaded now.

        Raises:
            DecisionError: the two people are one, or fewer are loaded.
        """
        assert count > 0
        if people[0] == people[1]:
            raise DecisionError("blanks go back by two different people: add --second NAME")
        at = self._clock.now()
        with self._database.write() as tx:
            loaded = int(tx.value("blanks_loaded", series=self._series))
            if loaded < count:
                raise DecisionError(f"only {loaded} blanks are loaded, {count} cannot go back")
            tx.run(
                "blank_move", series=self._series, source="LOADED", target="RETURNED",
                count=count, intent=None, who=",".join(people), at=at.isoformat(),
            )  # fmt: skip
            body = Returning(series=self._series, count=count, reason=reason, by=people)
            outbox.tell(tx, self._station, at, body)
            events.note(
                tx, at, "blanks.returned", series=self._series, count=count,
                people=list(people), reason=reason,
            )  # fmt: skip
        return loaded - count

    def close(self, day: date | None, by: str, found: int | None) -> DayClose:
        """Close a day, today where none is named, with the blanks counted by hand where somebody did.

        Raises:
            DecisionError: the day has not begun.
        """
        with self._database.write() as tx:
            now = today(tx, self._clock, self._zone)
            if day is not None and day > now:
                raise DecisionError(f"{day} has not begun: today is {now}")
            return closing.close(
                tx, self._station, day or now, self._zone, by, self._clock.now(),
                hopper_count=found,
            )  # fmt: skip

    def approve(self, right: Right, by: str) -> None:
        """Let a held right be printed.

        Raises:
            DecisionError: it does not wait for a word here.
        """
        with self._database.write() as tx:
            changed = tx.run("right_approve", record_id=right.record_id, issue_no=right.issue_no)
            if not changed:
                raise DecisionError(
                    f"{right} does not wait for approval here: see `ktp-station queue`"
                )
            events.note(tx, self._clock.now(), "right.approved", right=str(right), people=[by])

    def unlock(self, people: tuple[str, str]) -> int:
        """Unlock every locked printer after a count; returns how many were.

        Raises:
            DecisionError: the two people are one.
        """
        if people[0] == people[1]:
            raise DecisionError("unlocking needs two different people: add --second NAME")
        with self._database.write() as tx:
            count = tx.run("printers_unlock")
            if count:
                events.note(tx, self._clock.now(), "printer.unlocked", people=people)
        return count

    def ask_test_card(self, by: str) -> int:
        """Ask the press for a test card; returns the request's number. It counts against cap and blanks."""
        with self._database.write() as tx:
            at = self._clock.now()
            events.note(tx, at, "test_card.asked", people=[by])
            return tx.add("test_ask", who=by, at=at.isoformat())

    def release(self, right: Right, by: str, reason: str) -> None:
        """Give an unprinted right back to the hub: tombed here first, told second.

        Raises:
            DecisionError: it is not held here unprinted.
        """
        with self._database.write() as tx:
            row = tx.one("right_of", record_id=right.record_id, issue_no=right.issue_no)
            wanted = None if row is None else Revocation(right=right, fence=row["fence"])
            at = self._clock.now()
            if wanted is None or not grants.release(tx, self._station, wanted, reason, at):
                raise DecisionError(f"{right} is not held here unprinted: see `ktp-station queue`")
            events.note(tx, at, "right.given_back", right=str(right), people=[by])

    def resolve(
        self, intent: int, decision: Decision, people: tuple[str, ...],
        reason: SpoilReason | None = None, blank_uid: str | None = None,
    ) -> None:  # fmt: skip
        """Settle a doubt by people's word; a spoiled card with what spoiled it, a card read with its number.

        Raises:
            DecisionError: see `station.doubt.resolve`.
        """
        self._database.settle(
            lambda tx: doubt.resolve(
                tx, self._station, intent, decision, people, self._clock.now(),
                reason=reason, office=self._second_person, blank_uid=blank_uid,
            )
        )  # fmt: skip
