"""The window as lines of text: what it says in each state, where it draws the card, and that it fits."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from rich.cells import cell_len

from emulator.escpos.firmware import EscposFirmware
from emulator.escpos.models import RECEIPT_MODELS
from emulator.escpos.paper import PaperPath
from emulator.firmware import Medium
from emulator.machine.stoppage import Cause
from emulator.magicard.words import ERRORS
from emulator.orders import Orders
from emulator.scenario import library
from emulator.window.window import Gallery
from emulator.window.window_words import INCIDENTS, MOTION_SENTENCES, MOTIONS, WAITING_SENTENCES
from support import evolis_job as job
from support.emulated import emulated
from support.frames import CALM, ROLL, SHORT, UID, inside, lines, said

GONE = [{"number": n, "uid": f"04{n:012X}", "picture": f"{n:06d}.front.png"} for n in range(1, 40)]
INCIDENT = {"at_s": 75.2, "what": "power-cut"}
MOTION_NAMES = [
    "feed", "align", "print y", "print m", "print c", "print k", "print o", "print l", "print s",
    "turn", "move", "eject", "reject", "encode", "read", "clean",
]  # fmt: skip

# Changes to a calm truth, and a word of each language that must then be in the sentence.
STATES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "Siap", "Ready"),
    ({"powered": False}, "Listrik padam", "power is off"),
    ({"powered": False, "inside": inside()}, "tertahan di kepala cetak", "at the print head"),
    ({"online": False}, "menyala ulang", "Restarting"),
    ({"jammed": True, "inside": inside("eject")}, "Macet di pintu keluar", "Jam at the exit"),
    ({"jammed": True, "waiting": "jam"}, "macet di dalam", "jammed inside"),
    ({"plugged": False}, "Kabel lepas", "cable is out"),
    ({"plugged": False, "claimed": True}, "di tengah pekerjaan", "middle of a job"),
    ({"cooling": True, "busy": True, "head_c": 76.4}, "terlalu panas (76 °C)", "too hot (76 °C)"),
    ({"cooling": True}, "masih mendingin", "still cools"),
    ({"cover_open": True}, "tutup terbuka", "cover is open"),
    ({"claimed": True}, "menunggu datanya", "waiting for its data"),
    ({"busy": True, "inside": inside()}, SHORT, "next data"),
    ({"inside": inside("eject")}, "tertinggal di pintu keluar", "still lies at the exit"),
    ({"hopper": {"count": 0, "uids": []}}, "wadah blangko kosong", "hopper empty"),
    ({"ribbon": None}, "pita tidak ada", "no ribbon"),
    ({"ribbon": {**CALM["ribbon"], "torn": True}}, "pita putus", "ribbon torn"),
    ({"ribbon": {**CALM["ribbon"], "remaining": 0}}, "pita habis", "ribbon used up"),
    ({"cleaning_due": True}, "perlu dibersihkan", "cleaning is due"),
    ({"errors": "08000000"}, "blangko tidak terambil", "no blank was fed"),
    ({"errors": "02000000", "cover_open": True}, "Berhenti, tutup terbuka", "Stopped, cover open"),
    ({"errors": "00000004"}, "galat 00000004", "error 00000004"),
    ({"family": "magicard", "errors": "90:06"}, "pita putus", "ribbon torn"),
    ({"family": "magicard", "errors": "00:00"}, "Siap", "Ready"),
]  # fmt: skip

PAPER_STATES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "Siap", "Ready"),
    ({"powered": False}, "Listrik padam", "power is off"),
    ({"doing": "print", "busy": True}, "Mencetak struk", "Printing a slip"),
    ({"doing": "cut", "busy": True}, "Memotong struk", "Cutting"),
    ({"doing": "feed", "busy": True}, "Memajukan kertas", "Feeding paper"),
    ({"cover_open": True, "buffer_bytes": 9}, "tutup kertas terbuka", "paper cover is open"),
    ({"paper_end": True, "paper_left_mm": 0}, "gulungan habis", "roll is used up"),
    ({"near_end": True}, "hampir habis", "nearly used up"),
    ({"cutter_jammed": True}, "Pemotong macet", "cutter is jammed"),
    ({"cutter_error": True}, "galat dihapus", "cleared"),
    ({"hanging_text": "setengah\n"}, "belum dipotong", "hangs uncut"),
    ({"buffer_bytes": 40}, "sisa data struk", "rest of the slip"),
    ({"plugged": False}, "Kabel lepas", "cable is out"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "indonesian", "english"), STATES)
def test_each_state_has_its_sentence(change: dict[str, Any], indonesian: str, english: str) -> None:
    one, two = said({**CALM, **change})
    assert indonesian in one
    assert english in two


@pytest.mark.parametrize(("change", "indonesian", "english"), PAPER_STATES)
def test_each_state_of_a_receipt_printer_has_its_sentence(
    change: dict[str, Any], indonesian: str, english: str
) -> None:
    one, two = said({**ROLL, **change})
    assert indonesian in one
    assert english in two


@pytest.mark.parametrize("cause", Cause)
def test_each_thing_waited_for_is_named(cause: Cause) -> None:
    """Also while the job is held, and before anything the firmware says."""
    words = WAITING_SENTENCES[cause]
    truth = {**CALM, "waiting": cause.value, "busy": True, "claimed": True, "errors": "01000000"}
    assert said(truth) == (words.indonesian, words.english)


@pytest.mark.parametrize("motion", MOTION_NAMES)
def test_each_motion_is_a_sentence_and_a_bar(motion: str) -> None:
    truth = {**CALM, "busy": True, "doing": {"motion": motion, "done": 0.5}, "inside": inside()}
    verb, _, panel = motion.partition(" ")
    assert verb in MOTION_SENTENCES
    one, two = said(truth)
    assert "{" not in one + two
    if verb != "clean":
        assert SHORT in one
        assert SHORT in two
    if panel:
        assert panel.upper() in one.split(" pada ")[0]
    drawn = "\n".join(lines(truth))
    assert f"{MOTIONS[verb]}" in drawn
    assert " 50%" in drawn


def test_a_motion_without_the_cable_says_so_too() -> None:
    truth = {**CALM, "doing": {"motion": "print m", "done": 0.1}, "inside": inside()}
    assert said({**truth, "plugged": False})[0].endswith("kabel lepas")


def test_every_error_of_the_other_family_has_words() -> None:
    for cause, code in ERRORS.items():
        one, _two = said({**CALM, "family": "magicard", "errors": code.pair})
        assert "galat 9" not in one, cause


@pytest.mark.parametrize("states", [STATES, PAPER_STATES])
def test_no_sentence_is_cut_off(states: list[tuple[dict[str, Any], str, str]]) -> None:
    calm = CALM if states is STATES else ROLL
    for change, _one, _two in states:
        assert not any("…" in text.replace(SHORT, "") for text in said({**calm, **change}))
    for words in (*WAITING_SENTENCES.values(), *MOTION_SENTENCES.values()):
        for text in (words.indonesian, words.english):
            filled = text.format(card=SHORT, panel="pelapis kedua (L)")
            assert cell_len(filled) <= 74 - cell_len("; kabel lepas")


# --- the drawing --------------------------------------------------------------------------------

BOXES = ["BLANGKO", "KEPALA CETAK", "PEMBALIK", "KELUAR", "HASIL"]


def box_of_the_card(truth: dict[str, Any], width: int) -> str:
    """Return the name on the box in which the card's UID stands."""
    drawn = lines(truth, width, 36)
    names = next(line for line in drawn if "╭ BLANGKO" in line)
    row = next(line for line in drawn[4:] if SHORT in line)
    at = row.index(SHORT)
    starts = [names.index(f"╭ {name}") for name in BOXES if name in names] + [width]
    found = max(start for start in starts if start < at)
    assert at + len(SHORT) < min(start for start in starts if start > at), "it sticks out"
    return re.split(r" ─| *[╭╮]", names[found + 2 :])[0]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    ("position", "motion", "box"),
    [
        ("feeder", None, "BLANGKO"),
        ("print", None, "KEPALA CETAK"),
        ("print", "print y", "KEPALA CETAK"),
        ("print", "turn", "PEMBALIK"),
        ("flip", None, "PEMBALIK"),
        ("print", "eject", "KELUAR"),
        ("eject", None, "KELUAR"),
    ],
)
def test_the_card_is_drawn_where_it_is(
    position: str, motion: str | None, box: str, width: int
) -> None:
    doing = None if motion is None else {"motion": motion, "done": 0.4}
    assert box_of_the_card({**CALM, "inside": inside(position), "doing": doing}, width) == box


