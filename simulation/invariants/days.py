"""The invariants over whole stores: at the end of each day."""

import json
from collections import Counter

from prr.exchange import GENESIS_SHA256
from simulation import records
from simulation.invariants.scene import Scene, StationScene, expect, right

TERMINAL = ("DONE", "REVOKED", "LOST")


def inv_03_claims_are_idempotent(scene: Scene) -> None:
    """A claim key stands for one set of grants for ever, and a right under one fence was granted once."""
    by_key: dict[str, set[tuple[object, ...]]] = {}
    fences = Counter[tuple[int, int]]()
    for right_id, fence, station, claim_key, epoch in scene.hub_look.all("grants"):
        by_key.setdefault(claim_key, set()).add((right_id, fence, station, epoch))
        fences[right_id, fence] += 1
    twice = [key for key, count in fences.items() if count > 1]
    expect(not twice, "inv_03_claims_are_idempotent", f"granted twice: {twice}")
    if scene.hub.restores:
        scene.claims.clear()
    for key, grants in by_key.items():
        known = scene.claims.setdefault(key, frozenset(grants))
        expect(known == grants, "inv_03_claims_are_idempotent", f"claim {key} changed its answer")


def inv_05_only_words_free_a_right(scene: Scene) -> None:
    """Nothing but a station's own word moves HELD to READY."""
    rows = scene.hub_look.all("to_ready")
    expect(not rows, "inv_05_only_words_free_a_right", f"{rows}")


def inv_04_hub_fences_only_grow(scene: Scene) -> None:
    """The hub's fences only grow."""
    if scene.hub.restores:
        scene.hub_fences.clear()
    for record_id, issue_no, _state, _holder, fence, *_rest in scene.hub_look.all("rights"):
        known = scene.hub_fences[record_id, issue_no]
        expect(fence >= known, "inv_04_fences_only_grow", f"{record_id} {known} -> {fence}")
        scene.hub_fences[record_id, issue_no] = fence


def inv_10_settled_stays(station: StationScene) -> None:
    """A settled intent never changes, nor does the day of any."""
    for row in station.look.all("intents"):
        if row[12] is not None:
            known = station.settled.setdefault(row[0], row)
            expect(known == row, "inv_10_settled_stays", f"intent {row[0]} changed")


def inv_11_next_issue_after_the_end(scene: Scene) -> None:
    """Issue n+1 exists only if n has ended."""
    bad = [row for row in scene.hub_look.all("reissues") if row[2] not in TERMINAL]
    expect(not bad, "inv_11_next_issue_after_the_end", f"{bad}")


def inv_12_revoked_means_no_card(scene: Scene) -> None:
    """REVOKED implies no good card; a card printed after its right was wanted back is flagged at the hub."""
    old_books = any(station.restored for station in scene.stations) or scene.hub.restores
    for record_id, issue_no, state, *_middle, flagged in scene.hub_look.all("rights"):
        of = right(record_id, issue_no)
        if state == "REVOKED" and not old_books:
            expect(not scene.good[of], "inv_12_revoked_means_no_card", f"{of} was printed")
        wanted_s = scene.hub.revoked.get(of)
        printed_s = scene.good_at_s.get(of)
        if state == "DONE" and wanted_s is not None and printed_s is not None and not old_books:
            late = printed_s > wanted_s
            expect(
                bool(flagged) or not late, "inv_12_revoked_means_no_card", f"{of} is not flagged"
            )


def inv_13_released_never_prints(station: StationScene) -> None:
    """Once a release exists the station never prints under that fence."""
    released: dict[tuple[str, int, int], str] = {}
    for _seq, document, _sha256, _told in station.look.all("outbox"):
        entry = json.loads(document)
        if entry["body"]["kind"] == "release":
            body = entry["body"]
            key = (body["right"]["record_id"], body["right"]["issue_no"], body["fence"])
            released[key] = entry["seq"]
        elif entry["body"]["kind"] == "card" and entry["body"]["right"] is not None:
            body = entry["body"]
            key = (body["right"]["record_id"], body["right"]["issue_no"], body["fence"])
            expect(
                key not in released, "inv_13_released_never_prints", f"{key} printed after release"
            )


