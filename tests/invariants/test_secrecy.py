"""Evidence and secrecy: nobody's data outside the sealed payload, and no word of the hub's that is not the hub's."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from emulator.machine.stoppage import JamPlace
from hub import decisions
from hub.decisions import Word
from prr.exchange import Allowance, ClaimAnswer, Grant, OutboxAnswer, SyncAnswer
from station import log
from station.errors import VaultError
from station.vault import Sealed, Vault
from support.house import House, Station
from support.records import record

STRANGER = Ed25519PrivateKey.generate()


def secrets_of(*numbers: int) -> list[bytes]:
    """Return what must be nowhere: numbers, names and addresses of people, and the bytes of their pictures."""
    found = []
    for person in map(record, numbers):
        found += [person.nik.encode(), person.name.encode(), person.address.encode()]
        for picture in (person.photo, person.signature):
            found += [picture[40:90], base64.b64encode(picture[39:90])]
    return found


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def assert_silent(text: bytes, secrets: list[bytes]) -> None:
    assert not [secret for secret in secrets if secret in text]


def test_inv_29_nobodys_data_is_outside_the_payload_and_that_is_dead_without_its_key(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure("debug")
    try:
        station = house.add()
        house.office.import_records(1, 2, 3)
        secrets = secrets_of(1, 2, 3)
        station.start("courier")
        assert house.run(lambda: len(station.states()) == 3)
        held = station.rows("SELECT * FROM held_right WHERE record_id = 'R000001'")[0]
        sealed = Sealed(held["payload"], held["payload_key"])
        assert_silent(on_disk(station.folder), secrets)
        assert b"CONTOH" in station.vault.open(record(1).right, 1, sealed)
        for vault, right, fence in (
            (Vault("P1", bytes([1]) * 32), record(1).right, 1),
            (Vault("P2", bytes(32)), record(1).right, 1),
            (station.vault, record(2).right, 1),
            (station.vault, record(1).right, 2),
        ):
            with pytest.raises(VaultError):
                vault.open(right, fence, sealed)
        station.machine.jam_ahead = JamPlace.AT_EXIT
        station.start("press")
        assert house.run(lambda: len(station.good) == 3, people=True)
        assert house.run(lambda: set(station.states().values()) == {"SHREDDED"})
        structlog.get_logger().error(
            "trial", error=f"odd {record(1).nik}", name=record(1).name, count=int(record(2).nik)
        )
        left = on_disk(station.folder)
        assert_silent(left, secrets)
        assert sealed.payload[:64] not in left, "the payload outlived its acknowledgement"
        assert sealed.payload_key not in left, "the key outlived its acknowledgement"
        said = capsys.readouterr()
        assert "intent.settled" in said.err
        assert_silent((said.out + said.err).encode(), secrets)
        assert not re.search(r"(?<!\w)[0-9]{16}(?!\w)", said.out + said.err)
    finally:
        structlog.reset_defaults()


def facts(station: Station) -> dict[str, list[tuple[object, ...]]]:
    """Return all the station knows, but what a role says of itself and whether the line is up."""
    found = {}
    for table in ("held_right", "allowance", "outbox", "intent", "blank_move", "printer"):
        found[table] = [tuple(row) for row in station.rows(f"SELECT * FROM {table}")]  # noqa: S608
    known = station.rows("SELECT * FROM fact WHERE name IN ('hub_checked', 'hold', 'hub_epoch')")
    found["fact"] = [tuple(row) for row in known]
    return found


def stranger_grants(answer: ClaimAnswer) -> ClaimAnswer:
    forged = [
        Grant.signed(STRANGER, g.station, g.hub_epoch, g.fence, g.record) for g in answer.grants
    ]
    return answer.model_copy(update={"grants": tuple(forged)})


def other_record(answer: ClaimAnswer) -> ClaimAnswer:
    changed = [g.model_copy(update={"record": record(7)}) for g in answer.grants]
    return answer.model_copy(update={"grants": tuple(changed)})


def more_cards(answer: SyncAnswer) -> SyncAnswer:
    free = Allowance(
        allowance_id="more", printer_serial="UJI-P1", day="2026-04-01",  # type: ignore[arg-type]
        zone="Asia/Jakarta", cap=999,
    ).signed(STRANGER)  # fmt: skip
    return answer.model_copy(update={"allowances": (free,)})


class Bent:
    """Words as somebody on the line would make them, by the call they answer."""

    def __init__(self, house: House, station: Station) -> None:
        self._key = house.office.hub.key
        self.heard = dict(station.line.heard)  # the last of each kind, recorded
        self.kinds: dict[str, tuple[str, Callable[[Any], Any]]] = {
            "a stranger's grant": ("claim", stranger_grants),
            "another record under the hub's seal": ("claim", other_record),
            "a grant of another epoch": ("claim", self._epoch(9)),
            "a recorded claim's answer": ("claim", lambda _a: self.heard["claim"]),
            "a word without a seal": ("sync", lambda a: a.model_copy(update={"hold": "stop"})),
            "a stranger's word": ("sync", lambda a: a.signed(STRANGER)),
            "a recorded word": ("sync", lambda _a: self.heard["sync"]),
            "a word of an older epoch": ("sync", self._older),
            "a stranger's allowance": ("sync", lambda a: more_cards(a).signed(self._key)),
            "a stranger's acknowledgement": ("tell", lambda a: a.signed(STRANGER)),
            "an acknowledgement of too much": ("tell", self._too_much),
        }

    def _epoch(self, epoch: int) -> Callable[[ClaimAnswer], ClaimAnswer]:
        def bend(answer: ClaimAnswer) -> ClaimAnswer:
            grants = [
                Grant.signed(self._key, g.station, epoch, g.fence, g.record) for g in answer.grants
            ]
            return answer.model_copy(update={"grants": tuple(grants)})

        return bend

    def _older(self, answer: SyncAnswer) -> SyncAnswer:
        return answer.model_copy(update={"hub_epoch": 1, "hold": "stop"}).signed(self._key)

    def _too_much(self, answer: OutboxAnswer) -> OutboxAnswer:
        return answer.model_copy(update={"applied_seq": answer.applied_seq + 1}).signed(self._key)


def test_inv_30_forged_stale_and_replayed_words_change_nothing(house: House) -> None:
    station = house.add()
    restored = Word("ani", "budi", "so that there is an older epoch")
    decisions.declare_restored(house.office.hub, restored)
    house.office.import_records(1, 2)
    station.start()
    assert house.run(lambda: list(station.states().values()) == ["SHREDDED"] * 2)
    station.die()
    bent = Bent(house, station)
    house.office.import_records(*range(3, 9))
    for name, (call, bend) in bent.kinds.items():
        if call == "tell":
            station.desk.load(1, "ani")
        before = facts(station)
        station.line.bend = {call: bend}
        station.start("courier")
        house.run(lambda: False, 15)
        station.die()
        after = facts(station)
        if call != "sync":  # the word before it was a true one
            before["fact"] = after["fact"]
        assert after == before, name
        assert station.rows("SELECT value FROM fact WHERE name = 'link'")[0]["value"], name
    station.line.bend = {}
    station.start()
    assert house.run(lambda: len(station.good) == 8), station.reasons()