def test_the_blank_being_fed_is_the_next_of_the_hopper() -> None:
    hopper = {"count": 2, "uids": [UID, "0411111111111A"]}
    truth = {**CALM, "hopper": hopper, "doing": {"motion": "feed", "done": 0.2}}
    assert box_of_the_card(truth, 80) == "BLANGKO"


def test_a_card_at_the_chip_and_a_printer_without_flip() -> None:
    assert any("CHIP" in line for line in lines({**CALM, "inside": inside("contact")}))
    assert any("not fitted" in line for line in lines({**CALM, "model": "zenius"}))
    assert not any("not fitted" in line for line in lines(CALM))


@pytest.mark.parametrize(
    ("ribbon", "card", "motion", "strip"),
    [
        ("ymcko", None, None, "Y· M· C· K· O·"),
        ("ymcko", inside(front="ym"), "print c", "Y✓ M✓ C► K· O·"),
        ("ymcko", inside(front="ymcko"), "eject", "Y✓ M✓ C✓ K✓ O✓"),
        ("ymcko", inside(front=""), "print k", "Y- M- C- K► O·"),
        ("ymckok", inside(front="ymcko"), "turn", "Y✓ M✓ C✓ K✓ O✓ K·"),
        ("ymckok", inside(side="back", front="ymcko"), "print k", "Y✓ M✓ C✓ K✓ O✓ K►"),
        ("ymcko", inside(side="back", front="ymcko", back="y"), "print m", "Y✓ M► C· K· O·"),
        ("k", inside(front="k"), "print k", "K►"),
    ],
)
def test_the_panels_say_how_far_the_card_is(
    ribbon: str, card: dict[str, Any] | None, motion: str | None, strip: str
) -> None:
    doing = None if motion is None else {"motion": motion, "done": 0.4}
    fitted = {**CALM["ribbon"], "panels": ribbon}
    drawn = lines({**CALM, "ribbon": fitted, "inside": card, "doing": doing})
    found = next(line for line in drawn if line.startswith(" Panel "))
    assert " ".join(found[len(" Panel ") :].split("  ")[0].split()) == strip


