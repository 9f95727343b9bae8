"""The hub's word on a measured profile: what a driver wrote is what is signed, and nothing else is."""

import dataclasses
import json
from pathlib import Path

import pytest

from drivers import profile as drivers_profile
from hub import certificates
from hub.errors import ProfileRefusedError
from prr.profile import CertifiedProfile
from prr.seal import SealBrokenError
from station.demo import office as demo
from support.hub_office import Office
from support.profiles import FACTS

MEASURED = drivers_profile.Measured(
    make_and_model="Evolis Primacy 2", firmware="1450", serial="E2-0001", driver="evolis",
    driver_version="0.1.0", medium="usb",
    facts=drivers_profile.Facts(
        **{name: drivers_profile.Fact(value, "é: 1 -> 2") for name, value in FACTS.items()}
    ),
    readings=(drivers_profile.Reading("begin", 7, None, False, ("cover-open",)),),
    heard=(drivers_profile.Heard("begin", "blanks-in", "5"),),
    cards_used=4, measured_at="2026-03-02T03:00:00+00:00", by="ani",
)  # fmt: skip


def test_what_the_driver_wrote_is_signed_as_it_is(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    path.write_bytes(drivers_profile.file_bytes(MEASURED))
    read = certificates.read_measured(path)
    assert read.canonical() == drivers_profile.canonical(MEASURED)
    word = certificates.certify(office.hub, read, "kepala")
    certificates.write(word, tmp_path / "signed.json")
    again = CertifiedProfile.model_validate_json((tmp_path / "signed.json").read_bytes())
    again.verify(office.hub.key.public_key())
    assert again.profile == read
    with pytest.raises(ProfileRefusedError, match="new file"):
        certificates.write(word, tmp_path / "signed.json")


def test_a_signature_of_another_purpose_is_no_certificate(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    path.write_bytes(drivers_profile.file_bytes(MEASURED))
    word = certificates.certify(office.hub, certificates.read_measured(path), "kepala")
    from_allowance = word.model_copy(update={"signature": "A" * 86 + "=="})
    with pytest.raises(SealBrokenError):
        from_allowance.verify(office.hub.key.public_key())


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["profile"].update(firmware="1451"),
        lambda told: told["profile"]["facts"]["card_seen"].update(value=False),
        lambda told: told["profile"].update(extra=1),
        lambda told: told.pop("profile_sha256"),
        lambda told: told["profile"].update(measured_at="2026-03-02T03:00:00"),
        lambda told: told["profile"].update(cards_used=6),
    ],
)
def test_a_file_changed_on_its_way_is_refused(tmp_path: Path, change: object) -> None:
    told = json.loads(drivers_profile.file_bytes(MEASURED))
    change(told)  # type: ignore[operator]
    path = tmp_path / "measured.json"
    path.write_text(json.dumps(told))
    with pytest.raises(ProfileRefusedError, match="measure again"):
        certificates.read_measured(path)


def test_every_fact_of_the_driver_is_one_of_the_contract() -> None:
    names = {field.name for field in dataclasses.fields(drivers_profile.Facts)}
    assert names == set(FACTS)


def test_the_demos_profile_is_one_that_was_measured() -> None:
    read = certificates.read_measured(demo.MEASURED)
    assert read.unmoved_counter_is_proof
    assert len(read.heard) > len(read.facts.model_fields_set)


def test_what_can_t_be_read_or_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefusedError, match="cannot be read"):
        certificates.read_measured(tmp_path / "none.json")
    long = tmp_path / "long.json"
    with long.open("wb") as file:
        file.truncate(certificates.PROFILE_BYTES_MAX + 1)
    with pytest.raises(ProfileRefusedError, match="too long"):
        certificates.read_measured(long)


def test_what_is_signed_is_shown_first(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    path.write_bytes(drivers_profile.file_bytes(MEASURED))
    rows = certificates.rows(
        certificates.certify(office.hub, certificates.read_measured(path), "kepala")
    )
    assert rows[0] == ("model", "Evolis Primacy 2, firmware 1450", "E2-0001")
    assert {name for name, *_ in rows} >= set(FACTS)
    assert rows[-1][1] in ("is proof", "proves nothing")
