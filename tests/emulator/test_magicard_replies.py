"""Replies against the sheet, byte for byte where it has bytes; and who gets which reply when."""

import re
from dataclasses import replace

import pytest

from emulator.machine.ribbon import KINDS
from emulator.machine.stoppage import JamPlace
from support import magicard_job as job
from support.magicard_rig import ENDURO, MagicardRig

pytestmark = pytest.mark.pure

SHEET_STATUS = (
    b"\x01STA$$0,Enduro,0,EMU0000001,HEAD0001,PCB00001,1.29,0,0,12034,12034,48136,17,212,53,500,50,50,50,0,0,"
    b"E004010000000000,300,53,LC1,64,64,64,0,0,0,0,0,0,0,\x03"
)


def test_the_status_is_the_one_of_the_sheet() -> None:
    rig = MagicardRig(replace(ENDURO, duplex=False))
    counters = rig.machine.state.counters
    counters.panels = 48136 - 212
    rig.order("clean")
    rig.wait(20)
    counters.panels = 48136
    counters.inserted, counters.inserted_at_cleaning, counters.cleanings = 12034, 12034 - 53, 17
    rig.machine.fit_ribbon(KINDS[0], 300 - 53)
    assert len(SHEET_STATUS) == 152
    assert rig.ask("REQ,INF") == SHEET_STATUS
    assert rig.info.printed == 12034
    assert rig.info.shots_left == 247
    assert rig.info.error == (0, 0)


def test_the_longest_status_is_read_in_one_go() -> None:
    rig = MagicardRig()
    rig.order("serial", text="9" * 32)
    counters = rig.machine.state.counters
    counters.inserted = counters.panels = counters.cleanings = 10**9
    rig.machine.fit_ribbon(KINDS[107])
    rig.firmware.open_cover(0.0)
    assert rig.info.fields[3] == "9" * 32
    assert len(rig.ask("REQ,INF")) <= 255


@pytest.mark.parametrize(
    ("kind", "name"), [(0, "LC1"), (100, "LC3"), (1, "LC6"), (4, "LC8"), (3, "YMCKOS")]
)
def test_films_have_the_names_of_the_sheet(kind: int, name: str) -> None:
    rig = MagicardRig()
    rig.machine.fit_ribbon(KINDS[kind])
    assert rig.info.fields[24] == name


def test_the_error_text_is_the_captured_one_in_german() -> None:
    rig = MagicardRig()
    assert rig.ask("REQ,ERR") == b"\x01STAPrinter status OK.\n00:00\n(c0300)\x03"
    rig.send(job.mono_job(LAN="DEU"))
    rig.wait(60)
    assert rig.ask("REQ,ERR") == b"\x01STAPrinterstatus OK.\n00:00\n(c0300)\x03"
    rig.machine.jam_ahead = JamPlace.BEFORE_FEED
    rig.send(job.mono_job(LAN="DEU"))
    rig.wait(60)
    reply = rig.ask("REQ,ERR")
    assert reply.endswith(b"\nFehlercode - 11:01\n(c0201)\x03")
    assert re.findall(rb"\d\d:\d\d", reply) == [b"11:01"]
    rig.order("clear-jam")
    rig.send(job.mono_job(LAN="FRA"))
    assert rig.ask("REQ,ERR").endswith(b"Printer status OK.\n00:00\n(c0300)\x03")


def test_every_error_has_a_pair_and_a_code_and_only_one_is_not_of_our_making() -> None:
    rig = MagicardRig()
    rig.firmware.open_cover(0.0)
    reply = rig.ask("REQ,ERR")
    assert re.fullmatch(rb"\x01STA[^\n]+\n[^\n]*\b90:02\n\(c\d{4}\)\x03", reply)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("MSR", "EMU0000001"), ("PSR", "HEAD0001"), ("VRS", "1.29"), ("TCQ", "1"), ("TCP", "1"), ("TCN", "0"),
        ("CCQ", "1"), ("CCP", "500"), ("TPQ", "5"), ("CPQ", "5"), ("DFR", str(299 * 5)), ("CLP", "0"),
        ("MAC", "02-00-00-00-00-01"), ("IPA", "2130706433"), ("SNM", "-16777216"), ("GWY", "0"), ("PID", "18432"),
        ("VID", "3103"),
    ],
)  # fmt: skip
def test_a_single_value_stands_behind_seven_bytes(key: str, value: str) -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job())
    rig.wait(60)
    reply = rig.ask(f"REQ,STA,{key}")
    assert reply[:1] == b"\x01"
    assert reply[1:4] == b"STA"
    assert reply[5:8] == key.encode()
    assert reply[8:] == value.encode() + b",\x03"


def test_panels_left_count_those_of_the_open_set() -> None:
    rig = MagicardRig()
    rig.send(job.simplex_job())
    rig.wait(5)
    assert rig.ask("REQ,STA,DFR")[8:] == b"%d,\x03" % (299 * 5 + 4)
    rig.order("remove-ribbon")
    assert rig.ask("REQ,STA,DFR")[8:] == b"0,\x03"


@pytest.mark.parametrize("verb", ["SNR", "QPR"])
def test_a_dump_ends_with_end(verb: str) -> None:
    rig = MagicardRig()
    lines: list[bytes] = []
    while not (reply := rig.ask(f"{verb}{len(lines) + 1}")).startswith(b"END"):
        lines.append(reply)
    assert len(lines) in (4, 18)
    assert all(line.endswith(b"\x03") for line in lines)
    assert rig.ask(f"{verb}0").startswith(b"END")


