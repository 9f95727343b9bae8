"""The demo as one command: a real hub, emulator and station come up, print a sample and go again."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from station import cli

CARDS = 2


@pytest.mark.parametrize("medium", [(), ("--usb",)])
def test_it_prints_its_cards_and_leaves_no_process(tmp_path: Path, medium: tuple[str, ...]) -> None:
    folder = tmp_path / "demo"
    words = ["demo", "--dir", str(folder), "--cards", str(CARDS), "--speed", "400", *medium]
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.output
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["printed"] == CARDS
    assert "Ringkasan / summary" in done.output
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [words for words in running if str(folder).encode() in words]


def test_a_folder_of_somebody_elses_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    done = CliRunner().invoke(cli.app, ["demo", "--dir", str(tmp_path), "--cards", "1"])
    assert done.exit_code != 0
    assert (tmp_path / "letter").read_text() == "mine"