def inv_14_blanks_add_up(scene: Scene, station: StationScene) -> None:
    """No balance below zero, and what was received is the sum of all places."""
    places = dict(station.look.all("places"))
    outside = places.pop("OUTSIDE", 0)
    negative = {place: count for place, count in places.items() if count < 0}
    expect(not negative, "inv_14_blanks_add_up", f"{station.host.name}: {negative}")
    expect(sum(places.values()) == -outside, "inv_14_blanks_add_up", f"{places} of {-outside}")
    expect(not scene.hub_look.all("unbalanced"), "inv_14_blanks_add_up", "a move without its twin")


def inv_15_one_blank_an_intent(station: StationScene) -> None:
    """Each intent takes one blank and gives it on once; a settled one has done both; each blank is in one place."""
    moves = {
        intent: (count, taken) for intent, count, taken in station.look.all("moves_of_intents")
    }
    for row in station.look.all("intents"):
        wanted = (1 if row[12] is None else 2, 1)
        expect(
            moves.get(row[0]) == wanted,
            "inv_15_one_blank_an_intent",
            f"{row[0]}: {moves.get(row[0])}",
        )
    machine = station.host.printer.machine
    uids = [*machine.state.hopper, *(card.uid for card in machine.departed)]
    uids += [machine.state.inside.uid] if machine.state.inside else []
    expect(len(set(uids)) == len(uids), "inv_15_one_blank_an_intent", "one blank in two places")
    expect(
        len(uids) == machine.state.received - machine.state.withdrawn,
        "inv_15_one_blank_an_intent", "a blank is lost",
    )  # fmt: skip


def inv_16_counter_fits_the_book(station: StationScene) -> None:
    """Cards fed are those printed, spoiled or in doubt, or made by strangers, whom a lock has shown or will show."""
    if station.restored:
        return
    printer = station.host.printer
    rows = station.look.all("intents")
    made = sum(row[12] in ("PRINTED", "SPOILED") for row in rows)
    opened = sum(row[12] is None for row in rows)
    fed = printer.fed - len(printer.strange_numbers)
    expect(
        made <= fed <= made + opened, "inv_16_counter_fits_the_book",
        f"{fed} fed, {made} booked, {opened} open",
    )  # fmt: skip


def inv_19_outbox_has_no_gap(scene: Scene, station: StationScene) -> None:
    """Both chains have no gap, each entry points to the one before, and the hub's is a beginning of the station's."""
    ours = [(seq, sha256) for seq, _document, sha256, _told in station.look.all("outbox")]
    name = "inv_19_outbox_has_no_gap"
    expect([seq for seq, _ in ours] == list(range(1, len(ours) + 1)), name, "a gap here")
    before = GENESIS_SHA256
    for seq, document, sha256, _told in station.look.all("outbox"):
        expect(json.loads(document)["previous_sha256"] == before, name, f"entry {seq} hangs loose")
        before = sha256
    theirs = [
        (seq, sha256)
        for name_, seq, sha256 in scene.hub_look.all("outbox")
        if name_ == station.host.name
    ]
    expect([seq for seq, _ in theirs] == list(range(1, len(theirs) + 1)), name, "a gap at the hub")
    if not station.restored:
        expect(theirs == ours[: len(theirs)], name, "the hub's chain is another one")


def inv_22_days_never_go_back(station: StationScene) -> None:
    """The day of a printer's intents never goes back."""
    latest: dict[str, str] = {}
    for row in station.look.all("intents"):
        known = latest.get(row[1], "")
        expect(
            row[9] >= known, "inv_22_days_never_go_back", f"intent {row[0]}: {known} -> {row[9]}"
        )
        latest[row[1]] = row[9]


def inv_24_stores_are_sound(scene: Scene, station: StationScene) -> None:
    """Each store passes its integrity check."""
    found = {station.look.value("integrity"), scene.hub_look.value("integrity")}
    expect(found == {"ok"}, "inv_24_stores_are_sound", f"{found}")


def inv_29_no_personal_data(station: StationScene) -> None:
    """No NIK and no name in outbox, events or what roles say; a payload that was told of is gone."""
    texts = "\n".join(row[0] for row in station.look.all("texts"))
    for record_id, issue_no, _fence, state, _approved, gone in station.look.all("rights"):
        number = records.number_of(right(record_id, issue_no))
        found = records.nik_of(number) in texts or records.name_of(number) in texts
        expect(not found, "inv_29_no_personal_data", f"of {record_id}")
        expect(bool(gone) or state != "SHREDDED", "inv_29_no_personal_data", f"{record_id} is kept")