@pytest.mark.parametrize(
    "request_", ["REQ,XYZ", "REQ,STA,XYZ", "REQ,STA,RAMP", "REQ", "RST,1", "SNR1,2"]
)
def test_what_nobody_knows_gets_no_reply_and_does_no_harm(request_: str) -> None:
    rig = MagicardRig()
    rig.send(job.ask(request_))
    assert rig.replies() == []
    assert rig.refusals == ["? a request nobody knows; it gets no reply"]
    assert rig.info.error == (0, 0)


def test_a_test_card_is_a_card_and_eject_puts_one_out() -> None:
    rig = MagicardRig()
    rig.send(job.ask("TST", framing="B"))
    rig.wait(3)
    rig.send(job.ask("EJT", framing="B"))
    rig.wait(60)
    assert rig.replies() == []
    assert (rig.info.printed, len(rig.gone)) == (1, 1)
    (face,) = rig.gone[0].card.faces.values()
    assert (face.planes["k"][:, 0] == 0).all()
    assert (face.planes["k"][:, 40] == 255).all()


def test_an_error_lets_nothing_be_moved_from_the_host() -> None:
    rig = MagicardRig(blanks=0)
    rig.send(job.mono_job())
    rig.wait(1)
    rig.send(job.ask("TST") + job.ask("EJT"))
    assert rig.refusals == ["? an error stands, 11:01: nothing is moved"] * 2
    assert rig.firmware.at_rest


# --- streams --------------------------------------------------------------------------------


def test_replies_come_in_the_order_of_the_requests() -> None:
    rig = MagicardRig()
    rig.send(job.ask("REQ,STA,TCQ") + job.ask("REQ,INF") + job.ask("REQ,ERR"))
    kinds = [reply[1:6] for reply in rig.replies()]
    assert kinds == [b"STA,T", b"STA$$", b"STAPr"]
    assert not rig.line.readable


def test_a_request_behind_an_unfinished_page_waits_for_its_end() -> None:
    rig = MagicardRig()
    data = job.mono_job()
    rig.send(data[:-1000])
    request = job.ask("REQ,INF")
    rig.send(request)  # eaten: the page still wants bytes, and has no idea what they are
    assert not rig.line.readable
    rig.send(data[-1000:])
    assert rig.refusals[0] == "? plane K is not followed by its trailer"
    rig.wait(60)
    assert rig.machine.state.fed == 0
    rig.send(data + request)
    assert len(rig.replies()) == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_another_connection_is_answered_while_a_page_comes_or_after_it(at_once: bool) -> None:
    rig = MagicardRig(answers_while_receiving=at_once)
    data = job.mono_job()
    rig.send(data[:-1000])
    other = rig.stream()
    rig.send(job.ask("REQ,INF"), other)
    assert other.readable == at_once
    rig.send(data[-1000:])
    assert len(rig.replies(other)) == 1


def test_two_jobs_at_once_are_one_job() -> None:
    rig = MagicardRig()
    data = job.simplex_job()
    rig.send(data[:1_000_000])
    other = rig.stream()
    rig.send(job.mono_job() + job.ask("REQ,INF"), other)
    assert rig.refusals == ["? two jobs at once: the later one is read past"]
    assert len(rig.replies(other)) == 1
    rig.send(data[1_000_000:])
    rig.wait(60)
    assert [list(face.panels_used) for face in rig.gone[0].card.faces.values()] == [list("ymcko")]
    assert len(rig.gone) == 1
    rig.send(job.mono_job(), other)
    rig.wait(60)
    assert len(rig.gone) == 2


@pytest.mark.parametrize("end", ["finish", "reset"])
def test_a_stream_that_ends_in_a_page_holds_nothing(end: str) -> None:
    rig = MagicardRig()
    front, _back = job.duplex_pages()
    other = rig.stream()
    rig.send(front + job.mono_job()[:-1000], other)
    assert not rig.firmware.at_rest
    match end:
        case "finish":
            other.finish()
            assert rig.refusals[-1].startswith("? a page is not whole")
        case "reset":
            other.reset()
    assert rig.firmware.at_rest
    rig.send(job.mono_job())
    rig.wait(60)
    assert len(rig.gone) == 1


def test_a_refused_page_lets_others_send() -> None:
    rig = MagicardRig()
    broken = job.mono_job()[:-4] + b"xxxx"
    rig.send(broken)
    rig.send(job.mono_job(), rig.stream())
    rig.wait(60)
    assert len(rig.gone) == 1


def test_a_host_that_never_reads_has_to_wait() -> None:
    rig = MagicardRig()
    for _request in range(64):
        rig.send(job.ask("REQ,INF"))
    rig.line.receive(job.ask("REQ,INF"))
    assert rig.line.waiting
    assert not rig.line.has_room
    rig.line.read(0.0)
    assert rig.line.has_room


def test_how_it_shows_itself_on_a_bus() -> None:
    identity = MagicardRig().firmware.usb_identity()
    assert (identity.vendor, identity.product) == (0x0C1F, 0x4800)
    assert identity.packet_bytes == 64
    assert identity.device_id.startswith("MFG:Magicard;")


def test_the_truth_has_the_error_and_the_log() -> None:
    rig = MagicardRig(blanks=0)
    rig.send(job.mono_job())
    rig.wait(1)
    truth = rig.firmware.truth(rig.clock.now_s())
    assert (truth["model"], truth["errors"], truth["counter"]) == ("enduro", "11:01", 0)
    assert truth["commands"] == ["job k x 1"]
