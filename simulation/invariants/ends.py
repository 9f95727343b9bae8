"""The invariants of a world at rest: faults have stopped, people have answered, everything was told."""

from simulation.invariants.scene import Scene, StationScene, expect, right

BOOKED = {"PRINTED": "PRINTED", "SPOILED": "SPOILED", "LOADED": "LOADED", "IN_PRINT": "IN_PRINT"}


def inv_17_book_is_hopper(station: StationScene) -> None:
    """At rest, what the book says is loaded lies in the hopper."""
    loaded = dict(station.look.all("places")).get("LOADED", 0)
    hopper = len(station.host.printer.machine.state.hopper)
    strangers = len(station.host.printer.strange_numbers)
    expect(
        hopper <= loaded <= hopper + strangers, "inv_17_book_is_hopper",
        f"{loaded} in the book, {hopper} in the hopper, {strangers} by strangers",
    )  # fmt: skip


def inv_18_hub_agrees(scene: Scene, station: StationScene) -> None:
    """With everything told, the hub's view of a station is the station's own: rights and blanks."""
    name = station.host.name
    theirs = {
        right(record_id, issue_no): state
        for record_id, issue_no, state, holder, *_rest in scene.hub_look.all("rights")
        if holder == name
    }
    for record_id, issue_no, _fence, state, *_rest in station.look.all("rights"):
        of = right(record_id, issue_no)
        if state in ("PRINTED", "SHREDDED"):
            expect(theirs.get(of) == "DONE", "inv_18_hub_agrees", f"{of} is {theirs.get(of)}")
        elif state == "RELEASED":
            expect(theirs.get(of) in (None, "REVOKED"), "inv_18_hub_agrees", f"{of} released")
    accounts = dict(scene.hub_look.all("balances"))
    places = dict(station.look.all("places"))
    for place, account in BOOKED.items():
        told = accounts.get(f"station:{name}:{account}", 0)
        expect(
            told == places.get(place, 0),
            "inv_18_hub_agrees",
            f"{place}: {told} at the hub, {places}",
        )


def inv_12_done_means_card(scene: Scene) -> None:
    """A right that is DONE has its good card, and a good card's right is DONE, where no book was put back."""
    for record_id, issue_no, state, *_rest in scene.hub_look.all("rights"):
        good = scene.good[right(record_id, issue_no)]
        if state == "DONE":
            expect(good == 1, "inv_12_done_means_card", f"{record_id} DONE with {good} good cards")
        elif good and state != "LOST":
            expect(False, "inv_12_done_means_card", f"{record_id} is {state} with a good card")
