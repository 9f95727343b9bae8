"""The job stream against the captured layout: sizes to the byte, order, marks, and what may move a card."""

import re

import pytest

from drivers.evolis.job import PART_TWO, body, needs, opening
from drivers.evolis.raster import planes_of
from support.printer_faces import blank_face, random_face

pytestmark = pytest.mark.pure

NOW = 1_700_000_000

# One line each, as captured; D stands for a bitmap's payload.
CAPTURED = """
Psync;1;0 <HEADER> Psmgr;1 Ppws;1700000000 Pcla;1 Ppmode;0 Pr;0;t Pwres;300;300;0 Psk;10 Piqla;a;d Pmc;h Peoic;k;D
Psync;2 </HEADER> Psync;12;1 <OPTION_Dpi=300x300> Psync;13;0 </OPTION> Psync;3;1 <DOC_Duplex=0> Psync;3;0 Psync;5;1
<CARD> Psync;5;0 Ss Mr;s Psync;9;1 <FACE> Psync;9;0 Sr Pc;a;=;10 Pl;a;=;10 Pc;k;=;10 Pc;o;=;10 Pc;l;=;10 Pc;f;=;10
Pl;f;=;10 Pida;0;128;127;128 <BINARY_Size=1975137> Db;y;256;D Db;m;256;D Db;c;256;D </BINARY> <BINARY_Size=82305>
Db;k;2;D </BINARY> <BINARY_Size=82305> Db;o;2;D </BINARY> Psync;10;1 </FACE> Psync;10;0 Se Psync;6;1 </CARD> Psync;6;0
Psync;4;1 </DOC> Psync;4;0 Pcla;0 Psync;11;1 <END> Psync;11;0
"""


def _words(job: bytes) -> list[str]:
    """Read a job as the sheet describes it: commands, marks, payloads of a known length."""
    words: list[str] = []
    at = 0
    while at < len(job):
        if job[at : at + 1] == b"<":
            end = job.index(b">", at) + 1
            words.append(job[at:end].decode().replace(" ", "_"))
            at = end
            continue
        assert job[at : at + 1] == b"\x1b"
        download = re.compile(rb"\x1b(Db;[a-z];(\d+);)").match(job, at)
        if download:
            size = {b"256": 658_368, b"128": 576_072, b"2": 82_296}[download[2]]
            end = download.end() + size
            words.append(download[1].decode() + "D")
        else:
            end = job.index(b"\r", at)
            words.append(job[at + 1 : end].decode())
        assert job[end : end + 1] == b"\r"
        at = end + 1
    return words


def _part_one(seed: int, levels: int = 256) -> bytes:
    return opening(NOW) + body(planes_of(random_face(seed), levels))


def test_the_whole_job_word_by_word() -> None:
    found = _words(_part_one(1) + PART_TWO)
    expected = CAPTURED.split()
    ink = next(word for word in found if word.startswith("Pida"))
    assert re.fullmatch(r"Pida;10;11[45];11[45];11[45]", ink)  # noise under a tenth of resin
    assert [word for word in found if word != ink] == [w for w in expected if "Pida" not in w]


def test_the_captured_total_to_the_byte() -> None:
    job = _part_one(1) + PART_TWO
    ink = re.search(rb"Pida;[\d;]+", job)
    assert ink
    assert len(job) - len(ink[0]) == 2_140_359 - len("Pida;81;15;17;14")


def test_a_white_card_downloads_only_its_overlay() -> None:
    words = _words(opening(NOW) + body(planes_of(blank_face(), 256)))
    assert [word for word in words if word.startswith("Db")] == ["Db;o;2;D"]
    assert "Pida;100;0;0;0" in words


def test_seven_bit_planes_are_named_and_sized_so() -> None:
    job = _part_one(2, 128)
    assert f"<BINARY_Size={3 * (576_072 + 11)}>" in _words(job)


def test_only_the_body_moves_a_card() -> None:
    assert _words(opening(NOW)) == ["Psync;1;0", "<HEADER>", "Psmgr;1", "Ppws;1700000000"]
    assert b"\x1bSs\r" not in PART_TWO
    assert _words(PART_TWO)[0] == "Pcla;0"


@pytest.mark.parametrize("levels", [256, 128])
def test_the_levels_of_a_job_can_be_read_back(levels: int) -> None:
    assert needs(body(planes_of(random_face(4), levels))).levels == levels


def test_a_job_without_dye_has_no_levels() -> None:
    face = blank_face()
    face.resin[:] = True
    assert needs(body(planes_of(face, 256))).levels is None
