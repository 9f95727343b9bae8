"""The tool knows no family: the same commands on a Magicard, and one it lacks is refused in a sentence."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from support.office import Printer, start_printer
from support.tool import DEADLINE_S, ktp_printer


@pytest.fixture
def enduro(tmp_path: Path) -> Iterator[Printer]:
    """An emulated Magicard Enduro."""
    made = start_printer(tmp_path, extra=("--model", "enduro"))
    yield made
    made.end()


def _there(printer: Printer) -> tuple[str, ...]:
    return ("--device", printer.tcp_uri, "--driver", "magicard", "--deadline", DEADLINE_S)


def test_from_a_look_to_a_card_and_its_replay(enduro: Printer, tmp_path: Path) -> None:
    there = _there(enduro)
    found = ktp_printer("probe", *there, "--json").json
    assert found["make_and_model"].startswith("Magicard")
    assert ktp_printer("watch", *there, "--looks", "2", "--interval", "0.1").code == 0
    picture, trace = tmp_path / "card.png", tmp_path / "print.trace"
    Image.new("RGB", (1016, 648), "teal").save(picture)
    done = ktp_printer("print", picture, *there, "--json", "--trace", trace)
    assert (done.code, done.errors) == (0, "")
    assert done.named("outcome")["verdict"] == "PRINTED"
    assert enduro.truth()["cards_fed"] == 1
    again = ktp_printer("trace", "replay", trace, "--json").json["scripts"]
    assert [script["name"] for script in again] == ["identify", "print", "release"]
    assert not any(script["astray"] for script in again)


def test_a_family_that_cannot_clean_says_so(enduro: Printer) -> None:
    device = ("--device", enduro.tcp_uri, "--driver", "magicard")
    done = ktp_printer("clean", *device)
    assert done.code == os.EX_USAGE
    assert "start it at the printer" in done.sentence


def test_the_wrong_driver_for_a_printer_moves_nothing(enduro: Printer, tmp_path: Path) -> None:
    picture = tmp_path / "card.png"
    Image.new("RGB", (1016, 648), "teal").save(picture)
    done = ktp_printer("print", picture, "--device", enduro.tcp_uri, "--deadline", "2")
    assert done.code in (os.EX_TEMPFAIL, os.EX_PROTOCOL, os.EX_UNAVAILABLE)
    assert done.sentence
    assert enduro.truth()["cards_fed"] == 0
