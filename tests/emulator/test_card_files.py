"""Card files: the sign of completeness comes last, and a restart finishes or forgets what was half done."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emulator.machine.card import Bin, Card, Departed, Departure, Face, Position, Side, Track
from emulator.machine.card_files import CardFiles

CARD = Card(
    "04A1",
    Position.EJECT,
    0.0,
    faces={Side.FRONT: Face(0, {"y": np.full((648, 1016), 50, np.uint8)}, ["y", "y"])},
    tracks={2: Track(2, "123")},
)


def departure(number: int) -> Departure:
    return Departure(
        number, CARD, Bin.OUTPUT, by_hand=False, counter=7, print_seconds=12.9, printer_serial="S"
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_record_counts_only_once_it_has_its_name(tmp_path: Path) -> None:
    with CardFiles(tmp_path, planes=True) as files:
        files.begin(CARD, 3)
        files.stage(departure(3))
        assert names(tmp_path) == ["000003.front.png", "000003.front.y.png", "000003.json.part"]
        files.publish(departure(3))
    assert names(tmp_path) == ["000003.front.png", "000003.front.y.png", "000003.json"]
    assert json.loads((tmp_path / "000003.json").read_text()) == {
        "number": 3, "uid": "04A1", "serial": "S", "bin": "output", "by_hand": False,
        "planes": {"front": ["y"]}, "panels_used": {"front": ["y", "y"]}, "ribbon": "YMCKO",
        "counter": 7, "tracks": {"2": {"format": 2, "text": "123"}}, "print_seconds": 12.9,
    }  # fmt: skip
    plane = Image.open(tmp_path / "000003.front.y.png")
    assert (plane.size, plane.mode, plane.getextrema()) == ((1016, 648), "L", (50, 50))


def test_a_card_nothing_was_printed_on_is_white(tmp_path: Path) -> None:
    blank = Card("04B2", Position.EJECT, 0.0)
    with CardFiles(tmp_path, planes=True) as files:
        files.begin(blank, 1)
    assert names(tmp_path) == ["000001.front.png"]
    assert Image.open(tmp_path / "000001.front.png").getextrema() == ((255, 255),) * 3


def test_a_restart_finishes_what_the_state_counts_and_forgets_the_rest(tmp_path: Path) -> None:
    with CardFiles(tmp_path, planes=False) as files:
        for number in (1, 2, 3):
            files.begin(CARD, number)
            files.stage(departure(number))
        files.publish(departure(1))
        assert files.recover(last_number=2) == (
            Departed(1, "04A1", Bin.OUTPUT),
            Departed(2, "04A1", Bin.OUTPUT),
        )
    assert [name for name in names(tmp_path) if "json" in name] == ["000001.json", "000002.json"]


def test_a_picture_that_cannot_be_written_keeps_the_card_in(tmp_path: Path) -> None:
    folder = tmp_path / "cards"
    with CardFiles(folder, planes=False) as files:
        folder.rmdir()
        files.begin(CARD, 1)
        with pytest.raises(OSError, match="no picture of card 1"):
            files.stage(departure(1))