@pytest.mark.parametrize("height", [24, 36])
def test_what_is_used_up_warm_set_and_plugged_is_there(height: int) -> None:
    truth = {
        **CALM,
        "output": GONE[:3],
        "reject": GONE[3:4],
        "scenario": "power-cut-noon",
        "incidents": [INCIDENT],
        "session": 4123,
        "claimed": True,
        "cleaning_due": True,
    }
    drawn = "\n".join(lines(truth, 80, height))
    for word in (
        "60 kartu", "3 kartu", "1 kartu", "YMCKO 287/300", "41.2 max 59 °C", "33.4 °C",
        "hidup/on", "tertutup/shut", "4123 memegang/claims", "Psync;11;1", "12", "power-cut-noon",
        "01:15 listrik padam/power-cut ", "SEKARANG/due" if height == 36 else "BERSIHKAN/clean",
    ):  # fmt: skip
        assert word in drawn, word
    assert re.search(r"   4 0400…0004 tolak", drawn)


def test_alarms_are_words_not_only_colours() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"cover_open": True}, "TUTUP TERBUKA"),
        ({"plugged": False}, "LEPAS/out"),
        ({"powered": False}, "PADAM/off"),
        ({"jammed": True, "inside": inside()}, "✗ MACET"),
        ({"jam_ahead": "inside"}, "armed: inside"),
        ({"hopper": {"count": 0, "uids": []}}, "KOSONG"),
        ({"hopper": {"count": 3, "uids": ["04AA"]}}, "SEDIKIT"),
        ({"ribbon": {**CALM["ribbon"], "torn": True}}, "PUTUS/torn"),
        ({"dead_rows": 2}, "2 mati/dead"),
        ({"errors": "01000000"}, "gangguan mekanik/mechanical fault"),
    ]
    for change, word in cases:
        assert any(word in line for line in lines({**CALM, **change}, 120, 36)), word
        assert not any(word in line for line in lines(CALM, 120, 36)), word


def test_the_newest_cards_come_first_with_their_times_and_picture() -> None:
    at = datetime(2026, 1, 2, 9, 12, 33, tzinfo=UTC)
    gallery = Gallery(Image.new("RGB", (1016, 648)), {39: at})
    truth = {**CALM, "output": GONE[:38], "reject": GONE[38:]}
    drawn = lines(truth, 120, 36, gallery)
    first = next(line for line in drawn if "  38 0400…0026 hasil/output" in line)
    newest = drawn[drawn.index(first) - 1]
    assert "  39 0400…0027 tolak/reject 09:12:33" in newest
    assert "█" * 20 in newest, "a black picture in a terminal without colour"
    assert "Gambar/picture 39" in drawn[drawn.index(newest) - 1]


def test_an_incident_too_long_for_two_languages_keeps_one() -> None:
    gallery = Gallery(Image.new("RGB", (1016, 648)))
    drawn = "\n".join(lines({**CALM, "incidents": [INCIDENT]}, 80, 24, gallery))
    assert "01:15 listrik padam " in drawn
    assert "power-cut" not in drawn


def test_only_five_incidents_newest_first() -> None:
    incidents = [{"at_s": 60.0 * n, "what": f"jam inside{n}"} for n in range(8)]
    text = "\n".join(lines({**CALM, "incidents": incidents}, 120, 36))
    shown = re.findall(r"(\d\d):00 macet/jam inside(\d)", text)
    assert shown == [("07", "7"), ("06", "6"), ("05", "5"), ("04", "4"), ("03", "3")]


