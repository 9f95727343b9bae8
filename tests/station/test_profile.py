"""The certified profile at a station: whose word counts, for which printer, and what it proves."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prr.profile import CertifiedProfile
from station import profile
from station.config import PrinterSection
from station.errors import ConfigError
from station.printer import Printer
from support.profiles import FIRMWARE, MODEL, certified
from support.stations import HUB_KEY, SetClock

PUBLIC = HUB_KEY.public_key()
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def kept(folder: Path, word: CertifiedProfile) -> Path:
    path = folder / "profile.json"
    path.write_bytes(word.canonical())
    return path


def test_a_profile_under_the_hubs_key_is_read_as_it_was_signed(tmp_path: Path) -> None:
    word = certified(HUB_KEY)
    assert profile.load(kept(tmp_path, word), PUBLIC) == word


def test_a_profile_of_another_hub_or_changed_after_signing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="certify-profile"):
        profile.load(kept(tmp_path, certified(STRANGER)), PUBLIC)
    blind = certified(HUB_KEY, card_seen=False)
    seeing = blind.model_copy(update={"profile": certified(HUB_KEY).profile})
    with pytest.raises(ConfigError, match="signature"):
        profile.load(kept(tmp_path, seeing), PUBLIC)


def test_a_measured_profile_nobody_signed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_bytes(certified(HUB_KEY).profile.canonical())
    with pytest.raises(ConfigError, match="certify-profile"):
        profile.load(path, PUBLIC)
    with pytest.raises(ConfigError, match="cannot be read"):
        profile.load(tmp_path / "none.json", PUBLIC)


def test_it_counts_for_its_model_and_firmware_only() -> None:
    word = certified(HUB_KEY)
    assert profile.weigh(word, MODEL, FIRMWARE).proof
    other = profile.weigh(word, MODEL, "1451")
    assert (other.counts, other.proof) == (False, False)
    assert "1451" in other.reason
    assert not profile.weigh(word, "Evolis Primacy", FIRMWARE).counts
    assert not profile.weigh(None, MODEL, FIRMWARE).proof


def test_an_unmoved_counter_is_proof_only_with_every_fact() -> None:
    yes_no = (True, False, None)
    for values in itertools.product(("feed", "print", "eject", None), yes_no, yes_no, yes_no):
        names = ("counter_moves_at", "counter_kept", "card_seen", "job_seen")
        facts: dict[str, Any] = dict(zip(names, values, strict=True))
        word = certified(HUB_KEY, **facts)
        found = profile.weigh(word, MODEL, FIRMWARE)
        assert found.counts
        assert found.proof == (values == ("feed", True, True, True)), values


def test_while_no_printer_answers_a_profile_proves_nothing() -> None:
    section = PrinterSection(uri="tcp://127.0.0.1:1")
    printer = Printer(section, SetClock(), profile=certified(HUB_KEY))
    assert (printer.profile_word.counts, printer.counter_certified) == (False, False)
    assert "no printer" in printer.profile_word.reason
    assert printer.frames() == []
