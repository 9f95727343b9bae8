"""The press: takes approved rights from the store and prints each exactly once. It has the device and no network.

Its story, top to bottom:

    restart   every open intent is in doubt (before anything else)
    meet      who answers at the device URI; locked printers print nothing
    doubts    ask the printer, settle what it proves, wait for people with the rest
    cards     choose - P0 preflight - P1 intent - P2 bytes - P3 positive end - P4 outcome, one card after the other;
              while one is printed the next is decrypted, checked, rendered and encoded

An operating error of the printer stops the story, says why, and begins it again from `meet` after a pause.
"""

import sqlite3
import threading
from collections.abc import Generator

import structlog

from drivers.card import CardOutcome, Evidence, Verdict
from drivers.errors import ModelNotSupportedError, PrinterError, PrinterNotReadyError
from prr.exchange import Outcome
from station import attempt, doubt, events, tally
from station.choice import Choice, Work
from station.clock import Clock
from station.config import Config
from station.database import Database, Transaction
from station.errors import StationError
from station.jobs import RightState, StopReason
from station.printer import Printer
from station.role import RoleState
from station.worker import Story

RETRY_S = 2.0
IDLE_S = 0.2
NOT_READY_S = 1.0
DOUBT_ASK_S = 5.0
LOOK_AGAIN_S = 5.0  # a day turns and trust grows stale without any commit
RELEASE_AFTER_S = 3.0
LEAVE_ALONE = {
    "media-empty",
    "x-card-inside",
    "x-job-active",
    "x-busy",
    "x-ribbon-type-wrong",
}  # no error to clear, or not ours to clear


class PrinterLockedError(StationError):
    """The printer's own count does not fit the store: no card until people have counted."""


class WithdrawnError(StationError):
    """The work chosen may not be printed any more: revoked, disapproved or out of allowance meanwhile."""


