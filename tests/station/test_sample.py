"""The demo's sample: good records that an import takes as they are, and each faulty line refused for its own reason."""

import io
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from hub import intake
from prr import nik as nik_form
from prr.record import PrintReadyRecord, Sex
from station.demo.portrait import PHOTO_PX, portrait, signature
from station.demo.sample import SampleFacts, record, write_sample
from station.layout import Layout
from support import hub_office

GOOD = 12
WHEN = datetime(
    2026, 1, 6, 3, 0, tzinfo=UTC
)  # the day after the sample's people were issued theirs


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleFacts]:
    path = tmp_path_factory.mktemp("sample") / "sample.jsonl"
    return path, write_sample(path, GOOD, 7)


def people(count: int, seed: int = 7) -> list[PrintReadyRecord]:
    chance = Random(seed)
    return [record(number, chance) for number in range(1, count + 1)]


def photo_of(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("JPEG",))


def test_an_import_takes_the_good_lines_and_refuses_each_other_for_its_reason(
    tmp_path: Path, sample: tuple[Path, SampleFacts]
) -> None:
    path, facts = sample
    assert facts.printable == GOOD
    assert facts.lines == len(path.read_text().splitlines()) == GOOD + len(facts.refusals)
    assert len(set(facts.refusals.values())) == len(facts.refusals) == 12
    with hub_office.office(tmp_path) as office:
        office.clock.at = WHEN
        summary = intake.import_file(office.hub, path)
    assert summary.accepted == GOOD
    assert summary.refused == Counter(facts.refusals.values())
    assert set(summary.warnings) <= {"NIK_REGION_NOT_IN_CURRENT_LIST"}


def test_a_sample_of_one_has_every_fault_too(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    facts = write_sample(path, 1, 3)
    with hub_office.office(tmp_path) as office:
        office.clock.at = WHEN
        summary = intake.import_file(office.hub, path)
    assert summary.accepted == 1
    assert summary.refused == Counter(facts.refusals.values())


def test_the_faulty_lines_stand_among_the_good_ones(sample: tuple[Path, SampleFacts]) -> None:
    lines = sample[0].read_text().splitlines()
    good = [place for place, line in enumerate(lines) if '"record_id":"DEMO-0' in line]
    assert good[0] == 0
    assert good != list(range(len(good)))
    assert good[-1] > len(lines) - 4


def test_the_same_seed_writes_the_same_bytes(
    tmp_path: Path, sample: tuple[Path, SampleFacts]
) -> None:
    again, other = tmp_path / "again.jsonl", tmp_path / "other.jsonl"
    write_sample(again, GOOD, 7)
    write_sample(other, GOOD, 8)
    assert again.read_bytes() == sample[0].read_bytes()
    assert other.read_bytes() != again.read_bytes()


def test_nobody_in_it_can_exist() -> None:
    invented = people(40)
    for one in invented:
        verdict = nik_form.examine(one.nik, one.issue_date)
        assert one.nik[4:6] == "99"
        assert verdict.verdict != "reject"
        assert verdict.sex == ("P" if one.sex is Sex.WOMAN else "L")
        assert (verdict.day, verdict.month) == (one.birth_date.day, one.birth_date.month)
        assert verdict.years == (one.birth_date.year,)
        assert one.issue_date.year - one.birth_date.year >= 18
        assert "CONTOH" in one.name
    assert len({one.nik for one in invented}) == len(invented)
    assert len({one.name for one in invented}) == len(invented)


def test_everybody_has_a_card_face() -> None:
    layout = Layout.load(None)
    faces = {layout.face(one).resin.tobytes() for one in people(GOOD)}
    assert len(faces) == GOOD


@pytest.mark.parametrize(("year", "band"), [(1987, 0), (1988, 2)])
def test_the_ground_is_red_for_odd_birth_years_and_blue_for_even_ones(year: int, band: int) -> None:
    photo = photo_of(portrait(year, Sex.MAN, Random(1)))
    assert photo.size == PHOTO_PX
    corner = np.asarray(photo)[:40, :40].reshape(-1, 3).mean(axis=0)
    assert corner.argmax() == band
    assert corner[band] > 2 * np.delete(corner, band).max()


def test_portraits_differ_and_are_of_a_photos_size() -> None:
    drawn = [portrait(1990, sex, Random(seed)) for seed in range(6) for sex in Sex]
    assert len(set(drawn)) == len(drawn)
    assert all(18_000 <= len(data) <= 36_000 for data in drawn)
    assert portrait(1990, Sex.WOMAN, Random(5)) == portrait(1990, Sex.WOMAN, Random(5))


def test_a_signature_is_dark_strokes_on_white_that_leave_no_edge() -> None:
    for seed in range(20):
        sheet = np.asarray(Image.open(io.BytesIO(signature(Random(seed)))).convert("L"))
        dark = sheet < 128
        assert 0.01 < dark.mean() < 0.2
        assert (sheet[[0, -1]] == 255).all()
        assert (sheet[:, [0, -1]] == 255).all()


def test_each_line_is_the_contracts_json(sample: tuple[Path, SampleFacts]) -> None:
    first = json.loads(sample[0].read_text().splitlines()[0])
    assert first.keys() == PrintReadyRecord.model_fields.keys()
    assert PrintReadyRecord.model_validate_json(json.dumps(first)) == people(1)[0]
