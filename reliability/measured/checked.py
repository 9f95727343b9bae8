"""Rows 7 and 8: model checked and code explored (`make model`), rules taken out (there and by `make mutants`)."""

import json
import subprocess
from collections.abc import Callable

from reliability.machine import ROOT
from reliability.outside import Told, python
from reliability.row import Order, Result, Run
from reliability.suite import WITH_THE_TESTS

MODEL, MUTANTS = "var/model.json", "var/mutants.json"

TLC_STATES_MIN = 250_000
CODE_STATES_MIN = 1_000_000
BUGS_MIN = 12
KILLED_PERCENT_MIN = 95


def after(command: list[str], path: str, judge: Callable[[Told], Result]) -> Run:
    """Make a row's run of a command that leaves its figures in a file; the short form runs beside its tests."""

    def run(order: Order) -> Result:
        if order.short:
            return Result.not_run(WITH_THE_TESTS)
        (ROOT / path).unlink(missing_ok=True)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if not (ROOT / path).exists():
            tail = (done.stdout + done.stderr).strip().splitlines()[-1:]
            return Result.judged(
                kept=False, measured=f"ended with {done.returncode}", figures={}, failures=tuple(tail)
            )  # fmt: skip
        return judge(json.loads((ROOT / path).read_text()))

    return run


def explored(told: Told) -> Result:
    """Judge the states: those of the true contract exhausted, those of the production code seen."""
    contract, code = told["tla_states"], told["code_states"]
    failures = [
        *(f"PrintOnce.tla, {one['name']}: {one['broken']}" for one in told["tla"] if not one["as_expected"]),
        *(f"{one['plan']}: {one['broken']}" for one in told["code"] if one["broken"]),
    ]  # fmt: skip
    kept = contract >= TLC_STATES_MIN and code >= CODE_STATES_MIN and told["as_expected"]
    words = f"{contract:,} of the contract by TLC, {code:,} of the production code, no law broken"
    return Result.judged(kept, words, {"contract": contract, "code": code}, tuple(failures))


def noticed(told: Told) -> Result:
    """Judge the mutants of the code, those that are a seeded bug of the protocol among them."""
    bugs, bugs_killed = told["protocol_bugs"], told["protocol_bugs_killed"]
    mutants, killed = told["mutants"], told["killed"]
    percent = 100 * killed / mutants
    survived = [f"survived: {one['name']}" for one in told["trials"] if one["survived"]]
    words = (
        f"{bugs_killed} of {bugs} in the code; mutants {killed} of {mutants} ({percent:.0f} %); "
        "those of the contract in row 7"
    )
    kept = bugs_killed == bugs >= BUGS_MIN and percent >= KILLED_PERCENT_MIN
    return Result.judged(kept, words, {"bugs": bugs_killed, "mutants": killed}, tuple(survived))


states = after(python("model"), MODEL, explored)
bugs = after(python("mutants"), MUTANTS, noticed)