class Press:
    """Prints on one printer out of one store."""

    def __init__(
        self, config: Config, database: Database, printer: Printer, choice: Choice, clock: Clock,
        stopping: threading.Event,
    ) -> None:  # fmt: skip
        self._config = config
        self._station = config.station.id
        self._database = database
        self._printer = printer
        self._choice = choice
        self._clock = clock
        self._stopping = stopping
        self._role = RoleState("press", database, clock)
        self._log = structlog.get_logger().bind(role="press")

    def story(self) -> Story:
        """Tell the whole story; ends between two cards once stopping is set."""
        self._restart()
        while not self._stopping.is_set():
            try:
                yield from self._meet()
                yield from self._settle_doubts()
                yield from self._anchor()
                yield from self._print_cards()
            except PrinterNotReadyError as error:
                yield from self._wait_not_ready(error)
            except PrinterError as error:
                yield from self._recover(error)
            except PrinterLockedError as error:
                self._role.stopped({StopReason.PRINTER_LOCKED: str(error)})
                yield NOT_READY_S
        self._printer.drop()
        with self._database.write() as tx:
            events.note(tx, self._clock.now(), "press.ended")
        self._role.say("stopped", {})

    def _restart(self) -> None:
        count = self._database.settle(self._begin_anew)
        if count:
            self._log.warning("press.found_doubt", count=count)

    def _begin_anew(self, tx: Transaction) -> int:
        now = self._clock.now()
        events.note(tx, now, "press.started", boot_id=self._clock.boot_id)
        return doubt.doubt_all(tx, self._station, now)

    def _meet(self) -> Generator[float, None, None]:
        if self._printer.identity is None:
            identity = yield from self._printer.meet()
            with self._database.write() as tx:
                tx.run(
                    "printer_seen", serial=identity.serial, model=identity.make_and_model,
                    firmware=identity.firmware,
                )  # fmt: skip
                events.note_news(
                    tx, self._clock.now(), "printer.met", printer=identity.serial,
                    model=identity.make_and_model, firmware=identity.firmware,
                    counter_certified=self._printer.counter_certified,
                )  # fmt: skip
                self._note_profile(tx)
            self._log.info("printer.met", model=identity.make_and_model, printer=identity.serial)
        with self._database.read() as tx:
            row = tx.one("printer", serial=self._serial)
        if row is not None and row["locked_reason"]:
            raise PrinterLockedError(row["locked_reason"])

    def _note_profile(self, tx: Transaction) -> None:
        """Say that a profile does not count for the printer that answers: another firmware, another model."""
        word = self._printer.profile_word
        if self._printer.has_profile and not word.counts:
            events.note(tx, self._clock.now(), "profile.ignored", reason=word.reason)
            self._log.warning("profile.ignored", reason=word.reason)

    @property
    def _serial(self) -> str:
        assert self._printer.identity is not None
        return self._printer.identity.serial

    # -- doubts ----------------------------------------------------------------------------------------------

    def _settle_doubts(self) -> Generator[float, None, None]:
        """Hold the line until no intent is open. Evidence is asked for at once and then every few seconds."""
        asked_s = -DOUBT_ASK_S
        while not self._stopping.is_set():
            with self._database.read() as tx:
                rows = doubt.open_intents(tx)
            if not rows:
                return
            if self._clock.monotonic_s() - asked_s >= DOUBT_ASK_S:
                asked_s = self._clock.monotonic_s()
                if (yield from self._ask_evidence(rows[0])):
                    continue
            numbers = ", ".join(str(row["intent"]) for row in rows)
            self._role.stopped({StopReason.IN_DOUBT: f"intent {numbers}"})
            yield IDLE_S

    def _ask_evidence(self, row: sqlite3.Row) -> Generator[float, None, bool]:
        now = yield from self._printer.talk(self._printer.driver.finish_script())
        with self._database.write() as tx:
            settled = doubt.settle_by_evidence(
                tx, self._station, row, now, self._clock.now(),
                certified=self._printer.counter_certified,
            )  # fmt: skip
        self._log.info(
            "doubt.weighed", intent=row["intent"], outcome="NOT_PRINTED" if settled else "open"
        )
        return settled

    def _anchor(self) -> Generator[float, None, None]:
        """Note where the printer's counter stands when nobody knows: first met, or people have decided or unlocked.

        A store put back to such a moment would else print again what was printed since. No card moves.
        """
        with self._database.read() as tx:
            row = tx.one("printer", serial=self._serial)
            known = row is None or row["counter"] is not None
            if known or doubt.open_intents(tx):
                return
        now = yield from self._printer.talk(self._printer.driver.evidence())
        at_rest = now.card_inside is False and now.job_active is False
        if at_rest and now.serial == self._serial and now.counter is not None:
            self._check_anchor(now)

    # -- cards -----------------------------------------------------------------------------------------------

    def _print_cards(self) -> Generator[float, None, None]:
        """Print while there is work and nothing speaks against it."""
        idle_since_s: float | None = None
        while not self._stopping.is_set():
            work = self._choice.next(self._serial)
            if isinstance(work, Work):
                idle_since_s = None
                if not (yield from self._print(work)):
                    return
                continue
            self._role.idle_or_stopped(work)
            idle_since_s = yield from self._idle(idle_since_s)
            if self._locked_or_doubtful():
                return

    def _idle(self, since_s: float | None) -> Generator[float, None, float]:
        """Wait a little; after a while without work give the printer's session back, once."""
        now_s = self._clock.monotonic_s()
        if since_s is None:
            since_s = now_s
        elif now_s - since_s >= RELEASE_AFTER_S and since_s >= 0:
            yield from self._printer.talk(self._printer.driver.release())
            since_s = float("inf")
        while not self._stopping.is_set():
            yield IDLE_S
            aged_s = self._clock.monotonic_s() - now_s
            if self._database.changed_elsewhere() or aged_s >= LOOK_AGAIN_S:
                break
        return since_s

    def _locked_or_doubtful(self) -> bool:
        with self._database.read() as tx:
            row = tx.one("printer", serial=self._serial)
            return bool(doubt.open_intents(tx)) or (row is not None and bool(row["locked_reason"]))

    def _print(self, work: Work) -> Generator[float, None, bool]:
        """Print one card; returns whether the next may follow (False: a doubt stands)."""
        intents: list[tuple[int, float]] = []

        def commit(before: Evidence) -> None:
            intents.append((self._begin(work, before), self._clock.monotonic_s()))
            self._role.say("processing", {})

        def prepare() -> None:
            self._choice.prepare_after(work)

        script = self._printer.driver.print_script(work.request)
        try:
            outcome = yield from self._printer.talk(script, commit, prepare)
        except WithdrawnError:
            self._log.info("work.withdrawn", right=str(work.right))
            self._choice.forget(work)
            yield IDLE_S  # what the store refuses and the choice does not see would else be tried without end
            return True
        except ModelNotSupportedError:
            self._choice.forget(work)  # encoded for another model: made anew for this one
            raise
        assert intents, "a print script ends with an outcome only after its Commit"
        intent, begun_s = intents[0]
        self._choice.forget(work)
        return self._end(intent, outcome, round((self._clock.monotonic_s() - begun_s) * 1000))

    def _begin(self, work: Work, before: Evidence) -> int:
        """P1, with what P0 found: after this returns, and not before, a card may move."""
        self._check_anchor(before)
        plan = self._choice.plan(work, self._serial)
        if plan is None:
            raise WithdrawnError("the allowance or the blanks are used up")
        try:
            with self._database.write() as tx:
                self._check_right(tx, plan)
                intent = attempt.begin(tx, plan, before, self._clock.boot_id, self._clock.now())
        except sqlite3.IntegrityError as error:
            raise WithdrawnError(f"the store refused the intent: {error}") from error
        self._log.info(
            "intent.committed", intent=intent, right=str(work.right), printer=self._serial
        )
        return intent

    def _check_right(self, tx: Transaction, plan: attempt.Plan) -> None:
        """Look once more inside the transaction: the courier may have tombed the right since it was chosen."""
        printer = tx.one("printer", serial=self._serial)
        if printer is not None and printer["locked_reason"]:
            raise PrinterLockedError(printer["locked_reason"])
        if plan.right is None:
            return
        row = tx.one("right_of", record_id=plan.right.record_id, issue_no=plan.right.issue_no)
        assert row is not None
        if row["state"] != RightState.CACHED or not row["approved"] or row["fence"] != plan.fence:
            raise WithdrawnError("the right was taken back")

    def _check_anchor(self, before: Evidence) -> None:
        """Lock the printer when its counter is not where the last card left it, or can have left it.

        A store restored from a backup shows so, and cards made behind the station's back.
        """
        found = before.counter
        with self._database.write() as tx:
            row = tx.one("printer", serial=self._serial)
            assert row is not None
            known = row["counter"]
            by_book = tally.counter_range(tx, self._serial, before.counter_kind)
            lawful = by_book if known is None else (known, known)
            if found is None or lawful is None or lawful[0] <= found <= lawful[1]:
                if found != known:
                    tx.run("printer_counter", serial=self._serial, counter=found)
                return
            stood = " to ".join(map(str, sorted(set(lawful))))
            reason = f"the printer counted {found} cards, the store {stood}"
            tx.run("printer_lock", serial=self._serial, reason=reason)
            events.note(tx, self._clock.now(), "printer.locked", counter=found, known=list(lawful))
        raise PrinterLockedError(reason)

    def _end(self, intent: int, outcome: CardOutcome, print_ms: int) -> bool:
        """P4: settle a positive end, or say that there is a doubt."""

        def settle(tx: Transaction) -> None:
            now = self._clock.now()
            if outcome.verdict is not Verdict.PRINTED:
                attempt.put_in_doubt(tx, self._station, intent, now)
                return
            attempt.settle(
                tx, self._station, intent, Outcome.PRINTED, now,
                after_evidence=outcome.evidence, print_ms=print_ms,
            )  # fmt: skip

        self._database.settle(settle)
        if outcome.verdict is Verdict.PRINTED:
            self._log.info("intent.settled", intent=intent, outcome="PRINTED", took_ms=print_ms)
            return True
        self._log.error(
            "intent.doubted", intent=intent, reason=outcome.reason, frames=self._printer.frames()
        )
        return False

    # -- faults ----------------------------------------------------------------------------------------------

    def _wait_not_ready(self, error: PrinterNotReadyError) -> Generator[float, None, None]:
        reasons = sorted(str(reason) for reason in error.reasons)
        empty = any(reason.keyword == "media-empty" for reason in error.reasons)
        stop = StopReason.NO_BLANKS if empty else StopReason.PRINTER_FAULT
        self._role.stopped({stop: ", ".join(reasons)})
        if not LEAVE_ALONE & {reason.keyword for reason in error.reasons}:
            yield from self._clear_error()
        yield NOT_READY_S

    def _clear_error(self) -> Generator[float, None, None]:
        """Ask the printer to leave its error state, now that no doubt stands and no card is inside.

        It refuses while the cause is there; then it is asked again at the next look.
        """
        try:
            yield from self._printer.talk(self._printer.driver.clear_script())
        except PrinterError as refusal:
            self._log.debug("printer.not_cleared", error=str(refusal))

    def _recover(self, error: PrinterError) -> Generator[float, None, None]:
        self._log.error("printer.failed", error=str(error), frames=self._printer.frames())
        self._printer.drop()
        self._role.stopped({StopReason.PRINTER_FAULT: str(error)})
        yield RETRY_S
