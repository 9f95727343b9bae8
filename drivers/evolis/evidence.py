"""What an Evolis printer can be made to say of itself and its cards, as scripts. Nothing here moves a card.

A refusal is a missing fact (None); garbage or silence is an error.
"""

from drivers.card import Evidence
from drivers.driver import Script
from drivers.errors import ProtocolError
from drivers.evolis.codec import StatusBlock, accept, parse_fields, refuses
from drivers.evolis.exchange import Answer, Exchange
from drivers.evolis.ribbon_tag import ribbon_tag
from drivers.evolis.state import card_in_path, job_active, printer_status
from drivers.status import PrinterIdentity, Supply

# Answers to Rlr;p, by whether a card is at the print position or a station. ERR CARD and NO CARD are old models'.
_CARD_TEXTS = {
    "OK": False,
    "NO CARD": False,
    "CARD": True,
    "SMART CARD": True,
    "CONTACTLESS CARD": True,
    "ERR CARD": True,
}
_COUNTER_MAX = 10**9  # beyond any head's life: more is garbage


def identity(exchange: Exchange) -> Script[PrinterIdentity]:
    """Ask model, firmware and serial number.

    Raises:
        ReplyRefusedError: it refuses one of them.
    """
    model = yield from exchange.ask("Rtp")
    firmware = yield from exchange.ask("Rfv")
    serial = yield from exchange.ask("Rsn")
    return PrinterIdentity(
        make_and_model=_fact("Rtp", model),
        serial=_fact("Rsn", serial),
        firmware=_fact("Rfv", firmware),
    )


def gather(exchange: Exchange) -> Script[tuple[Evidence, StatusBlock]]:
    """Ask serial number, card position and card counter; return them with the status that came last.

    In this order no answer reads like the one before it, so that a medium that keeps replies costs no waiting.
    """
    serial_answer = yield from exchange.ask("Rsn")
    serial = None if refuses(serial_answer.text) else _fact("Rsn", serial_answer)
    position = yield from exchange.ask("Rlr", "p")
    counter, kind, last = yield from _counter(exchange)
    evidence = Evidence(
        serial=serial,
        counter=counter,
        counter_kind=kind,
        job_active=job_active(last),
        card_inside=True if card_in_path(last) else _card_inside(position),
        errors=standing_errors(last),
    )
    return evidence, last


def standing(block: StatusBlock) -> Evidence:
    """Return what a status block alone tells, for when nothing may be asked."""
    return Evidence(
        job_active=job_active(block),
        card_inside=card_in_path(block) or None,
        errors=standing_errors(block),
    )


def standing_errors(block: StatusBlock) -> tuple[str, ...]:
    """Return the IPP keywords of the errors in a block."""
    return tuple(reason.keyword for reason in printer_status(block).errors)


def supplies(exchange: Exchange) -> Script[tuple[tuple[Supply, ...], StatusBlock]]:
    """Ask for ribbon and cleaning counters; return them with the status that came last."""
    tag = yield from ribbon_tag(exchange)
    cleaning, last = yield from _cleaning(exchange)
    return (*_ribbon(tag), *cleaning), last


def _counter(exchange: Exchange) -> Script[tuple[int | None, str, StatusBlock]]:
    answer = yield from exchange.ask("Rco", "card")
    fields = {} if refuses(answer.text) else parse_fields(answer.text)
    if "inserted_head" in fields:
        return _count("Rco;card", fields["inserted_head"]), "inserted_head", answer.status
    answer = yield from exchange.ask("Rco", "c")
    if refuses(answer.text):
        return None, "", answer.status
    return _count("Rco;c", answer.text), "Rco;c", answer.status


def _cleaning(exchange: Exchange) -> Script[tuple[list[Supply], StatusBlock]]:
    """Cards left before cleaning, as a supply that wears out."""
    answer = yield from exchange.ask("Rco", "clean")
    if not refuses(answer.text):
        fields = parse_fields(answer.text)
        left, capacity = fields.get("rem_advised"), fields.get("advised")
    else:
        answer = yield from exchange.ask("Rco", "r")
        left, capacity = (None if refuses(answer.text) else answer.text), None
    if left is None:
        return [], answer.status
    supply = Supply("cleaning", "cleanerUnit", _number(capacity), _number(left))
    return [supply], answer.status


def _ribbon(fields: dict[str, str]) -> list[Supply]:
    name = fields.get("label") or fields.get("ref") or fields.get("type")
    if name is None:
        return []
    return [Supply(name, "ribbonWax", _number(fields.get("qty")), _number(fields.get("count")))]


def _card_inside(answer: Answer) -> bool | None:
    if card_in_path(answer.status):
        return True
    return _CARD_TEXTS.get(answer.text.strip().upper())


def _fact(verb: str, answer: Answer) -> str:
    text = accept(verb, answer.text).strip()
    if not text or len(text) > 100 or not text.isprintable():
        raise ProtocolError(f"the answer to {verb!r} is no plain text of at most 100 letters")
    return text


def _count(asked: str, text: str) -> int:
    number = _number(text)
    if number is None or not 0 <= number <= _COUNTER_MAX:
        raise ProtocolError(f"the answer to {asked!r} is no card count")
    return number


def _number(text: str | None) -> int | None:
    """Return a whole number in ASCII digits, None for anything else; a negative one is a count overdrawn."""
    stripped = (text or "").strip()
    digits = stripped.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        return None
    return int(stripped)
