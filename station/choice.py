"""What is printed next, and everything that speaks against printing: policy and limits, no device, no network.

A record is decrypted, its seal checked, rendered and encoded here, ahead of time and in memory only. What cannot be
printed is set aside for a person: never in a loop, never in silence.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from drivers.card import CardDesign, CardFace, PrintRequest
from drivers.driver import Driver
from drivers.errors import DesignNotPrintableError
from prr import status
from prr.exchange import Grant
from prr.image import ImageRefusedError
from prr.record import PrintReadyRecord, Right
from prr.seal import SealBrokenError
from station import blanks, events, test_card
from station.attempt import Plan
from station.clock import Clock, Moment
from station.config import Config
from station.database import Database, Row, Transaction
from station.day import today
from station.errors import StationError
from station.jobs import StopReason
from station.layout import Layout
from station.vault import Sealed, Vault

AHEAD_MAX = (
    2  # the card being printed and the one after it; a face and its planes take some megabytes
)
RESERVE_BYTES = (
    32 * 2**20
)  # an intent begun must be able to end; a card's writes take some kilobytes

Against = dict[StopReason, str]
_UNFIT = (SealBrokenError, ImageRefusedError, DesignNotPrintableError, StationError)


class UnfitError(StationError):
    """A held record that must not or cannot go on a card."""


@dataclass(frozen=True, slots=True)
class Work:
    """One card ready to print. `right` is None for a test card; `blank_uid` is the one blank it must go on."""

    right: Right | None
    fence: int | None
    request: PrintRequest
    test_request: int | None = None
    blank_uid: str | None = None


def free_bytes(folder: Path) -> int:
    """Return what is free on the disk that holds a folder."""
    return shutil.disk_usage(folder).free


class Choice:
    """Chooses and prepares for one press."""

    def __init__(
        self,
        config: Config,
        database: Database,
        vault: Vault,
        layout: Layout,
        driver: Driver,
        clock: Clock,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._config = config
        self._database = database
        self._vault = vault
        self._layout = layout
        self._driver = driver
        self._clock = clock
        self._free = free
        self._ready: dict[Right, Work] = {}
        self._log = structlog.get_logger().bind(role="press")

    def next(self, printer_serial: str) -> Work | Against:
        """Return the next card, or what speaks against printing one (nothing: there is just no work)."""
        with self._database.read() as tx:
            against = self._against(tx, printer_serial)
            own = self._rights_of_the_blank(tx)
            test = tx.one("test_waiting") if own is None else None
            rows = tx.all("rights_next", count=1) if own is None else own[:1]
        if against:
            return against
        if test is not None:
            request = self._driver.encode(self._design(test_card.face()))
            return Work(None, None, request, test["request"])
        if not rows:
            return self._why_no_rights()
        work = self._work(rows[0])
        return work if work is not None else self.next(printer_serial)

    def prepare_after(self, current: Work) -> None:
        """Prepare one more card while another is printed, if none is ready yet."""
        with self._database.read() as tx:
            own = self._rights_of_the_blank(tx)
            rows = tx.all("rights_next", count=AHEAD_MAX) if own is None else own
        for row in rows:
            right = _right(row)
            if right not in self._ready and right != current.right:
                self._work(row)
                return

    def forget(self, work: Work) -> None:
        """Drop a card's picture from memory."""
        if work.right is not None:
            self._ready.pop(work.right, None)

    def plan(self, work: Work, printer_serial: str) -> Plan | None:
        """Return what P1 has to write, or None where allowance or blanks are used up."""
        with self._database.read() as tx:
            day = today(tx, self._clock, self._config.station.zone, printer_serial)
            allowance = tx.one("allowance_open", printer_serial=printer_serial, day=day.isoformat())
            loaded = tx.value("blanks_loaded", series=self._config.printer.series)
            alone = blanks.alone(tx, self._config.printer.series)
        if allowance is None or allowance["left_over"] < 1 or loaded < 1:
            return None
        if work.blank_uid is not None and work.blank_uid != alone:
            return None
        return Plan(
            right=work.right,
            fence=work.fence,
            image_sha256=work.request.image_sha256,
            printer_serial=printer_serial,
            series=self._config.printer.series,
            allowance_id=allowance["allowance_id"],
            day=day,
            zone=allowance["zone"],
            test_request=work.test_request,
            blank_uid=alone,
        )

    # -- what speaks against printing --------------------------------------------------------------------

    def _against(self, tx: Transaction, printer_serial: str) -> Against:
        return self._against_any_card(tx) or self._against_this_printer(tx, printer_serial)

    def _against_any_card(self, tx: Transaction) -> Against:
        hold = tx.value("fact", name="hold")
        if hold:
            return {StopReason.UPSTREAM_HOLD: hold}
        checked = tx.value("fact", name="hub_checked")
        hours = self._config.press.freshness_h
        if checked and Moment.from_text(checked).elapsed_s(self._clock) > hours * 3600:
            return {StopReason.STALE: f"not heard for {hours} h"}
        free = self._free(self._config.station.state_dir)
        if free >= RESERVE_BYTES and self._database.ballast.take_in():
            return {}
        return {StopReason.DISK_FULL: f"{free // 2**20} MiB free"}

    def _against_this_printer(self, tx: Transaction, printer_serial: str) -> Against:
        day = today(tx, self._clock, self._config.station.zone, printer_serial)
        allowance = tx.one("allowance_open", printer_serial=printer_serial, day=day.isoformat())
        if allowance is None:
            return {StopReason.NO_ALLOWANCE: day.isoformat()}
        if allowance["left_over"] < 1:
            return {StopReason.CAP_REACHED: f"{allowance['cap']} on {day.isoformat()}"}
        if tx.value("blanks_loaded", series=self._config.printer.series) < 1:
            return {StopReason.NO_BLANKS: f"series {self._config.printer.series}"}
        return {}

    def _rights_of_the_blank(self, tx: Transaction) -> list[Row] | None:
        """Return the approved rights that must go on the blank in the hopper; None where no right names it."""
        alone = blanks.alone(tx, self._config.printer.series)
        own = [] if alone is None else tx.all("rights_on_blank", blank_uid=alone)
        return [row for row in own if row["approved"]] if own else None

    def _why_no_rights(self) -> Against:
        with self._database.read() as tx:
            waiting = tx.value("rights_waiting")
            link = tx.value("fact", name="link")
        if waiting:
            return {StopReason.NEEDS_APPROVAL: f"{waiting} held"}
        return {StopReason.LINK_DOWN: link} if link else {}

    # -- one record to one request -------------------------------------------------------------------------

    def _work(self, row: Row) -> Work | None:
        """Return the prepared card of a right; one that is unfit is set aside and gives None."""
        right = _right(row)
        ready = self._ready.get(right)
        if ready is not None and ready.fence == row["fence"]:
            return ready
        try:
            record = self._record(row)
            request = self._driver.encode(self._design(self._layout.face(record)))
        except _UNFIT as error:
            self._set_aside(right, str(error))
            return None
        work = Work(right, row["fence"], request, blank_uid=record.blank_uid)
        if len(self._ready) >= AHEAD_MAX:
            self._ready.clear()
        self._ready[right] = work
        return work

    def _record(self, row: Row) -> PrintReadyRecord:
        """Open a held record and check that it may be printed, here and on the next blank."""
        right = _right(row)
        sealed = Sealed(row["payload"], row["payload_key"])
        grant = Grant.model_validate_json(self._vault.open(right, row["fence"], sealed))
        grant.verify(self._config.hub_public_key)
        if grant.station != self._config.station.id or grant.fence != row["fence"]:
            raise UnfitError(f"the grant of {right} is another station's or another time's")
        self._check_blank(grant.record)
        if not status.printable(grant.record.upstream_status):
            raise UnfitError(f"{right} has not the status PRINT_READY_RECORD")
        return grant.record

    def _check_blank(self, record: PrintReadyRecord) -> None:
        if record.blank_uid is None:
            return
        with self._database.read() as tx:
            alone = blanks.alone(tx, self._config.printer.series)
        if record.blank_uid != alone:
            raise UnfitError(
                f"{record.right} must go on blank {record.blank_uid}: put it in alone with "
                "`ktp-station load 1 --read`, then approve"
            )

    def _design(self, face: CardFace) -> CardDesign:
        return CardDesign(face, raw_colour=self._config.printer.raw_colour)

    def _set_aside(self, right: Right, reason: str) -> None:
        self._log.error("right.set_aside", right=str(right), reason=reason)
        with self._database.write() as tx:
            tx.run("right_disapprove", record_id=right.record_id, issue_no=right.issue_no)
            events.note(tx, self._clock.now(), "right.set_aside", right=str(right), reason=reason)


def _right(row: Row) -> Right:
    return Right(record_id=row["record_id"], issue_no=row["issue_no"])
