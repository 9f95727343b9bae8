"""The truth about a card printer's machine, for tests, demonstrations and the window: what no wire would tell."""

from emulator.firmware import Answer
from emulator.machine.card import Bin
from emulator.machine.mechanics import Machine
from emulator.machine.sequencer import Sequencer


def card_truth(machine: Machine, sequencer: Sequencer, now_s: float) -> Answer:
    """Return everything: cards by place, counters, ribbon, heat, what moves and what is waited for."""
    state = machine.state
    head = machine.head
    waits_for = sequencer.waits_for
    return {
        "serial": state.serial,
        "shown_serial": machine.shown_serial,
        "clock_offset_s": machine.clock_offset_s,
        "received": state.received,
        "withdrawn": state.withdrawn,
        "cards_fed": state.fed,
        "counter": state.counters.inserted,
        "panels_printed": state.counters.panels,
        "hopper": {"count": len(state.hopper), "uids": list(state.hopper)},
        "inside": _inside(machine),
        "output": _cards(machine, Bin.OUTPUT),
        "reject": _cards(machine, Bin.REJECT),
        "ribbon": _ribbon(machine),
        "head_c": round(head.temperature_c(now_s), 1),
        "chassis_c": round(head.chassis_c(now_s), 1),
        "room_c": head.room_c,
        "quality_limit_c": head.thermals.quality_limit_c,
        "rest_above_c": head.thermals.rest_above_c,
        "overheat": round(head.overheat(now_s), 2),
        "dead_rows": len(machine.dead_rows),
        "cooling": head.resting(now_s),
        "cover_open": machine.cover_open,
        "jammed": machine.jammed,
        "jam_ahead": machine.jam_ahead,
        "busy": sequencer.busy,
        "doing": _doing(machine, sequencer, now_s),
        "waiting": None if waits_for is None else waits_for.value,
    }


def _inside(machine: Machine) -> Answer | None:
    card = machine.inside
    if card is None:
        return None
    return {
        "uid": card.uid,
        "position": card.position,
        "side": card.side,
        "heated": card.heated,
        "panels_used": {side: face.panels_used for side, face in card.faces.items()},
    }


def _doing(machine: Machine, sequencer: Sequencer, now_s: float) -> Answer | None:
    work = sequencer.running
    if work is None or work.motion.silent:
        return None
    return {"motion": work.motion.name(machine), "done": round(sequencer.share_done(now_s), 3)}


def _cards(machine: Machine, bin_: Bin) -> list[Answer]:
    return [
        {"number": card.number, "uid": card.uid, "picture": f"{card.number:06d}.front.png"}
        for card in machine.departed
        if card.bin is bin_
    ]


def _ribbon(machine: Machine) -> Answer | None:
    ribbon = machine.ribbon
    if ribbon is None:
        return None
    kind = ribbon.kind
    return {
        "type": kind.name,
        "panels": kind.panels,
        "remaining": ribbon.remaining,
        "capacity": kind.capacity,
        "torn": machine.bay.torn,
        "fade": machine.bay.fade,
    }
