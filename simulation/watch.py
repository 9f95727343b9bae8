"""Watches a world: calls the invariants when what they speak of has changed, and notes what was reached."""

import json
from collections.abc import Callable
from typing import Any

from prr.record import Right
from simulation.invariants import days, ends, steps
from simulation.invariants.scene import Scene, StationScene
from simulation.trace import Trace
from station.clock import print_day
from station.jobs import StopReason

WAITS = {StopReason.CAP_REACHED, StopReason.NO_ALLOWANCE}


class Watch:
    """The eyes of one run.

    Args:
        scene: what there is to see.
        trace: where it is noted what was reached.
        only: the invariants to ask for; None for all.
    """

    def __init__(self, scene: Scene, trace: Trace, only: frozenset[str] | None = None) -> None:
        self._only = only
        self.attempts = 0
        self.doubts = 0
        self.by_people = 0
        self.doubts_certified = 0
        self.by_people_certified = 0
        self.attempts_certified = 0
        self.spoiled_certified = 0
        self._scene = scene
        self._trace = trace

    def _hold(self, invariant: Callable[..., None], *about: object) -> None:
        """Ask for one invariant, unless only others are asked for."""
        if self._only is None or invariant.__name__ in self._only:
            invariant(*about)

    # --- steps --------------------------------------------------------------------------------

    def good_card(self, of: Right, at_s: float) -> None:
        """Look at a good card that left."""
        self._scene.good[of] += 1
        self._scene.good_at_s.setdefault(of, at_s)
        self._hold(steps.inv_01_one_good_card_a_right, self._scene, of)

    def feed_begins(self, station: StationScene) -> None:
        """Look when bytes go out that feed a card."""
        self._hold(steps.inv_06_intent_before_first_byte, station)
        self._hold(steps.inv_25_storage_error_stops, station)

    def station_wrote(self, station: StationScene, names: set[str]) -> None:
        """Look after a durable write."""
        if names & {"right_tomb", "right_released"}:
            steps.note_tombs(station)
        if names & {"right_grant", "right_move", "right_tomb"}:
            steps.look_again(station)
            self._hold(steps.inv_02_one_station_holds, self._scene, station)
            self._hold(steps.inv_04_fences_only_grow, station)
        if "intent_begin" in names:
            self._intent_began(station)
        if "intent_settle" in names:
            self._hold(steps.inv_09_not_printed_needs_proof, station)
            self._intent_settled(station)

    def _intent_began(self, station: StationScene) -> None:
        self.attempts += 1
        self.attempts_certified += station.host.settings.certified
        opened = station.look.all("open")
        self._hold(steps.inv_07_one_open_intent, station)
        self._hold(steps.inv_20_cap_holds, station)
        self._hold(steps.inv_26_no_card_on_a_full_disk, station)
        station.host.feds[opened[-1][0]] = station.host.printer.fed

    def _intent_settled(self, station: StationScene) -> None:
        intent, outcome, decided_by, in_doubt, doubt, *_right = station.look.all("settled_last")[0]
        self._hold(steps.inv_21_feeds_within_allowances, self._scene, station)
        host = station.host
        day = next(row[9] for row in station.look.all("intents") if row[0] == intent)
        if day != print_day(host.clock.now(), host.config.station.zone, None).isoformat():
            self._trace.reach("day roll during INTENT")
        if not in_doubt:
            return
        self.doubts += 1
        by_people = decided_by != "evidence"
        self.by_people += by_people
        self.doubts_certified += host.settings.certified
        self.by_people_certified += by_people and host.settings.certified
        self.spoiled_certified += outcome == "SPOILED" and host.settings.certified
        self._trace.reach(_row(json.loads(doubt or "{}"), outcome, by_people=by_people))

    # --- days ---------------------------------------------------------------------------------

    def day_ended(self) -> None:
        """Look at whole stores."""
        scene = self._scene
        if not scene.hub.up:
            return
        self._hold(days.inv_03_claims_are_idempotent, scene)
        self._hold(days.inv_04_hub_fences_only_grow, scene)
        self._hold(days.inv_05_only_words_free_a_right, scene)
        self._hold(days.inv_11_next_issue_after_the_end, scene)
        self._hold(days.inv_12_revoked_means_no_card, scene)
        if scene.hub_look.value("double_reports"):
            self._trace.reach("an intent reported twice: in doubt, then settled")
        for station in scene.stations:
            self._hold(days.inv_10_settled_stays, station)
            self._hold(days.inv_13_released_never_prints, station)
            self._hold(days.inv_14_blanks_add_up, scene, station)
            self._hold(days.inv_15_one_blank_an_intent, station)
            self._hold(days.inv_16_counter_fits_the_book, station)
            self._hold(days.inv_22_days_never_go_back, station)
            self._hold(days.inv_24_stores_are_sound, scene, station)
            self._hold(days.inv_29_no_personal_data, station)
            if not scene.hub.restores:
                self._hold(days.inv_19_outbox_has_no_gap, scene, station)
            if not station.host.at_work:
                continue
            self._hold(steps.inv_20_cap_holds, station)

    def ended(self) -> None:
        """Look at a world at rest."""
        scene = self._scene
        old_books = any(station.restored for station in scene.stations)
        for station in scene.stations:
            if station.host.retired:
                continue
            self._hold(ends.inv_17_book_is_hopper, station)
            if not scene.hub.restores:
                self._hold(ends.inv_18_hub_agrees, scene, station)
        if not old_books and not any(station.host.retired for station in scene.stations):
            self._hold(ends.inv_12_done_means_card, scene)

    # --- when a day is over -----------------------------------------------------------------------

    def nothing_to_do(self, station: StationScene) -> bool:
        """Tell whether a station has nothing under way and nothing it may print now."""
        if station.host.retired:
            return True
        if not station.host.at_work or station.look.all("open") or station.look.value("untold"):
            return False
        return not station.held or self.cap_reached(station)

    def cap_reached(self, station: StationScene) -> bool:
        """Tell whether a station waits for another day, or is retired."""
        if station.host.retired:
            return True
        said = [row for row in station.look.all("roles") if row[0] == "press"]
        return bool(said) and bool(WAITS & json.loads(said[0][2]).keys())

    def nothing_ready(self) -> bool:
        """Tell whether the hub has nothing more to grant."""
        return not self._scene.hub.up or not self._scene.hub_look.value("ready_rights")

    def finished(self) -> bool:
        """Tell whether every right has ended and everything was told."""
        active = [station for station in self._scene.stations if not station.host.retired]
        told = not any(
            station.look.value("untold") or station.look.all("open") for station in active
        )
        return told and (not active or not self._scene.hub_look.value("open_rights"))

    def what_is_left(self) -> str:
        """Say what has not ended."""
        rights: list[Any] = [
            row for row in self._scene.hub_look.all("rights") if row[2] in ("READY", "HELD")
        ]
        roles = {station.host.name: station.look.all("roles") for station in self._scene.stations}
        return f"{len(rights)} rights have not ended, first {rights[:3]}; {roles}"


def _row(evidence: dict[str, Any], outcome: str, *, by_people: bool) -> str:
    """Return which row of the table of doubts this was."""
    delta = evidence.get("counter_delta")
    if not by_people:
        return "doubt: d=0 certified, proved not printed"
    if evidence.get("same_printer") is False:
        return "doubt: another printer answers"
    if delta is None:
        return "doubt: counter unreadable"
    if delta not in (0, 1):
        return "doubt: d<0" if delta < 0 else "doubt: d>=2"
    inside = delta == 0 and evidence.get("card_inside")
    return (
        "doubt: d=0 with a card in the path"
        if inside
        else f"doubt: d={delta}, people say {outcome}"
    )
