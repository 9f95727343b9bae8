"""The courier: brings rights, takes reports. It has the network and no device.

Its story, again and again: exchange words (sync: cap, revocations, hold), tell what happened (outbox), ask for more
rights (claim) while few are held. Printing never waits for it. When the hub does not answer it comes back after a
growing pause with a random part, so that a thousand kiosks do not hammer a hub that has just come up.
"""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import date

import structlog

from prr.exchange import Claim, Grant
from prr.seal import SealBrokenError
from prr.sealed import Sealed
from station import closing, day, events, grants, hub_word, outbox
from station.clock import Clock, Moment
from station.config import Config
from station.database import Database, Transaction
from station.errors import HubError, HubRefusedError
from station.hub_client import HubClient
from station.jobs import StopReason
from station.role import RoleState
from station.vault import Vault
from station.worker import Story

OUTBOX_BATCH = 50
LOOK_S = 0.2
LOOK_AGAIN_S = 5.0
BACKOFF_S_MIN = 1.0
SYNC_S_MIN = 0.5  # sooner than configured only while a printer has no allowance for today


class Courier:
    """Carries between one store and one hub."""

    def __init__(
        self, config: Config, database: Database, hub: HubClient, vault: Vault, clock: Clock,
        stopping: threading.Event, chance: random.Random, new_key: Callable[[], str],
    ) -> None:  # fmt: skip
        self._config = config
        self._station = config.station.id
        self._database = database
        self._hub = hub
        self._vault = vault
        self._clock = clock
        self._stopping = stopping
        self._chance = chance
        self._new_key = new_key
        self._role = RoleState("courier", database, clock)
        self._log = structlog.get_logger().bind(role="courier")
        self._start = hub_word.Start(0, "")
        self._claims_open = True
        self._synced_s: float | None = None
        self._closed_to: date | None = None
        self._ready_at_hub = 0
        self._failures = 0

    def story(self) -> Story:
        """Tell the whole story; ends between two exchanges once stopping is set."""
        with self._database.write() as tx:
            self._start = hub_word.count_start(tx, self._nonce())
            events.note(
                tx, self._clock.now(), "courier.started", start_no=self._start.number,
                boot_id=self._clock.boot_id,
            )  # fmt: skip
        while not self._stopping.is_set():
            try:
                self._keep_books()
                worked = self._sync() + self._tell() + self._claim()
                self._heard()
                yield 0.0
                if not worked:
                    yield from self._idle()
            except HubError as error:
                yield self._missed(error)
        self._hub.close()
        with self._database.write() as tx:
            events.note(tx, self._clock.now(), "courier.ended", start_no=self._start.number)
        self._role.say("stopped", {})

    def _nonce(self) -> str:
        """Make a word that was never said before: 32 hexadecimal digits."""
        return self._new_key().replace("-", "")

    def _idle(self) -> Story:
        """Wait until there may be something to carry: a commit of the press or a person, or the time of a sync."""
        hurry = self._printer_without_allowance()
        limit_s = SYNC_S_MIN if hurry else min(LOOK_AGAIN_S, self._config.courier.sync_s)
        until_s = self._clock.monotonic_s() + limit_s
        while not self._stopping.is_set():
            yield LOOK_S
            if self._database.changed_elsewhere() or self._clock.monotonic_s() >= until_s:
                return

    def _keep_books(self) -> None:
        """Close the days before today that nobody closed, and sign the event log when it is due. Needs no hub."""
        zone = self._config.station.zone
        with self._database.read() as tx:
            today = day.today(tx, self._clock, zone)
            if today == self._closed_to and not events.sign_due(tx):
                return
        with self._database.write() as tx:
            now = self._clock.now()
            if today != self._closed_to:
                closing.close_overdue(tx, self._station, today, zone, now)
            events.sign(tx, self._vault.log_key, now)
        self._closed_to = today

    # -- three exchanges -----------------------------------------------------------------------------------

    def _tell(self) -> int:
        """Send the oldest untold entries; destroys payloads of what the hub has acknowledged."""
        with self._database.read() as tx:
            entries = outbox.untold(tx, OUTBOX_BATCH)
            epoch = hub_word.epoch(tx)
        if not entries:
            return 0
        answer = self._hub.tell(entries)
        self._verify((answer,))
        if not self._claims_open:
            self._synced_s = (
                None  # a hub that gathers words waits for what is held after the last entry
            )
        if answer.hub_epoch != epoch:
            self._synced_s = (
                None  # the hub was restored meanwhile: its next word says from where to tell again
            )
            return 0
        with self._database.write() as tx:
            count = outbox.acknowledged(tx, answer)
            if count:
                events.note(
                    tx, self._clock.now(), "outbox.acknowledged", seq=answer.applied_seq,
                    sha256=answer.applied_sha256,
                )  # fmt: skip
        self._log.info("outbox.told", count=count, seq=answer.applied_seq)
        return count

    def _sync(self) -> int:
        """Exchange words when it is time, or at once when a printer has no allowance yet."""
        now_s = self._clock.monotonic_s()
        if not self._sync_due(now_s):
            return 0
        began = Moment.of(self._clock)
        with self._database.read() as tx:
            told = hub_word.sync(
                tx, self._station, self._clock.boot_id, self._start, self._nonce(),
                events.head(tx, self._vault.log_key),
            )  # fmt: skip
        answer = self._hub.sync(told)
        self._verify((answer, *answer.allowances, *answer.raises))
        with self._database.write() as tx:
            forgot = hub_word.heed(tx, self._station, told, answer, began, self._clock.now())
        self._synced_s = None if forgot else now_s
        self._claims_open = answer.claims_open
        self._ready_at_hub = answer.ready_count if answer.claims_open else 0
        return int(forgot)

    def _claim(self) -> int:
        """Finish a claim under way, or begin one where few rights are held and the cap allows more.

        On hold none is begun: a right held by a store that may not print would wait there for nothing.
        """
        with self._database.read() as tx:
            under_way = grants.claim_under_way(tx)
            epoch = hub_word.epoch(tx)
            hold = tx.value("fact", name="hold")
            count = 0 if hold else self._count_wanted(tx)
        if under_way is None:
            if count < 1 or self._ready_at_hub < 1:
                return 0
            under_way = (self._new_key(), count)
            with self._database.write() as tx:
                grants.begin_claim(tx, *under_way, self._clock.now())
        elif not self._claims_open:
            return 0
        return self._ask(*under_way, epoch)

    def _ask(self, claim_key: str, count_max: int, epoch: int) -> int:
        began_s = self._clock.monotonic_s()
        answer = self._hub.claim(
            Claim(
                claim_key=claim_key, station=self._station, hub_epoch=epoch, count_max=count_max
            )
        )  # fmt: skip
        self._verify(answer.grants)
        if answer.claim_key != claim_key or any(g.hub_epoch != epoch for g in answer.grants):
            raise HubRefusedError("OTHER_CLAIM", "the hub answered another claim: nothing was used")
        pull_ms = round((self._clock.monotonic_s() - began_s) * 1000 / max(1, len(answer.grants)))
        with self._database.write() as tx:
            kept = grants.keep(
                tx, self._vault, claim_key, answer.grants,
                approved=self._config.press.approval == "policy", pull_ms=pull_ms,
            )  # fmt: skip
            if kept:
                events.note(tx, self._clock.now(), "rights.kept", claim=claim_key, count=kept)
        self._ready_at_hub = max(0, self._ready_at_hub - len(answer.grants))
        if not answer.grants:
            self._ready_at_hub = 0
        self._log.info("rights.claimed", count=kept, took_ms=pull_ms)
        return kept

    def _verify(self, signed: Sequence[Grant | Sealed]) -> None:
        """Check every seal; one that is broken makes the whole answer worth nothing."""
        try:
            for document in signed:
                document.verify(self._config.hub_public_key)
        except SealBrokenError as error:
            raise HubError(
                f"{error}: check hub.public_key; nothing of the answer was used"
            ) from error

    # -- how much and when ---------------------------------------------------------------------------------

    def _count_wanted(self, tx: Transaction) -> int:
        """Return how many rights to ask for: up to the prefetch, never more than the open allowances permit."""
        today = day.today(tx, self._clock, self._config.station.zone)
        allowed = tx.value("allowances_left", day=today.isoformat())
        held = tx.value("rights_waiting")
        prefetch = self._config.courier.prefetch_count
        wanted = min(prefetch - held, allowed - held)
        return wanted if wanted >= min(prefetch, 1 + prefetch // 4) or held == 0 else 0

    def _sync_due(self, now_s: float) -> bool:
        if self._synced_s is None:
            return True
        silent_s = now_s - self._synced_s
        if silent_s >= self._config.courier.sync_s:
            return True
        return silent_s >= SYNC_S_MIN and self._printer_without_allowance()

    def _printer_without_allowance(self) -> bool:
        with self._database.read() as tx:
            today = day.today(tx, self._clock, self._config.station.zone).isoformat()
            return any(
                tx.one("allowance_open", printer_serial=row["serial"], day=today) is None
                for row in tx.all("printers")
            )

    def _heard(self) -> None:
        self._failures = 0
        if self._role.say("idle", {}):
            self._set_link("")

    def _missed(self, error: HubError) -> float:
        """Note that the hub did not answer; returns how long to leave it alone."""
        self._failures += 1
        self._synced_s = None
        limit_s = self._config.courier.backoff_s_max
        pause_s = min(limit_s, BACKOFF_S_MIN * 2.0 ** min(self._failures - 1, 16))
        delay_s = pause_s * (0.5 + self._chance.random() / 2)
        if self._role.say("stopped", {StopReason.LINK_DOWN: str(error)}):
            self._set_link(str(error))
            self._log.warning("hub.missed", error=str(error), delay_s=round(delay_s, 1))
        return delay_s

    def _set_link(self, fault: str) -> None:
        with self._database.write() as tx:
            tx.run("fact_set", name="link", value=fault)
