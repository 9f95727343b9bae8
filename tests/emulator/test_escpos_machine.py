"""The paper path and what befalls it: conservation, power, cover, cutter, roll's end, hands, machine time."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from emulator.escpos.marks import Line, Picture, Run, Style
from emulator.escpos.paper import MARK_BYTES_MAX, MARKS_MAX, PaperPath
from emulator.firmware import OrderError
from emulator.moment import Moment
from support.receipts import FEED_AND_CUT, NARROW, WIDE, ReceiptRig

pytestmark = pytest.mark.pure

LINE_S = 30 / 203 * 25.4 / WIDE.print_mm_s
TALL = b"\x1d!\x07"  # eight times as high: 192 dots, long enough to interrupt


class Watching:
    """A watcher without a horizon."""

    horizon_s = float("inf")

    def __init__(self) -> None:
        self.seen: list[str] = []

    def begins(self, moment: Moment) -> None:
        self.seen.append(f"{moment.card} {moment.what}")


def test_printing_takes_as_long_as_the_paper_needs() -> None:
    rig = ReceiptRig()
    rig.send(b"KTP\n" * 10)
    rig.wait(9.5 * LINE_S)
    assert rig.truth["hanging_text"].count("KTP") == 9
    assert rig.truth["doing"] == "print"
    rig.wait(LINE_S)
    assert rig.truth["hanging_text"].count("KTP") == 10
    assert rig.firmware.at_rest


def test_a_late_step_makes_nothing_slower() -> None:
    early, late = ReceiptRig(), ReceiptRig()
    for rig in (early, late):
        rig.send(b"KTP\n" * 10)
    early.wait(5.5 * LINE_S)
    late.clock.advance(5.5 * LINE_S)
    assert late.firmware.step(late.now_s) == pytest.approx(early.firmware.step(early.now_s))
    assert early.truth["hanging_text"] == late.truth["hanging_text"]


def test_moments_are_told() -> None:
    rig = ReceiptRig()
    watching = Watching()
    rig.firmware.watch(watching)
    rig.send(b"KTP\n\n" + FEED_AND_CUT + b"dua\n")
    rig.finish()
    assert watching.seen == ["1 print", "1 feed", "1 feed", "1 cut", "1 departed", "2 print"]


def test_nothing_happens_past_the_horizon() -> None:
    rig = ReceiptRig()
    watching = Watching()
    rig.firmware.watch(watching)
    watching.horizon_s = 2.5 * LINE_S
    rig.send(b"KTP\n" * 10)
    rig.clock.advance(1.0)
    rig.firmware.step(rig.now_s)
    assert rig.truth["hanging_text"].count("KTP") == 2


def test_a_power_cut_forgets_the_buffer_and_leaves_the_slip_half_printed() -> None:
    rig = ReceiptRig()
    rig.send(b"satu\n" + TALL + b"DUA\n" + b"tiga\n" + FEED_AND_CUT)
    rig.wait(LINE_S * 4)  # half of the tall line
    rig.firmware.power_off(rig.now_s)
    truth = rig.truth
    assert truth["hanging_text"] == "satu\n[baris terpotong]\n"
    assert (truth["powered"], truth["online"], truth["buffer_bytes"]) == (False, False, 0)
    hanging = rig.paper.hanging_dots - rig.paper.blade_dots
    assert 30 < hanging < 30 + 192
    rig.wait(10)
    rig.firmware.power_on(rig.now_s)
    assert rig.printed(b"lagi\n") == "satu\n[baris terpotong]\nlagi\n"


def test_a_power_cut_forgets_the_line_that_was_begun_and_all_settings() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1ba\x01\x1bt\x10hilang")
    rig.firmware.power_off(rig.now_s)
    rig.firmware.power_on(rig.now_s)
    assert rig.printed(b"KTP \x82\n") == "KTP é\n"


def test_half_a_command_is_forgotten_with_the_power() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1dv0\x00\x30\x00\x64\x00" + bytes(48))
    rig.firmware.power_off(rig.now_s)
    rig.firmware.power_on(rig.now_s)
    assert rig.printed(b"KTP\n").splitlines()[-1] == "KTP"


def test_a_reboot_is_away_for_a_while() -> None:
    rig = ReceiptRig()
    rig.send(b"KTP\n" * 20)
    rig.wait(2.5 * LINE_S)
    rig.firmware.reboot(rig.now_s)
    assert not rig.firmware.online
    rig.wait(2.9)
    assert not rig.firmware.online
    rig.wait(0.2)
    assert rig.firmware.online
    assert rig.firmware.boots == 2
    assert rig.truth["hanging_text"] == "KTP\nKTP\n[baris terpotong]\n"


def test_a_line_the_cover_interrupts_is_printed_again() -> None:
    rig = ReceiptRig()
    rig.send(TALL + b"DUA\n" + b"\x1d!\x00tiga\n" + FEED_AND_CUT)
    rig.wait(LINE_S * 3)
    rig.firmware.open_cover(rig.now_s)
    rig.finish()
    assert rig.outlet.slips == []
    rig.firmware.close_cover(rig.now_s)
    rig.finish()
    assert rig.outlet.slips[0].text == "[baris terpotong]\nDUA\ntiga\n"


def test_a_line_whose_letters_are_on_the_paper_is_not_printed_again() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1b3\xffKTP\n")
    rig.wait(LINE_S * 4)
    rig.firmware.open_cover(rig.now_s)
    rig.firmware.close_cover(rig.now_s)
    rig.finish()
    assert rig.truth["hanging_text"] == "KTP\n"
    assert rig.paper.hanging_dots - rig.paper.blade_dots == 255


def test_a_feed_by_key_ends_with_the_cover() -> None:
    rig = ReceiptRig()
    rig.order("feed-key")
    rig.wait(LINE_S / 2)
    rig.firmware.open_cover(rig.now_s)
    rig.firmware.close_cover(rig.now_s)
    rig.finish()
    assert rig.paper.hanging_dots - rig.paper.blade_dots == 15


def test_a_cut_the_cover_interrupts_is_made_afterwards() -> None:
    rig = ReceiptRig()
    rig.send(b"KTP\n" + FEED_AND_CUT)
    while rig.truth["doing"] != "cut":
        rig.wait(LINE_S / 4)
    rig.firmware.open_cover(rig.now_s)
    rig.firmware.close_cover(rig.now_s)
    rig.finish()
    assert [slip.text for slip in rig.outlet.slips] == ["KTP\n"]


def test_at_the_end_of_the_paper_data_waits_for_a_new_roll() -> None:
    rig = ReceiptRig(roll_mm=60)
    rig.send(b"KTP\n" * 10 + FEED_AND_CUT)
    rig.finish()
    truth = rig.truth
    assert truth["paper_end"]
    assert rig.firmware.media_empty
    assert truth["paper_left_mm"] == pytest.approx(33, abs=4)
    printed = truth["hanging_text"].count("KTP")
    assert 0 < printed < 10
    rig.order("paper", mm=5000)
    rig.finish()
    torn, rest = rig.outlet.slips
    assert (torn.ending, torn.text.count("KTP")) == ("torn", printed)
    assert (rest.ending, rest.text.count("KTP")) == ("cut", 10 - printed)


def test_a_roll_without_print_on_it_leaves_no_slip() -> None:
    rig = ReceiptRig()
    rig.order("paper", mm=1000)
    rig.order("paper", mm=0)
    assert rig.outlet.slips == []
    assert rig.truth["paper_left_mm"] == 0
    with pytest.raises(OrderError, match="from 0 to 200000"):
        rig.order("paper", mm=-1)


def test_tearing() -> None:
    rig = ReceiptRig()
    with pytest.raises(OrderError, match="no paper sticks out"):
        rig.order("tear")
    rig.send(b"KTP\n\x1bd\x05")
    rig.finish()
    assert rig.order("tear") == {"ok": True, "slip": 1}
    (torn,) = rig.outlet.slips
    assert (torn.text, torn.ending) == ("KTP\n", "torn")
    with pytest.raises(OrderError, match="no paper sticks out"):
        rig.order("tear")


def test_a_slip_can_be_torn_without_power() -> None:
    rig = ReceiptRig()
    rig.send(b"KTP\n" * 8)
    rig.wait(7.5 * LINE_S)
    rig.firmware.power_off(rig.now_s)
    rig.order("tear")
    assert rig.outlet.slips[0].text.startswith("KTP\nKTP\n")


def test_a_jam_is_found_when_the_blade_moves_or_the_power_comes_back() -> None:
    rig = ReceiptRig()
    rig.order("jam-cutter")
    rig.send(b"satu\n" + FEED_AND_CUT + b"dua\n")
    rig.finish()
    assert rig.truth["cutter_error"]
    assert rig.truth["hanging_text"] == "satu\n"
    rig.firmware.power_off(rig.now_s)
    rig.firmware.power_on(rig.now_s)
    assert rig.status(3) == 0x1A
    rig.order("clear-cutter")
    assert rig.printed(b"tiga\n") == "satu\n\n\n\ntiga\n"


def test_the_truth_keeps_the_last_slips() -> None:
    rig = ReceiptRig(NARROW)
    for number in range(1, 31):
        rig.printed(b"slip %d\n" % number)
    slips = rig.truth["slips"]
    assert [slip["number"] for slip in slips] == list(range(11, 31))
    assert slips[-1] == {"number": 30, "text": "slip 30\n", "ending": "cut"}
    assert (rig.firmware.made, rig.firmware.next_piece) == (30, 31)


def test_of_a_strip_that_is_never_cut_the_end_is_kept() -> None:
    paper = PaperPath(80_000)
    for number in range(MARKS_MAX + 5):
        paper.advance(30, Line((Run(str(number), 0, 12, Style()),)))
    assert paper.hanging.marks_lost == 5
    assert len(paper.hanging.marks) == MARKS_MAX
    paper.advance(112)
    piece = paper.part()
    assert piece is not None
    assert paper.hanging.marks == ()


def test_pictures_on_a_strip_that_is_never_cut_take_little_memory() -> None:
    paper = PaperPath(80_000)
    band = Line((Picture(0, 576, tuple(bytes([row]) * 72 for row in range(24))),))
    for _ in range(2000):
        paper.advance(24, band)
    kept = len(paper.hanging.marks)
    assert (kept + 1) * band.byte_count > MARK_BYTES_MAX >= kept * band.byte_count
    assert paper.hanging.marks_lost == 2000 - kept


class Life(RuleBasedStateMachine):
    """Anything may happen in any order; paper is conserved and nothing is printed from nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = ReceiptRig(roll_mm=300)
        self.sent = 0

    @rule(count=st.integers(1, 12))
    def print_lines(self, count: int) -> None:
        if self.rig.firmware.online:
            self.rig.send(b"KTP\n" * count)
            self.sent += count

    @rule(cut=st.sampled_from([FEED_AND_CUT, b"\x1dV\x00", b"\x1bd\x06\x1dV\x01"]))
    def cut(self, cut: bytes) -> None:
        if self.rig.firmware.online:
            self.rig.send(cut)

    @rule(seconds=st.floats(0.001, 0.4))
    def wait(self, seconds: float) -> None:
        self.rig.wait(seconds)

    @rule(mm=st.integers(0, 400))
    def change_roll(self, mm: int) -> None:
        self.rig.order("paper", mm=mm)

    @rule(order=st.sampled_from(["jam-cutter", "clear-cutter", "feed-key", "tear"]))
    def hands(self, order: str) -> None:
        try:
            self.rig.order(order)
        except OrderError as exc:
            assert "no paper sticks out" in str(exc)  # noqa: PT017

    @rule(open_cover=st.booleans())
    def cover(self, *, open_cover: bool) -> None:
        firmware = self.rig.firmware
        (firmware.open_cover if open_cover else firmware.close_cover)(self.rig.now_s)

    @rule(on=st.booleans())
    def power(self, *, on: bool) -> None:
        firmware = self.rig.firmware
        (firmware.power_on if on else firmware.power_off)(self.rig.now_s)

    @precondition(lambda self: self.rig.firmware.online)
    @rule()
    def reboot(self) -> None:
        self.rig.firmware.reboot(self.rig.now_s)

    @invariant()
    def paper_is_conserved(self) -> None:
        paper = self.rig.paper
        slips = sum(slip.piece.length_dots for slip in self.rig.outlet.slips)
        assert slips == paper.departed_dots
        whole = paper.left_dots + paper.hanging_dots + paper.departed_dots + paper.removed_dots
        assert whole == paper.received_dots

    @invariant()
    def nothing_is_printed_from_nothing(self) -> None:
        texts = [slip.text for slip in self.rig.outlet.slips] + [self.rig.truth["hanging_text"]]
        assert sum(text.count("KTP") for text in texts) <= self.sent

    @invariant()
    def slips_are_numbered_without_a_gap(self) -> None:
        numbers = [slip.number for slip in self.rig.outlet.slips]
        assert numbers == list(range(1, len(numbers) + 1))


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
