"""The real hub over a store in memory: each call from a state of its store, the answer and the state after it.

A call is made once; what it did is remembered under the state and the question, for the same question to the same store
has the same answer. What people at the office do is a call too.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hub import claims, decisions, records, rights, schema, service, stations
from hub import sqlite as hub_sqlite
from hub.db import Store
from hub.errors import HubError
from hub.home import Hub
from hub.mark import Mark
from hub.tables.every import metadata
from model.explorer import office
from model.explorer.plan import Plan
from model.explorer.shelf import Rows, Shelf, memory_connection, queries
from prr.exchange import Claim, OutboxAnswer, OutboxEntry, Sync, SyncAnswer
from prr.record import Right

WORD = decisions.Word("ani", "budi", "explored")

PLACES = ("LOADED", "IN_PRINT", "PRINTED", "SPOILED")

Question = Claim | Sync | tuple[OutboxEntry, ...]
Answer = bytes | SyncAnswer | OutboxAnswer


@dataclass(frozen=True, slots=True)
class HubFacts:
    """What the laws look at in one state of a hub's store.

    Attributes:
        done: four bits a right, 1 where it is DONE.
        free: likewise READY or REVOKED; none while the hub was restored and has not heard every station.
        open_issues: a record has an issue that follows one not ended.
        books: per station: entries applied, hash of the last, then its blanks by place.
    """

    done: int
    free: int
    open_issues: bool
    books: tuple[tuple[Any, ...], ...]


class MemoryStore(hub_sqlite.SqliteFile):
    """The hub's store on a connection that is there already."""

    def __init__(self, memory: sqlite3.Connection) -> None:
        super().__init__(Path("/nowhere/hub.sqlite"))
        self.engine = sa.create_engine(
            "sqlite+pysqlite://", creator=lambda: memory, poolclass=sa.StaticPool
        )
        sa.event.listen(self.engine, "begin", hub_sqlite._on_begin)


