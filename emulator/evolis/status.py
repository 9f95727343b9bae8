"""The four status words, computed from what is true of machine and firmware at an instant."""

from emulator.evolis import words
from emulator.evolis.context import Context
from emulator.evolis.identity import (
    CLEANING_ADVISED_CARDS,
    CLEANING_MANDATORY_CARDS,
    cards_since_cleaning,
)
from emulator.machine.card import Position

RIBBON_LOW_SHARE = 0.1

_POSITION_BITS = {
    Position.FEEDER: words.INF_CARD_FEEDER,
    Position.PRINT: words.INF_CARD_PRINT,
    Position.FLIP: words.INF_CARD_FLIP,
    Position.CONTACT: words.INF_CARD_SMART,
    Position.CONTACTLESS: words.INF_CARD_CONTACTLESS,
    Position.EJECT: words.INF_CARD_EJECT,
}


def information(context: Context) -> int:
    """Return the INFORMATION word: what goes on and what will soon be needed."""
    engine, machine = context.engine, context.machine
    word = words.INF_CLAIM if context.ram.claimed else 0
    position = engine.sequencer.shown_position
    if position is not None:
        word |= _POSITION_BITS[position]
    if engine.busy:
        word |= words.INF_BUSY | engine.information
    if engine.sequencer.printing:
        word |= words.INF_PRINTING_RUNNING
    ribbon = machine.ribbon
    if ribbon is not None and ribbon.remaining < RIBBON_LOW_SHARE * ribbon.kind.capacity:
        word |= words.INF_RIBBON_LOW
    since = cards_since_cleaning(machine)
    if since >= CLEANING_ADVISED_CARDS:
        word |= words.INF_CLEANING
    if since >= CLEANING_MANDATORY_CARDS:
        word |= words.INF_CLEANING_MANDATORY | words.INF_CLEANING_REQUIRED
    return word


def warning(context: Context) -> int:
    """Return the WARNING word: what a person has to do before the next job."""
    machine = context.machine
    ribbon = machine.ribbon
    conditions = (
        (not machine.state.hopper, words.WAR_FEEDER_EMPTY),
        (machine.head.resting(context.now_s), words.WAR_COOLING),
        (machine.output_full, words.WAR_HOPPER_FULL),
        (ribbon is None, words.WAR_NO_RIBBON),
        (ribbon is not None and ribbon.remaining == 0, words.WAR_RIBBON_ENDED),
        (machine.cover_open, words.WAR_COVER_OPEN),
    )
    return sum(bit for holds, bit in conditions if holds)


def status_block(context: Context) -> bytes:
    """Return the status block of this instant."""
    status_words = (
        context.model.config,
        information(context),
        warning(context),
        context.ram.errors,
    )
    return words.status_block(status_words, context.ram.session.at(context.now_s))
