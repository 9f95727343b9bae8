"""What moves and laws look at in one state of a station's store, and the laws of that store alone."""

from dataclasses import dataclass
from typing import Any

from model.explorer.hub_side import PLACES
from model.explorer.shelf import Rows
from prr.record import Right

HOLDING = ("CACHED", "INTENT", "IN_DOUBT")


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """An intent without an outcome."""

    intent: int
    place: int  # of its right
    counter_before: int
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What the moves and the laws look at in one state of a station's store.

    Attributes:
        holds: four bits a right, 1 where it is CACHED, INTENT or IN_DOUBT here.
        waiting: rights that wait for a person's word.
        anchored: it is known where the printer's counter stands.
        book: entries in the chain, hash of the last, then the blanks by place.
        broken: the law of the store itself that is broken, or None.
    """

    holds: int
    waiting: tuple[int, ...]
    opened: tuple[OpenIntent, ...]
    claims: int
    asking: bool
    intents: int
    anchored: bool
    locked: bool
    book: tuple[Any, ...]
    broken: str | None


def facts_of(rows: Rows, rights: tuple[Right, ...], blanks: int) -> StationFacts:
    """Read the facts off a store's content.

    Args:
        rows: the canonical content.
        rights: all there can be; a right's place is its index.
        blanks: as many as there are at this station.
    """
    places = {(right.record_id, right.issue_no): place for place, right in enumerate(rights)}
    on_hand = {row["place"]: row["count"] for row in rows["blanks"]}
    accounts = [on_hand.get(place, 0) for place in PLACES]
    intents, outbox, printer = rows["intents"], rows["outbox"], rows["printers"][0]
    opened = tuple(
        OpenIntent(
            row["intent"], places[row["record_id"], row["issue_no"]], row["counter_before"],
            bool(row["in_doubt"]),
        )
        for row in intents
        if row["outcome"] is None
    )  # fmt: skip
    held = [row for row in rows["rights"] if row["state"] in HOLDING]
    return StationFacts(
        holds=sum(1 << (4 * places[row["record_id"], row["issue_no"]]) for row in held),
        waiting=tuple(
            places[row["record_id"], row["issue_no"]]
            for row in held
            if row["state"] == "CACHED" and not row["approved"]
        ),
        opened=opened,
        claims=len(rows["claims"]),
        asking=any(claim["state"] == "ASKING" for claim in rows["claims"]),
        intents=len(intents),
        anchored=printer["counter"] is not None,
        locked=bool(printer["locked"]),
        book=(len(outbox), outbox[-1]["sha256"] if outbox else "", *accounts),
        broken=_broken(rows, opened, rights, accounts, blanks),
    )


def _broken(
    rows: Rows, opened: tuple[OpenIntent, ...], rights: tuple[Right, ...], accounts: list[int],
    blanks: int,
) -> str | None:  # fmt: skip
    states = {(row["record_id"], row["issue_no"]): row["state"] for row in rows["rights"]}
    if len(opened) > 1:
        return "OneOpen: two intents without an outcome"
    for one in opened:
        right = rights[one.place]
        wanted = "IN_DOUBT" if one.in_doubt else "INTENT"
        if states[right.record_id, right.issue_no] != wanted:
            return "IntentHolds: the right of an open intent is not in INTENT or IN_DOUBT"
    spent = [row["allowance_id"] for row in rows["intents"] if row["outcome"] != "NOT_PRINTED"]
    if any(spent.count(row["allowance_id"]) > row["cap"] for row in rows["allowances"]):
        return "CapHeld: more cards than the allowance"
    if min(accounts) < 0 or sum(accounts) != blanks or accounts[1] != len(opened):
        return "Conserve: a blank is in no account, or in two"
    return None