def test_a_slip_hangs_above_the_last_one() -> None:
    text = "\n".join(lines({**ROLL, "hanging_text": "Antrean A-018\n"}))
    assert text.index("A-018") < text.index("A-017")
    assert "last slip 2" in text
    assert "disobek/torn off" in text
    assert "61.23 m" in text
    assert "satu" not in text


# --- laws ---------------------------------------------------------------------------------------

ALL_STATES = [{**CALM, **change} for change, _, _ in STATES] + [
    {**ROLL, **change} for change, _, _ in PAPER_STATES
]


@given(
    truth=st.sampled_from(ALL_STATES),
    width=st.integers(1, 170),
    height=st.integers(1, 60),
    pictured=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_it_fits_any_terminal(
    truth: dict[str, Any], width: int, height: int, pictured: bool
) -> None:
    full = {**truth, "output": GONE, "incidents": [INCIDENT] * 9, "commands": ["x" * 300]}
    gallery = Gallery(Image.new("RGB", (1016, 648)) if pictured else None)
    drawn = lines(full, width, height, gallery)
    assert len(drawn) == height
    assert max(cell_len(line) for line in drawn) <= width
    if width >= 80 and height >= 24 and truth["family"] != "escpos":
        text = "\n".join(drawn)
        for part in ("╭ BLANGKO", "reject ─", " Panel ", "Pita/ribbon", "Perintah/host"):
            assert part in text
        assert "Kartu terakhir" in text.split("Perintah/host")[1]
        assert drawn[-1].startswith("╰")
        assert drawn[-1].rstrip().endswith("╯"), "down to the last line and column"


@given(truth=st.sampled_from(ALL_STATES), missing=st.sets(st.sampled_from([*CALM, *ROLL])))
@settings(max_examples=150, deadline=None)
def test_it_copes_with_any_key_missing(truth: dict[str, Any], missing: set[str]) -> None:
    left = {key: value for key, value in truth.items() if key not in missing}
    assert len(lines(left)) == 24


@given(noise=st.text(max_size=30))
@settings(deadline=None)
def test_nothing_a_host_sends_reaches_the_terminal(noise: str) -> None:
    noise = f"\x1b[2J\x07[red]{noise}"
    for calm in (CALM, ROLL):
        truth = {
            **calm,
            "commands": [noise],
            "incidents": [{"at_s": 1, "what": noise}],
            "slips": [{"number": 1, "text": noise, "ending": "cut"}],
        }
        drawn = lines(truth, 120, 36)
        assert any("[red]" in line for line in drawn), "it is no markup either"
        assert all(sign.isprintable() for line in drawn for sign in line)


def test_every_order_of_the_library_has_a_word() -> None:
    ordered = {str(order["do"]) for scenario in library() for order in scenario.orders}
    assert ordered <= set(INCIDENTS)


def test_a_real_printer_is_seen_as_it_is(tmp_path: Path) -> None:
    """The keys are the truth's own: after a printed card and a jam the frame says both."""
    with emulated(tmp_path) as bench:
        known = set(Orders(bench.appliance.printer).names)
        bench.print_card(job.simplex_job(), job.END_OF_JOB)
        printed = bench.truth()
        bench.control.do("jam", where="inside")
        bench.raw(job.simplex_job())
        bench.raw(job.END_OF_JOB)
        bench.control.do("wait-idle")
        jammed = bench.truth()
    text = "\n".join(lines(printed))
    assert f"{printed['hopper']['count']} kartu" in text
    assert "1 kartu" in text
    assert "YMCKO 299/300" in text
    assert "Evolis Primacy 2" in text
    assert set(CALM) - {"cards_dir"} <= set(printed)
    uid = jammed["inside"]["uid"]
    assert said(jammed)[0].endswith(f"keluarkan kartu {uid[:4]}…{uid[-4:]}")
    assert set(INCIDENTS) <= known | {"take-card"}


def test_a_real_receipt_printer_is_seen_as_it_is() -> None:
    firmware = EscposFirmware(PaperPath(2000.0), RECEIPT_MODELS["receipt-58"])
    host = firmware.dialogue(Medium.TCP)
    host.receive(b"Antrean A-017\n\x1dV\x41\x00" + b"Antrean A-018\n")
    while host.waiting:
        host.execute(0.0)
    firmware.step(60.0)
    truth = {**firmware.truth(60.0), "plugged": True, "family": firmware.family}
    assert set(ROLL) <= set(truth)
    drawn = "\n".join(lines(truth))
    assert "Receipt 58" in drawn
    assert said(truth)[0].startswith("Struk belum dipotong")
    assert drawn.index("A-018") < drawn.index("last slip 1") < drawn.index("A-017")
    assert "dipotong/cut" in drawn
