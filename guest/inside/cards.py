"""A card printed, and a card in doubt seen through: what station and printer say is held against each other."""

from collections.abc import Callable
from typing import Any

from guest import plan
from guest.clock import wait_until
from guest.inside.printer import Printer
from guest.inside.station import CARD_S_MAX, Station
from guest.inside.told import CheckFailedError, expect

Truth = dict[str, Any]
AT_REST_S_MAX = 4.0  # a card takes two
OFF_AND_ON = "switch it off and on"  # asked of people when a printer waits for the rest of a job


def one_card(
    station: Station, printer: Printer, record: str, look: Callable[[], None] = lambda: None
) -> None:
    """Have a running station print one record; `look` is called while that goes on.

    Raises:
        CheckFailedError: not exactly one good card came of it.
        TooLateError: none came.
    """
    before = printer.truth()
    printed = station.status()["cards"]["printed"]

    def met() -> bool:
        look()
        return len(printer.truth()["output"]) > len(before["output"])

    station.approve(record)
    wait_until(met, "a card in the output bin", CARD_S_MAX)
    station.wait_printed(printed + 1)
    after = printer.truth()
    fed, good = _fed(before, after), _good(printer, before, after)
    expect((fed, good) == (1, 1), f"{fed} cards fed and {good} good for one record")
    expect(after["inside"] is None, "a card is left inside")


def see_through(
    station: Station, printer: Printer, record: str, before: Truth, plug_in: Callable[[], object]
) -> str:
    """Have people decide the doubt that stands, truthfully, then the record printed if it was not; returns a sentence.

    Args:
        station: its daemon runs.
        printer: reachable.
        record: whose card it is.
        before: the printer's truth before that card.
        plug_in: called when the printer was switched on again.

    Raises:
        CheckFailedError: a card more than people know of, or station and printer disagree.
    """

    def heed() -> None:
        asked = any(OFF_AND_ON in detail for detail in station.reasons().values())
        if asked and printer.truth()["claimed"]:
            _switch_off_and_on(printer, plug_in)

    doubt = station.wait_doubt(heed)
    said = _evidence_agrees(station, printer, before)
    expect(doubt["right"] == f"{record}/1", f"the doubt is about {doubt['right']}, not {record}")
    wait_until(lambda: "in-doubt" in station.reasons(), "the press stands still", CARD_S_MAX)
    printed = station.status()["cards"]["printed"]
    word = _decided(printer, before, plug_in)
    why = ("--reason", "JAM") if word == "spoiled" else ()
    people = ("--by", plan.BY, "--second", plan.SECOND)
    station.command("resolve", str(doubt["intent"]), word, *people, *why)
    if word != "printed":
        station.approve(record)
    station.wait_printed(printed + 1)
    after = printer.truth()
    fed, good = _fed(before, after), _good(printer, before, after)
    expect(fed == 1 + (word == "spoiled"), f"{fed} cards fed, though people said {word}")
    expect(good == 1, f"{good} good cards of one record")
    return f"evidence: {said}; people said {word}; {fed} fed in all, 1 good"


def _evidence_agrees(station: Station, printer: Printer, before: Truth) -> str:
    """Wait until what the press has found out is true of the printer, where it tells it; returns its words."""

    def met() -> str | None:
        evidence, truth = station.wait_doubt()["evidence"], printer.truth()
        counter_delta = truth["counter"] - before["counter"]
        agrees = evidence["counter_delta"] in (None, counter_delta)
        agrees &= evidence["same_printer"] in (None, True)
        agrees &= evidence["card_inside"] in (None, truth["inside"] is not None)
        return ", ".join(f"{k} {v}" for k, v in sorted(evidence.items())) if agrees else None

    return wait_until(met, "the evidence of the doubt agrees with the printer", CARD_S_MAX)


def _decided(printer: Printer, before: Truth, plug_in: Callable[[], object]) -> str:
    """Look at the printer and say what became of the card; one that is stuck is taken out."""
    truth = _at_rest(printer, plug_in)
    fed = _fed(before, truth)
    expect(fed in (0, 1), f"{fed} cards fed for one intent")
    if truth["inside"]:
        printer.tell("take-card")
        return "spoiled"
    if not fed:
        return "not-printed"
    return "printed" if _good(printer, before, truth) else "spoiled"


def _at_rest(printer: Printer, plug_in: Callable[[], object]) -> Truth:
    """Let the printer finish; one that waits for the rest of a job that will never come is switched off and on."""
    try:
        return printer.tell("wait-idle", within_s=AT_REST_S_MAX)
    except CheckFailedError:
        _switch_off_and_on(printer, plug_in)
        return printer.tell("wait-idle", within_s=AT_REST_S_MAX)


def _switch_off_and_on(printer: Printer, plug_in: Callable[[], object]) -> None:
    printer.tell("power-cut")
    printer.tell("power-on")
    plug_in()


def _fed(before: Truth, after: Truth) -> int:
    fed: int = after["cards_fed"] - before["cards_fed"]
    return fed


def _good(printer: Printer, before: Truth, after: Truth) -> int:
    known = {card["number"] for card in before["output"]}
    return sum(printer.whole(c["number"]) for c in after["output"] if c["number"] not in known)
