"""What a run leaves behind, looked at on the host: pictures of the cards, the drive after the cut, the hub's ledger."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from guest import office, plan
from guest.clock import now_s
from guest.program import run
from guest.results import Outcome, Results

Cards = dict[str, dict[str, Any]]


class EvidenceError(Exception):
    """What was left is not what must be."""


def look(results: Results, folder: Path) -> None:
    """Look at everything, a check each."""
    out = folder / "after"
    out.mkdir()
    run(folder / "host.log", "debugfs", "-R", f"rdump / {out}", folder / "data.ext4")
    _check(results, "store: whole after the cut, on the drive itself", lambda: _stores(out))
    _check(
        results,
        "ledger: each good card is PRINTED at the hub, each other SPOILED, each blank in the hopper LOADED",
        lambda: _ledger(folder, out),
    )
    _check(results, "pictures: the same card over every cable", lambda: _pictures(folder))


def _check(results: Results, name: str, act: Callable[[], str]) -> None:
    began_s = now_s()
    results.begin(name)
    try:
        told, ok = act(), True
    except EvidenceError as exc:
        told, ok = str(exc), False
    results.end(Outcome(name, ok, now_s() - began_s, told))


def _stores(out: Path) -> str:
    paths = sorted(out.rglob("*.sqlite"))
    for path in paths:
        with sqlite3.connect(path) as store:
            answer = store.execute("PRAGMA integrity_check").fetchone()[0]
        store.close()
        _expect(answer == "ok", f"{path.name}: {answer}")
    _expect(len(paths) == 3, f"stores of a hub and two stations, found {len(paths)}")
    return f"{len(paths)} stores, integrity_check ok"


def _ledger(folder: Path, out: Path) -> str:
    said = []
    for station, cards in (
        (plan.USB_STATION, plan.USB_CARDS),
        (plan.SERIAL_STATION, plan.SERIAL_CARDS),
    ):
        accounts = office.accounts(out / "hub", station)
        left = len(list((folder / "share" / cards).glob("[0-9]*.json")))
        good = len(_whole(folder / "share" / cards))
        machine = json.loads((folder / "share" / cards / "printer-state.json").read_text())
        ours = {name: accounts.get(name, 0) for name in ("LOADED", "PRINTED", "SPOILED")}
        _expect(
            list(ours.values()) == [len(machine["hopper"]), good, left - good],
            f"{station}: the ledger says {accounts}, the printer put out {left}, {good} of them good, and holds "
            f"{len(machine['hopper'])}",
        )
        said.append(f"{station}: {', '.join(f'{n} {name.lower()}' for name, n in ours.items())}")
    shutil.rmtree(out / "hub")
    return "; ".join(said)


def _pictures(folder: Path) -> str:
    share = folder / "share"
    whole = [*_whole(share / plan.USB_CARDS), *_whole(share / plan.SERIAL_CARDS)]
    _expect(len(whole) == 6, f"{len(whole)} whole cards, 6 records")
    first = whole[0]
    for other in whole[1:]:
        for panel in "ymcko":
            pair = [Image.open(p.with_suffix(f".front.{panel}.png")) for p in (first, other)]
            apart = ImageChops.difference(*pair).getextrema()
            _expect(
                apart == (0, 0),
                f"{other.parent.name}/{other.stem}: panel {panel} differs by {apart}",
            )
    return f"{len(whole)} cards, 5 panels each, all alike to the dot"


def _whole(cards: Path) -> list[Path]:
    """Return the JSON files of the good cards."""
    paths = []
    for path in sorted(cards.glob("[0-9]*.json")):
        told = json.loads(path.read_text())
        if told["bin"] == "output" and len(told["panels_used"].get("front", ())) == 5:
            paths.append(path)
    return paths


def _expect(met: object, words: str) -> None:
    if not met:
        raise EvidenceError(words)
