"""The cheap invariants: after every durable write of a station, every card that leaves, every job that goes out."""

import json

from prr.record import Right
from simulation.invariants.scene import Scene, StationScene, expect, right


def inv_01_one_good_card_a_right(scene: Scene, of: Right) -> None:
    """At most one good card per right, in any schedule."""
    expect(
        scene.good[of] <= 1, "inv_01_one_good_card_a_right", f"{scene.good[of]} good cards of {of}"
    )


def inv_02_one_station_holds(scene: Scene, station: StationScene) -> None:
    """At most one station has a right in CACHED, INTENT or IN_DOUBT; one with an old store put back does not count."""
    for other in scene.stations:
        if other is station or other.restored or station.restored:
            continue
        both = station.held.keys() & other.held.keys()
        expect(not both, "inv_02_one_station_holds", f"{sorted(map(str, both))} at two stations")


def inv_04_fences_only_grow(station: StationScene) -> None:
    """A right's fence never goes back, and one put down comes again only under a greater fence."""
    if station.restored:
        return
    for of, (fence, _state) in station.held.items():
        known, tomb = station.fences.get(of, 0), station.tombs.get(of, 0)
        expect(
            fence >= known, "inv_04_fences_only_grow", f"{of} went from fence {known} to {fence}"
        )
        expect(fence > tomb, "inv_04_fences_only_grow", f"{of} is held again under fence {fence}")
        station.fences[of] = fence


def inv_06_intent_before_first_byte(station: StationScene) -> None:
    """Bytes that feed a card go out only when an intent with all its evidence is durable."""
    rows = station.look.all("open")
    expect(bool(rows), "inv_06_intent_before_first_byte", "a card is fed without an intent")
    row = rows[-1]
    whole = None not in (row[6], row[8], row[9], row[10]) and len(row[8]) == 64
    whole = whole and (row[2] is None or row[4] is not None)
    expect(whole, "inv_06_intent_before_first_byte", f"intent {row[0]} is not whole")


def inv_07_one_open_intent(station: StationScene) -> None:
    """At most one open intent per printer; none begins while one is in doubt."""
    rows = station.look.all("open")
    expect(len(rows) <= 1, "inv_07_one_open_intent", f"{len(rows)} open intents")


def inv_08_restart_doubts(station: StationScene) -> None:
    """After a restart no intent is open without being in doubt."""
    rows = [row for row in station.look.all("open") if not row[5]]
    expect(
        not rows, "inv_08_restart_doubts", f"intents {[row[0] for row in rows]} are not in doubt"
    )


def inv_09_not_printed_needs_proof(station: StationScene) -> None:
    """NOT_PRINTED only by proof that is true, or by two different people."""
    intent, outcome, decided_by, _doubt, evidence, *_right = station.look.all("settled_last")[0]
    if outcome != "NOT_PRINTED":
        return
    name = "inv_09_not_printed_needs_proof"
    people = set((decided_by or "").split(","))
    if people != {"evidence"}:
        expect(len(people) >= 2, name, f"intent {intent} by {people}")
        return
    told = json.loads(evidence)
    proof = told["certified"] and told["counter_delta"] == 0
    proof = proof and told["job_alive"] is False and told["card_inside"] is False
    expect(proof, name, f"intent {intent} with {told}")
    fed = station.host.printer.fed - station.host.feds.get(intent, 0)
    expect(not fed or station.restored, name, f"intent {intent} was proved unprinted after a feed")


def inv_20_cap_holds(station: StationScene) -> None:
    """Per allowance: intents not proved unprinted are at most the cap."""
    over = station.look.all("over_cap")
    expect(not over, "inv_20_cap_holds", f"{over}")


def inv_21_feeds_within_allowances(scene: Scene, station: StationScene) -> None:
    """A printer feeds no more than the sum of the allowances the hub has issued for it."""
    printer = station.host.printer
    serials = (printer.serial, f"{printer.serial}-X")
    allowed = sum(cap for serial, cap in scene.hub_look.all("caps") if serial in serials)
    fed = printer.fed - len(printer.strange_numbers)
    expect(
        fed <= allowed or scene.hub.restores > 0,
        "inv_21_feeds_within_allowances",
        f"{fed} of {allowed}",
    )


def inv_25_storage_error_stops(station: StationScene) -> None:
    """While the disk has no room no card is fed."""
    expect(
        not station.host.disk_low,
        "inv_25_storage_error_stops",
        "a job went out while the disk was full",
    )


def inv_26_no_card_on_a_full_disk(station: StationScene) -> None:
    """On a full disk no new intent begins, whatever room the ballast has left."""
    low = station.host.disk_low
    expect(not low, "inv_26_no_card_on_a_full_disk", "an intent began on a full disk")


def inv_30_old_words_change_nothing(before: str, after: str) -> None:
    """A hub's word that was said before changes nothing."""
    expect(before == after, "inv_30_old_words_change_nothing", f"{before!r} became {after!r}")


def look_again(station: StationScene) -> None:
    """Remember what the station holds now."""
    station.held = {
        right(record_id, issue_no): (fence, state)
        for record_id, issue_no, fence, state in station.look.all("held")
    }


def note_tombs(station: StationScene) -> None:
    """Remember what the station has put down."""
    for record_id, issue_no, fence, state, *_rest in station.look.all("rights"):
        if state in ("TOMB", "RELEASED"):
            station.tombs[right(record_id, issue_no)] = fence
