"""The tag of the ribbon that hangs in the printer, as a script. No card moves."""

from drivers.driver import Script
from drivers.evolis.codec import parse_fields, refuses
from drivers.evolis.exchange import Exchange

_STRAY = "OK"  # some firmware answers so first; the second answer is the tag


def ribbon_tag(exchange: Exchange) -> Script[dict[str, str]]:
    """Ask for the tag's fields, keys in lower case; {} where there is no ribbon or it can't be read."""
    answer = yield from exchange.ask("Rrt", "all")
    if answer.text == _STRAY:
        answer = yield from exchange.ask("Rrt", "all")
    return {} if refuses(answer.text) else parse_fields(answer.text)


def ribbon_code(tag: dict[str, str]) -> int | None:
    """Return the ribbon's number, None where the tag tells none."""
    text = tag.get("type", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
