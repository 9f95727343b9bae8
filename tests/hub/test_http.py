"""The shell over HTTP, against real `ktp-hub serve` processes: who may ask, how much, and what a kill leaves."""

import json
import re
import signal
import tomllib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub import app, home, keys
from prr import seal
from prr.canonical import Contract
from prr.exchange import (
    Claim,
    ClaimAnswer,
    Loading,
    OutboxAnswer,
    OutboxEntry,
    SyncAnswer,
)
from support import hub_process
from support.hub_process import Answer, HubProcess
from support.records import json_fields
from support.words import word


@pytest.fixture(scope="module")
def directory(
    tmp_path_factory: pytest.TempPathFactory, new_store: Callable[[], str | None]
) -> Path:
    folder = tmp_path_factory.mktemp("http")
    store = new_store()
    named = () if store is None else ("--store", store)
    assert hub_process.run(folder / "hub", "init", *named).returncode == 0
    source = folder / "records.jsonl"
    source.write_text("".join(json.dumps(json_fields(n)) + "\n" for n in range(1, 101)))
    assert hub_process.run(folder / "hub", "import", str(source)).returncode == 0
    return folder / "hub"


@pytest.fixture(scope="module")
def access_keys(directory: Path) -> dict[str, str]:
    found = {}
    for name in ("P1", "P2"):
        added = hub_process.run(directory, "station", "add", name, "--site", "KEC-01")
        found[name] = tomllib.loads(added.stdout)["hub"]["access_key"]
    return found


@pytest.fixture(scope="module")
def hub(directory: Path) -> Iterator[HubProcess]:
    with hub_process.serving(directory) as running:
        yield running


def public_key(directory: Path) -> Ed25519PublicKey:
    return keys.read_signing_key(directory / home.KEY_FILE).public_key()


def a_claim(station: str = "P1", count: int = 1) -> Claim:
    return Claim(claim_key=str(uuid.uuid4()), station=station, count_max=count)


