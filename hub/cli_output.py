"""What `ktp-hub` writes: JSON for programs, tables and sentences for people, errors in one line on stderr."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # this module is loaded before it is known whether a command needs the database
    from hub.alarms import Alarm
    from hub.intake import ImportSummary, Quarantined

TOLD_REFUSALS = 20
_SOURCES = ("SUPPLIER", "FOUND", "BORROWED")  # below zero in the ledger


def as_json(facts: Any) -> None:
    """Write facts as one JSON value."""
    sys.stdout.write(json.dumps(facts, indent=1, default=str) + "\n")


def error_line(sentence: str) -> None:
    """Write an operating error to stderr."""
    sys.stderr.write(f"ktp-hub: {sentence}\n")


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table; without rows, that there is nothing."""
    from rich.console import Console  # noqa: PLC0415  # not for commands that draw nothing
    from rich.table import Table  # noqa: PLC0415

    if not rows:
        sys.stdout.write(f"{title}: nothing.\n")
        return
    drawn = Table(*heads, title=title)
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    Console().print(drawn)


def import_facts(result: "ImportSummary") -> dict[str, Any]:
    """Return an import's summary as plain facts."""
    return {
        "file": result.file, "lines": result.lines, "accepted": result.accepted,
        "known": result.known, "replaced": result.replaced,
        "refused": dict(sorted(result.refused.items())),
        "warnings": dict(sorted(result.warnings.items())),
        "refusals": [
            {
                "line": one.line, "code": one.refusal.code.value,
                "sentence_en": one.refusal.english, "sentence_id": one.refusal.indonesian,
            }
            for one in result.refusals
        ],
    }  # fmt: skip


def import_words(result: "ImportSummary") -> None:
    """Write an import's summary for people."""
    refused = sum(result.refused.values())
    sys.stdout.write(
        f"{result.file}: {result.accepted} accepted, {result.known} known already, "
        f"{result.replaced} replaced, {refused} refused.\n"
    )
    for code, count in sorted(result.warnings.items()):
        sys.stdout.write(f"  warning {code}: {count}\n")
    for one in result.refusals[:TOLD_REFUSALS]:
        told = f"  line {one.line} {one.refusal.code}: {one.refusal.english}\n"
        sys.stdout.write(f"{told}      {one.refusal.indonesian}\n")
    if refused > TOLD_REFUSALS:
        sys.stdout.write("  The others: `ktp-hub quarantine`.\n")


def stock_facts(balances: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the ledger's balances as plain facts: per series the accounts and their totals by place."""
    from hub.ledger import summary  # noqa: PLC0415  # it brings the database library

    return {
        "series": {
            series: {"accounts": dict(accounts), "totals": summary(accounts)}
            for series, accounts in balances.items()
        }
    }


def stock_table(balances: Mapping[str, Mapping[str, int]]) -> None:
    """Write the ledger's balances as a table."""
    rows = [
        (series, account, abs(total) if account in _SOURCES else total)
        for series, accounts in balances.items()
        for account, total in accounts.items()
        if total
    ]
    table("Blanks", ("series", "place", "blanks"), rows)


def quarantine_facts(lines: "Sequence[Quarantined]") -> list[dict[str, Any]]:
    """Return refused lines as plain facts."""
    return [
        {
            "at": one.at.isoformat(), "file": one.file, "line": one.line, "code": one.code,
            "sentence_en": one.sentence_en, "sentence_id": one.sentence_id,
        }
        for one in lines
    ]  # fmt: skip


def alarm_facts(alarm: "Alarm") -> dict[str, Any]:
    """Return an alarm as plain facts."""
    return {
        "at": alarm.at.isoformat(), "code": alarm.code.value, "station": alarm.station,
        "seq": alarm.seq, "right": alarm.right, "sentence": alarm.code.sentence,
    }  # fmt: skip
