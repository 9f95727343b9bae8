"""Truths of printers in every state, as the control link tells them, and their frames as lines of text."""

import io
from typing import Any

from rich.console import Console

from emulator.window.window import NOTHING_SEEN, Gallery, window

UID = "04A1B2C3D4E5F6"
SHORT = "04A1…E5F6"

CALM: dict[str, Any] = {
    "family": "evolis",
    "model": "primacy2",
    "serial": "UJI9",
    "powered": True,
    "online": True,
    "plugged": True,
    "hopper": {"count": 60, "uids": ["04FEDCBA987654", UID]},
    "inside": None,
    "output": [],
    "reject": [],
    "ribbon": {
        "type": "YMCKO",
        "panels": "ymcko",
        "remaining": 287,
        "capacity": 300,
        "torn": False,
        "fade": 0.0,
    },
    "head_c": 41.2,
    "chassis_c": 33.4,
    "room_c": 27.0,
    "quality_limit_c": 59.0,
    "rest_above_c": 75.0,
    "cooling": False,
    "cover_open": False,
    "jammed": False,
    "jam_ahead": None,
    "busy": False,
    "doing": None,
    "waiting": None,
    "claimed": False,
    "cleaning_due": False,
    "errors": "00000000",
    "session": 0,
    "counter": 12,
    "panels_printed": 60,
    "dead_rows": 0,
    "commands": ["Psync;11;1"],
    "cards_dir": None,
    "scenario": None,
    "incidents": [],
    "machine_s": 3725.0,
}

ROLL: dict[str, Any] = {
    "family": "escpos",
    "model": "receipt-80",
    "serial": "RCP0000001",
    "powered": True,
    "online": True,
    "plugged": True,
    "slips": [
        {"number": 1, "text": "satu\n", "ending": "cut"},
        {"number": 2, "text": "Antrean A-017\n[QR: uji]\n", "ending": "torn"},
    ],
    "hanging_text": "",
    "paper_left_mm": 61_234.5,
    "near_end": False,
    "paper_end": False,
    "cover_open": False,
    "cutter_jammed": False,
    "cutter_error": False,
    "buffer_bytes": 0,
    "busy": False,
    "doing": None,
    "commands": ["ESC @"],
    "machine_s": 3.0,
}


def inside(position: str = "print", side: str = "front", **used: str) -> dict[str, Any]:
    """Make a truth's card inside, with the panels used on each side."""
    return {
        "uid": UID,
        "position": position,
        "side": side,
        "heated": bool(used),
        "panels_used": {name: list(panels) for name, panels in used.items()},
    }


def lines(
    truth: dict[str, Any], width: int = 80, height: int = 24, gallery: Gallery = NOTHING_SEEN
) -> list[str]:
    """Draw a frame without colour and return its lines."""
    console = Console(file=io.StringIO(), width=width, height=height, _environ={})
    console.print(window(truth, width, height, gallery, colour=False), height=height)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def said(truth: dict[str, Any]) -> tuple[str, str]:
    """Return the two sentences of a frame, without their sign."""
    drawn = lines(truth)
    indonesian, english = (line.strip("│ ") for line in drawn[1:3])
    return indonesian[2:], english