def problem(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    content = json.loads(answer.body)
    assert content["status"] == answer.status
    assert {"type", "title", "detail", "code"} <= content.keys()
    return answer.status, content["code"]


def test_a_claim_over_the_wire_validates_verifies_and_repeats(
    hub: HubProcess, directory: Path, access_keys: dict[str, str]
) -> None:
    asked = a_claim(count=3)
    first = hub.post("/v1/claims", asked, access_keys["P1"])
    assert (first.status, first.headers["content-type"]) == (200, "application/json")
    answer = ClaimAnswer.model_validate_json(first.body)
    assert answer.canonical() == first.body
    added = hub_process.run(directory, "station", "add", "P-KEY", "--site", "KEC-09")
    key = seal.public_key_from_text(tomllib.loads(added.stdout)["hub"]["public_key"])
    for grant in answer.grants:
        grant.verify(key)
    assert len(answer.grants) == 3
    assert hub.post("/v1/claims", asked, access_keys["P1"]).body == first.body


def test_a_killed_hub_gives_the_same_answer_when_it_is_back(
    directory: Path, access_keys: dict[str, str]
) -> None:
    asked = [a_claim(count=2) for _ in range(3)]
    answers = []
    for one in asked:
        with hub_process.serving(directory) as hub:
            answers.append(hub.post("/v1/claims", one, access_keys["P1"]).body)
            hub.kill()
    with hub_process.serving(directory) as hub:
        again = [hub.post("/v1/claims", one, access_keys["P1"]).body for one in asked]
    assert again == answers
    rights = [
        grant.record.right
        for body in answers
        for grant in ClaimAnswer.model_validate_json(body).grants
    ]
    assert len(set(rights)) == 6


def test_outbox_and_sync_over_the_wire(
    hub: HubProcess, access_keys: dict[str, str], directory: Path
) -> None:
    entry = OutboxEntry.model_validate(
        {
            "station": "P2", "seq": 1, "previous_sha256": "0" * 64, "at": "2017-09-05T01:02:03Z",
            "body": Loading(series="S", count=5, by="OP1"),
        }
    )  # fmt: skip
    told = app.Outbox(entries=(entry,))
    for _ in range(2):
        answer = hub.post("/v1/outbox", told, access_keys["P2"])
        assert answer.status == 200
        applied = OutboxAnswer.model_validate_json(answer.body)
        assert (applied.applied_seq, applied.applied_sha256) == (1, entry.sha256())
        applied.verify(public_key(directory))
    late = entry.model_copy(update={"seq": 3})
    gap = hub.post("/v1/outbox", app.Outbox(entries=(late,)), access_keys["P2"])
    assert problem(gap) == (409, "OUTBOX_GAP")
    assert json.loads(gap.body)["applied_seq"] == 1
    sync = word("P2", last_seq=1, printers=("PRN",))
    heard = SyncAnswer.model_validate_json(hub.post("/v1/sync", sync, access_keys["P2"]).body)
    assert (heard.applied_seq, len(heard.allowances), heard.nonce) == (1, 3, sync.nonce)
    heard.verify(public_key(directory))


def test_who_may_not_ask_is_told_so(hub: HubProcess, access_keys: dict[str, str]) -> None:
    bodies: list[tuple[str, Contract]] = [
        ("/v1/claims", a_claim("P1")),
        ("/v1/sync", word("P1", last_seq=0)),
    ]
    for path, body in bodies:
        nobody = hub.post(path, body, None)
        assert problem(nobody) == (401, "ACCESS_KEY_UNKNOWN")
        assert nobody.headers["www-authenticate"] == "Bearer"
        assert problem(hub.post(path, body, "x" * 43)) == (401, "ACCESS_KEY_UNKNOWN")
        assert problem(hub.post(path, body, access_keys["P2"])) == (403, "STATION_MISMATCH")


def test_bodies_are_bounded(hub: HubProcess, access_keys: dict[str, str]) -> None:
    for path, bytes_max in (
        ("/v1/claims", app.SMALL_BODY_BYTES),
        ("/v1/sync", app.SMALL_BODY_BYTES),
        ("/v1/outbox", app.OUTBOX_BODY_BYTES),
    ):
        fits = hub.post(path, b" " * bytes_max, access_keys["P1"])
        assert problem(fits) == (422, "REQUEST_INVALID")
        for size in (bytes_max + 1, bytes_max * 3):
            over = hub.post(path, b" " * size, access_keys["P1"])
            assert problem(over) == (413, "BODY_TOO_LARGE")


def test_a_body_that_does_not_fit_names_the_place_and_no_value(
    hub: HubProcess, access_keys: dict[str, str]
) -> None:
    for body in (b"", b"{", b"[]", b'{"claim_key": "RAHASIA"}', b"\xff", b"[" * 100_000):
        answer = hub.post("/v1/claims", body, access_keys["P1"])
        assert problem(answer) == (422, "REQUEST_INVALID")
        assert b"RAHASIA" not in answer.body
    many = b'{"entries": []}'
    assert problem(hub.post("/v1/outbox", many, access_keys["P1"])) == (422, "REQUEST_INVALID")


def test_the_same_key_with_another_body_is_a_conflict(
    hub: HubProcess, access_keys: dict[str, str]
) -> None:
    asked = a_claim()
    assert hub.post("/v1/claims", asked, access_keys["P1"]).status == 200
    other = asked.model_copy(update={"count_max": 2})
    answer = hub.post("/v1/claims", other, access_keys["P1"])
    assert problem(answer) == (409, "CLAIM_KEY_CONFLICT")


def test_unknown_addresses_and_methods_are_problems_too(hub: HubProcess) -> None:
    assert problem(hub.ask("GET", "/v1/nothing")) == (404, "HTTP_404")
    assert problem(hub.ask("GET", "/v1/claims")) == (405, "HTTP_405")


def test_documents_name_no_outside_address(hub: HubProcess) -> None:
    page = hub.ask("GET", "/docs")
    assert page.status == 200
    text = page.body.decode()
    assert re.findall(r"""(?:src|href)\s*=\s*["']?(?!/openapi\.json)[^"'> ]+""", text) == []
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for path in ("/v1/claims", "/v1/outbox", "/v1/sync", "/v1/health"):
        assert path in text
    description = json.loads(hub.ask("GET", "/openapi.json").body)
    schemas = description["components"]["schemas"]
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(description)))
    assert references <= schemas.keys()
    assert {"Claim", "ClaimAnswer", "Outbox", "OutboxEntry", "Sync", "SyncAnswer"} <= references


def test_health_needs_no_key(hub: HubProcess) -> None:
    assert json.loads(hub.ask("GET", "/v1/health").body) == {"status": "ok", "hub_epoch": 1}


def test_sigterm_is_an_orderly_end(directory: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    with hub_process.serving(directory, "--ready-file", str(ready)) as hub:
        assert json.loads(ready.read_text()) == {"ready": True, "url": hub.url}
        hub.process.send_signal(signal.SIGTERM)
        assert hub.process.wait(timeout=20) == 0
    assert not ready.exists()
