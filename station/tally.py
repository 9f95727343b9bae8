"""A printer's own count of a day's cards, held against what the station says became of them.

    counter at the last reading - counter before the first card = printed + spoiled + test cards + in doubt (0 or 1)

A card that was said not to be printed must not have counted. One that only people saw the end of may or may not have:
what a counter does at a jam differs by model. Where it does not fit, the printer is locked until two people have
counted, and their count is where the next tally begins.
"""

from datetime import date, datetime
from itertools import groupby

from prr.exchange import Outcome, Tally
from station import events
from station.database import Row, Transaction
from station.jobs import DoubtEvidence


def of_day(tx: Transaction, day: date) -> tuple[Tally, ...]:
    """Return one tally a printer that made cards on a day after people last counted there."""
    rows = tx.all("cards_to_tally", day=day.isoformat())
    made = (
        _tally(list(cards)) for _, cards in groupby(rows, key=lambda row: row["printer_serial"])
    )
    return tuple(tally for tally in made if tally is not None)


def lock_where_wrong(tx: Transaction, day: date, tallies: tuple[Tally, ...], at: datetime) -> None:
    """Lock each printer whose counter does not say what the book says."""
    for tally in tallies:
        if tally.fits:
            continue
        reason = (
            f"on {day} the printer counted {tally.moved} cards, the station made "
            f"{tally.cards_min} to {tally.cards_max}"
        )
        if tx.run("printer_lock", serial=tally.printer_serial, reason=reason):
            events.note(
                tx, at, "printer.locked", printer=tally.printer_serial, day=day.isoformat(),
                moved=tally.moved, cards=[tally.cards_min, tally.cards_max],
            )  # fmt: skip


def counter_range(tx: Transaction, serial: str, kind: str) -> tuple[int, int] | None:
    """Return from where to where a printer's counter may stand after its last card; None if the book does not say.

    Asked where nobody read the counter after that card, for people have settled it. Two people who unlock have
    counted: no card before that counts.
    """
    row = tx.one("last_card_to_tally", serial=serial)
    if row is None or row["counter_before"] is None or row["counter_kind"] != kind:
        return None
    low, high = _cards(row)
    return row["counter_before"] + low, row["counter_before"] + high


def _tally(rows: list[Row]) -> Tally | None:
    """Add up the cards from the first one to the last one after which the counter was read; None without any."""
    counted = list(rows)
    while counted and _counter_after(counted[-1]) is None:
        counted.pop()
    if not counted:
        return None
    first, last = counted[0], counted[-1]
    same_kind = first["counter_kind"] == last["counter_kind"]
    bounds = [_cards(row) for row in counted]
    return Tally(
        printer_serial=first["printer_serial"],
        intent_first=first["intent"],
        intent_last=last["intent"],
        counter_first=first["counter_before"] if same_kind else None,
        counter_last=_counter_after(last) if same_kind else None,
        cards_min=sum(low for low, _ in bounds),
        cards_max=sum(high for _, high in bounds),
    )


def _counter_after(row: Row) -> int | None:
    """Return the counter as it was read after a card: at its end, or when its doubt was weighed."""
    if row["counter_after"] is not None:
        return int(row["counter_after"])
    evidence = _evidence(row)
    if evidence is None or evidence.counter_delta is None or not evidence.same_printer:
        return None
    assert row["counter_before"] is not None, "a counter that moved was read before"
    return int(row["counter_before"]) + evidence.counter_delta


def _cards(row: Row) -> tuple[int, int]:
    """Return by how much one attempt must and may have moved the counter."""
    if row["outcome"] == Outcome.NOT_PRINTED:
        return 0, 0
    if row["outcome"] is None:
        return 0, 1
    evidence = _evidence(row)
    seen_by_people_alone = row["in_doubt"] and (evidence is None or evidence.counter_delta != 1)
    return (0, 1) if seen_by_people_alone else (1, 1)


def _evidence(row: Row) -> DoubtEvidence | None:
    return None if row["doubt"] is None else DoubtEvidence.from_text(row["doubt"])