class HubSide:
    """One hub and all the states its store has been in."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._rights = office.rights(plan.rights)
        self._names = office.STATIONS[: plan.stations]
        self.clock = office.StillClock()
        self._memory = memory_connection()
        backend = MemoryStore(self._memory)
        self.hub = Hub(
            Store(backend), Mark(Path("/nowhere/mark"), backend.reached), office.HUB_KEY, self.clock, office.ZONE,
            plan.cap, office.SERIES,
        )  # fmt: skip
        self._known: dict[Any, tuple[int, Any]] = {}
        self.calls = 0
        self.shelf: Shelf[HubFacts] = Shelf(self._memory, queries("hub.sql"), self._facts)
        self._begin()

    def _begin(self) -> None:
        """Make the office: its stations, their blanks, and the records."""
        store, plan = self.hub.store, self._plan
        store.write(metadata.create_all)
        store.write(store._backend.stamp)
        facts = {
            "id": 1, "hub_epoch": 1, "zone": office.ZONE, "cap": plan.cap, "series": office.SERIES,
        }  # fmt: skip
        store.write(lambda connection: connection.execute(sa.insert(schema.hub), facts))
        service.receive_blanks(self.hub, office.SERIES, plan.blanks * plan.stations, "D1")
        for name in self._names:
            stations.add(
                self.hub,
                stations.NewStation(name, office.SITE, "http://127.0.0.1:1", "tcp://127.0.0.1:1"),
            )
            service.send_blanks(self.hub, name, office.SERIES, plan.blanks, "D2")

        def add(connection: sa.Connection) -> None:
            for n in range(1, plan.rights + 1):
                made = office.record(n)
                sha256 = records.keep(connection, made, (), self.clock.now())
                rank = rights.CLASS_RANK[made.issue_type]
                records.add_right(connection, made, sha256, rank)

        store.write(add)
        self.hub.mark.is_due(self.clock.now())  # a mark is written once a second; time stands still

    # -- calls --------------------------------------------------------------------------------------------

    def ask(self, state: int, station: str, question: Question) -> tuple[int, Answer | None]:
        """Put a question to the hub in a state; an answer of None is a refusal."""
        key = (state, station, question)
        if key not in self._known:
            self.shelf.take(state)
            answer = self.answer(station, question)
            self._known[key] = (self.shelf.put(), answer)
            self.calls += 1
        return self._known[key]

    def answer(self, station: str, question: Question) -> Answer | None:
        """Let the hub answer from the state it is in now."""
        try:
            match question:
                case Claim():
                    return claims.answer(self.hub, question)
                case Sync():
                    return service.sync(self.hub, question)
                case _:
                    return service.apply_outbox(self.hub, station, question)
        except HubError:
            return None

    def people(self, state: int) -> list[tuple[str, int]]:
        """Return what people at the office may do in a state: a sentence and the state after it."""
        key = (state, "people")
        if key not in self._known:
            self._known[key] = (state, list(self._people(state)))
        found: list[tuple[str, int]] = self._known[key][1]
        return found

    def restored(self, copy: int) -> int:
        """Return the state of a hub put back from a copy, which people have said."""
        key = (copy, "restored")
        if key not in self._known:
            self.shelf.take(copy)
            decisions.declare_restored(self.hub, WORD)
            self._known[key] = (self.shelf.put(), None)
            self.calls += 1
        return self._known[key][0]

    def _people(self, state: int) -> list[tuple[str, int]]:
        acts: list[tuple[str, Any]] = []
        if self._plan.revoke:
            acts += [
                (f"the office wants {right} back", lambda right=right: self._revoke(right))
                for right in self._rights[: self._plan.rights]
            ]
        if self._plan.lost:
            acts += [
                (f"two people write {name} off", lambda name=name: self._write_off(name))
                for name in self._names
            ] + [
                (f"two people decide on a new issue of R{n}", lambda n=n: self._reissue(f"R{n}"))
                for n in range(1, self._plan.rights + 1)
            ]
        after = []
        for sentence, act in acts:
            self.shelf.take(state)
            act()
            self.calls += 1
            number = self.shelf.put()
            if number != state:
                after.append((sentence, number))
        return after

    def _revoke(self, right: Right) -> None:
        try:
            service.revoke(self.hub, right)
        except HubError:
            return

    def _write_off(self, name: str) -> None:
        decisions.write_off(self.hub, name, WORD, wait_h=0)

    def _reissue(self, record_id: str) -> None:
        try:
            issue = office.ISSUES + 1
            last = self.hub.store.read(
                lambda connection: connection.execute(
                    sa.select(sa.func.max(schema.rights.c.issue_no)).where(
                        schema.rights.c.record_id == record_id
                    )
                ).scalar_one()
            )
            if last + 1 < issue:
                decisions.reissue(self.hub, record_id, decisions.ReissueReason.STATION_LOST, WORD)
        except HubError:
            return

    # -- what the laws look at ----------------------------------------------------------------------------

    def _facts(self, rows: Rows) -> HubFacts:
        epoch = rows["hub"][0][0]
        states = {(r[1], r[2]): r[3] for r in rows["rights"]}
        balances = {r[0]: r[1] for r in rows["balances"]}

        def mask(wanted: str) -> int:
            return sum(
                1 << (4 * place)
                for place, right in enumerate(self._rights)
                if states.get((right.record_id, right.issue_no)) == wanted
            )

        awaited = any(r[4] < epoch and not r[5] for r in rows["stations"])
        return HubFacts(
            done=mask("DONE"),
            free=0 if awaited else mask("READY") | mask("REVOKED"),
            open_issues=any(
                issue > 1 and states.get((record, issue - 1)) in ("READY", "HELD")
                for record, issue in states
            ),
            books=tuple(
                (r[1], r[2], *(balances.get(f"station:{r[0]}:{place}", 0) for place in PLACES))
                for r in rows["stations"]
            ),
        )
