"""The judges of the rows that other programs and tests measure: each is able to say no."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from reliability.fuzz import row as fuzz
from reliability.fuzz.mutation import Mutator
from reliability.fuzz.run import fuzz as fuzzed
from reliability.fuzz.targets import TARGETS
from reliability.jumps import campaign as jumps
from reliability.jumps.trial import Case, live
from reliability.measured import branches, checked, claims, guards, simulated, steps, walls
from reliability.measured.guards import Guards
from reliability.row import Order, Verdict
from reliability.suite import read
from simulation import quiet

LONG, SHORT = Order(1, short=False), Order(1, short=True)
KEPT, BROKEN = Verdict.KEPT, Verdict.BROKEN
GUARDED = Guards(code=50, stores=100, wire=50, functions=100)


@pytest.mark.parametrize(("count", "failures", "verdict"), [
    (1_000_000, [], KEPT), (999_999, [], BROKEN), (1_000_000, ["batch 7: x"], BROKEN),
])  # fmt: skip
def test_steps(count: int, failures: list[str], verdict: Verdict) -> None:
    told = {"steps": count, "changes": 5, "failures": failures}
    assert steps.judge(told, LONG).verdict is verdict


@pytest.mark.parametrize(("contract", "broken", "verdict"), [
    (250_000, None, KEPT), (249_999, None, BROKEN), (250_000, "PrintOnce: two", BROKEN),
])  # fmt: skip
def test_states(contract: int, broken: str | None, verdict: Verdict) -> None:
    told = {
        "tla_states": contract, "code_states": 2_000_000, "as_expected": True,
        "tla": [{"name": "small", "as_expected": True, "broken": None}],
        "code": [{"plan": "two", "broken": broken}],
    }  # fmt: skip
    assert checked.explored(told).verdict is verdict


@pytest.mark.parametrize(("killed", "bugs", "verdict"), [
    (100, 12, KEPT), (94, 12, BROKEN), (100, 11, BROKEN),
])  # fmt: skip
def test_bugs(killed: int, bugs: int, verdict: Verdict) -> None:
    told = {
        "mutants": 100, "killed": killed, "protocol_bugs": 12, "protocol_bugs_killed": bugs,
        "trials": [],
    }  # fmt: skip
    assert checked.noticed(told).verdict is verdict


@pytest.mark.parametrize(("operations", "kills", "linearizable", "verdict"), [
    (100_000, 40, True, KEPT), (99_999, 40, True, BROKEN), (100_000, 0, True, BROKEN),
    (100_000, 40, False, BROKEN),
])  # fmt: skip
def test_claims(operations: int, kills: int, linearizable: bool, verdict: Verdict) -> None:
    told = {
        "store": "postgresql", "operations": operations, "kills": kills, "fail_overs": 2,
        "linearizable": linearizable,
    }  # fmt: skip
    assert claims.judge(told, LONG).verdict is verdict


CAMPAIGN = {
    "seeds": 2_000, "seeds_with_pictures": 50, "station_years": 5.0, "faults_per_10_attempts": 2.0, "attempts": 9,
    "reached": {"P5": 1}, "not_reached": [], "broken": [], "duplicates": 0, "lost_blanks": 0, "cap_breaches": 0,
    "attempts_certified": 1_000, "doubts_certified": 50, "doubts_certified_settled_by_people": 1,
    "doubts_certified_of_spoiled_cards": 1,
}  # fmt: skip


@pytest.mark.parametrize(("changed", "verdict"), [
    ({}, KEPT), ({"seeds": 1_999}, BROKEN), ({"station_years": 1.9}, BROKEN),
    ({"not_reached": ["P5"]}, BROKEN),
    ({"broken": [{"seed": 3, "broken": "inv_01", "sentence": "two cards"}]}, BROKEN),
])  # fmt: skip
def test_years(changed: dict[str, object], verdict: Verdict) -> None:
    assert simulated.lived_through(CAMPAIGN | changed).verdict is verdict


@pytest.mark.parametrize(("people", "verdict"), [(1, KEPT), (2, BROKEN)])
def test_doubts(people: int, verdict: Verdict) -> None:
    told = CAMPAIGN | {"doubts_certified_settled_by_people": people}
    assert simulated.needed_people(told).verdict is verdict


def covered(taken: int, missing: list[list[int]]) -> dict[str, object]:
    summary = {"num_branches": taken + len(missing), "covered_branches": taken}
    return {"summary": summary, "missing_branches": missing}


def test_branches() -> None:
    files = {name: covered(10, []) for name in branches.CORE}
    assert branches.judge({"files": files}, GUARDED).verdict is KEPT
    one = files | {branches.CORE[0]: covered(9, [[3, 5]])}
    told = branches.judge({"files": one}, GUARDED)
    assert (told.verdict, told.failures) == (BROKEN, (f"{branches.CORE[0]}: 3->5",))
    assert (
        branches.judge({"files": files | {"x.py": covered(0, [[1, 2]] * 30)}}, GUARDED).verdict
        is BROKEN
    )
    bare = replace(GUARDED, stores=0)
    assert branches.judge({"files": files}, bare).verdict is BROKEN


def test_guards_are_counted() -> None:
    found = guards.counted(branches.CORE)
    assert found.functions > len(branches.CORE)
    assert min(found.code, found.stores, found.wire) > 0
    assert guards.counted(["prr/canonical.py"]).code < found.code


def test_jumps_judge() -> None:
    told = {"cases": 500, "points": 9, "jumps": {"+1": 500}, "failures": []}
    assert jumps.judge(told, LONG).verdict is KEPT
    assert jumps.judge(told | {"cases": 499}, LONG).verdict is BROKEN
    breach = jumps.judge(told | {"failures": ["Z,1,1,running: an allowance is overdrawn"]}, LONG)
    assert (breach.verdict, breach.figures["cap_breaches"]) == (BROKEN, 1)


def test_a_clock_case_is_lived_through_and_named() -> None:
    quiet.be_quiet()
    case = Case("Asia/Jayapura", 40, 90_000.0, reboot=True)
    assert Case.named(str(case)) == case
    assert live(case)


def test_walls() -> None:
    levels = ["ktp-hub 1.1", "ktp-station-press 0.7", "ktp-station-courier 1.5"]
    assert walls.exposed({"exposure": levels}).verdict is KEPT
    assert walls.exposed({"exposure": ["ktp-hub 1.2", *levels[1:]]}).verdict is BROKEN
    assert walls.exposed({"exposure": levels[1:]}).verdict is BROKEN
    searched = {"canaries": ["1000"], "files_searched": ["30"], "leaks": ["0"]}
    assert walls.kept_secret(searched).verdict is KEPT
    assert walls.kept_secret(searched | {"leaks": ["1"]}).verdict is BROKEN
    tampered = {"rows": ["1000"], "bytes_tampered": ["9"], "bytes_unseen": ["0"]}
    assert walls.found_out(tampered).verdict is KEPT
    assert walls.found_out(tampered | {"bytes_unseen": ["1"]}).verdict is BROKEN
    assert walls.supplied({"pinned": ["30", "90"]}).verdict is KEPT


def test_what_tests_record_and_how_they_fail_is_read(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="a" name="t"><properties><property name="n" '
        'value="3"/></properties></testcase><testcase classname="a" name="u"><skipped/></testcase>'
        "</testsuite></testsuites>"
    )
    assert read(report) == ({"n": ["3"]}, ["a::u: skipped"])


def test_fuzz_judge() -> None:
    told = {"inputs": 2_000_000, "targets": [{}], "rss_mib": 256, "crashes": [],
            "noise_bytes": 10_000_000, "codecs": 4}  # fmt: skip
    assert fuzz.judge(told, LONG).verdict is KEPT
    assert fuzz.judge(told | {"rss_mib": 257}, LONG).verdict is BROKEN
    assert fuzz.judge(told | {"crashes": ["x"]}, LONG).verdict is BROKEN


def test_inputs_of_a_seed_are_the_same_again_and_are_not_the_corpus() -> None:
    corpus = (b"0123456789" * 5,)
    one, other = (Mutator(corpus, Random(4)) for _ in range(2))
    made = [one.next() for _ in range(200)]
    assert made == [other.next() for _ in range(200)]
    assert len(set(made)) > 150
    assert corpus[0] not in made


@pytest.mark.parametrize("name", [target.name for target in TARGETS])
def test_good_inputs_are_good(name: str) -> None:
    """Else all that follows from them would be refused at the first look."""
    target = next(one for one in TARGETS if one.name == name)
    refused = 0
    with target.opened():
        for data in target.corpus():
            try:
                target.take(data)
            except target.lawful:
                refused += 1
        assert refused < len(target.corpus())


def test_a_crash_is_found_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fragile(text: str, on: object) -> None:
        assert "\x00" not in text, "a NUL"

    monkeypatch.setattr("prr.nik.examine", fragile)
    told = fuzzed("NIKs", 1, 5_000)
    assert "a NUL" in told["crash"]
    assert f"one 'NIKs' 1 {told['inputs']}" in told["crash"]


def test_what_the_hub_has_no_answer_to_is_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_hub: object, _told: object) -> None:
        raise OverflowError("R000001")

    monkeypatch.setattr("hub.service.sync", failing)
    told = fuzzed("requests to the hub", 1, 2_000)
    assert "OverflowError" in told["crash"]
    assert "R000001" not in told["crash"], "the hub's log names kind and place, never a value"
