"""docs/MODEL.md: the words of `page.md` with the tables of a whole run in their places."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PAGE = Path("docs/MODEL.md")
TEMPLATE = Path(__file__).with_name("page.md")


def text(data: Mapping[str, Any], run: str) -> str:
    """Return the page.

    Args:
        data: what `python -m model` writes as JSON, of both halves.
        run: date, commit and machine in a few words.
    """
    places = {
        "RUN": run, "TLA": _checked(data["tla"]), "CODE": _explored(data["code"]),
        "RULES": _missed(data["mutations"]),
    }  # fmt: skip
    page = TEMPLATE.read_text()
    for name, words in places.items():
        assert page.count(f"@{name}@") == 1, name
        page = page.replace(f"@{name}@", words)
    return page


def _checked(runs: Iterable[Mapping[str, Any]]) -> str:
    rows = (
        (one["name"], ", ".join(one["bugs"]) or "none", f"{one['states']:,}", one["depth"],
         one["broken"] or "none", len(one["trace"]) if one["broken"] else "")
        for one in runs
    )  # fmt: skip
    return _table(("run", "taken out", "states", "depth", "broken law", "events"), rows)


def _explored(plans: Iterable[Mapping[str, Any]]) -> str:
    rows = (
        (one["plan"], f"{one['states']:,}", f"{one['events']:,}", f"{one['calls']:,}", one["depth"],
         "all" if one["exhausted"] else "to the bound", one["broken"] or "none")
        for one in plans
    )  # fmt: skip
    head = ("plan", "states", "events", "real calls", "depth", "searched", "broken law")
    return _table(head, rows)


def _missed(rules: Iterable[Mapping[str, Any]]) -> str:
    rows = (
        (one["rule"], f"{one['states']:,}", one["broken"] or "NOT MISSED", len(one["trace"]))
        for one in rules
    )
    return _table(("rule taken out", "states", "broken law", "events"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)
