"""Takes people out of what leaves the office: NIKs, names of accounts, and every byte that could be a card's.

Rules, not guesses. A frame is kept whole only if it belongs to a script that looks, for those carry the printer's words
alone; of every other only its length and its time stay, for a job holds a picture and a stripe holds a number. In what
is kept, and in every text, a run of sixteen digits goes, and so does the name of the account in a path.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from drivers.tool.scripts import LOOKS
from drivers.tool.trace import Event, Kind

TAIL_EVENTS = 400
NIK = re.compile(r"(?<![0-9])[0-9]{16}(?![0-9])")
_NIK_BYTES = re.compile(rb"[0-9]{16}")
_ACCOUNT = re.compile(r"(?<![\w.])/(home|Users)/[^/\s\"']+")
TAKEN_OUT = "[16 angka diambil / 16 digits taken out]"


def without_people(text: str) -> str:
    """Return a text without NIKs, and without the names of accounts in its paths."""
    return NIK.sub(TAKEN_OUT, _ACCOUNT.sub(r"/\1/…", text.replace(str(Path.home()), "~")))


def tail(events: Iterable[Event], count: int = TAIL_EVENTS) -> list[Event]:
    """Return the last events of a trace, without what could be a card's."""
    return list(_redacted(events))[-count:]


def _redacted(events: Iterable[Event]) -> Iterator[Event]:
    script = ""
    for event in events:
        if event.kind is Kind.SCRIPT:
            script = event.name
        about = without_people(event.text)
        if event.kind is Kind.REQUEST:
            yield replace(event, data=b"", name="", text=_length(event))
        elif event.data and (script not in LOOKS or _NIK_BYTES.search(event.data)):
            yield replace(event, data=b"", text=_length(event))
        else:
            yield replace(event, text=about, name=without_people(event.name))


def _length(event: Event) -> str:
    return f"{len(event.data)} bytes taken out"
