"""Who comes and who goes on the buses of this machine, a line each, until Ctrl-C."""

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict

from drivers.found import Found, found_everywhere
from drivers.hotplug import HotPlug

LOOK_S = 1.0
ARRIVED, GONE = "datang / here ", "pergi  / gone "


def watch_arrivals(
    *,
    as_json: bool,
    look: Callable[[], Iterable[Found]] = found_everywhere,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Look every second and tell each difference; the first look tells who is there. Opens no printer."""
    state = HotPlug()
    while True:
        change = state.look(look())
        for told, printers in ((True, change.arrived), (False, change.gone)):
            for one in printers:
                sys.stdout.write(_line(one, here=told, as_json=as_json) + "\n")
                sys.stdout.flush()
        pause(LOOK_S)


def _line(found: Found, *, here: bool, as_json: bool) -> str:
    if as_json:
        return json.dumps({"here": here} | asdict(found))
    words = (found.uri, found.make_and_model, found.serial, found.sentence)
    return (ARRIVED if here else GONE) + "  ".join(filter(None, words))
