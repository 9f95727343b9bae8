"""Jobs on a virtual clock: exact machine times, claims, the bits on the way, old hosts."""

import pytest

from emulator.evolis.models import MODELS
from emulator.machine.card import Bin
from emulator.machine.ribbon import KINDS
from support import evolis_job as job
from support.rig import Rig

pytestmark = pytest.mark.pure

CARD_BITS = 0x3F000000
BUSY = 0x01
PRINTING = 0x80


@pytest.mark.parametrize(
    ("part_one", "seconds", "panels"),
    [
        (job.simplex_job(), 12.9, {"front": list("ymcko")}),
        (job.duplex_job(), 25.7, {"front": list("ymcko"), "back": ["k"]}),
        (job.mono_job(), 3.6, {"front": ["k"]}),
    ],
    ids=["simplex", "duplex", "mono"],
)
def test_a_card_takes_the_machines_time(
    part_one: bytes, seconds: float, panels: dict[str, list[str]]
) -> None:
    rig = Rig()
    assert rig.send(part_one).text == "OK"
    rig.send(job.END_OF_JOB)
    rig.wait(seconds - 0.01)
    assert rig.status.claimed
    assert rig.gone == []
    rig.wait(0.02)
    assert not rig.status.claimed
    (departure,) = rig.gone
    assert departure.bin is Bin.OUTPUT
    assert departure.print_seconds == pytest.approx(seconds)
    assert {s.value: f.panels_used for s, f in departure.card.faces.items()} == panels
    assert rig.status.information == rig.status.error == 0


def test_late_steps_do_not_make_a_card_slower() -> None:
    rig = Rig()
    rig.send(job.simplex_job() + job.END_OF_JOB)
    rig.clock.advance(500)
    rig.firmware.step(rig.clock.now_s())
    assert rig.gone[0].print_seconds == pytest.approx(12.9)


def test_jobs_queue_and_run_one_after_the_other() -> None:
    rig = Rig()
    for _job in range(3):
        rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(3 * 3.6 + 0.01)
    assert len(rig.gone) == 3


def test_claim_stays_up_until_the_second_part_even_when_the_card_is_out() -> None:
    rig = Rig()
    rig.send(job.mono_job())
    rig.wait(100)
    assert len(rig.gone) == 1
    assert rig.status.claimed
    assert not rig.status.information & BUSY
    rig.send(job.END_OF_JOB)
    assert not rig.status.claimed


def test_bits_follow_the_card() -> None:
    rig = Rig()
    rig.send(job.duplex_job())
    seen = []
    for _tenth in range(270):
        information = rig.status.information
        seen.append(information & CARD_BITS)
        if information & CARD_BITS:
            assert information & BUSY
        rig.wait(0.1)
    path = [bit for at, bit in enumerate(seen) if at == 0 or seen[at - 1] != bit]
    assert path == [0x20000000, 0x02000000, 0x10000000, 0x02000000, 0x01000000, 0]


def test_printing_bit_is_up_while_panels_are_printed() -> None:
    rig = Rig()
    rig.send(job.simplex_job())
    rig.wait(6)
    assert rig.status.information & PRINTING
    rig.wait(20)
    assert not rig.status.information & PRINTING


def test_the_last_segment_prints_a_whole_card() -> None:
    rig = Rig()
    rig.machine.fit_ribbon(KINDS[0], 1)
    rig.say("Pem;2")
    rig.send(job.simplex_job() + job.END_OF_JOB)
    rig.wait(50)
    assert len(rig.gone) == 1
    assert rig.status.error == 0


def test_a_card_inside_is_used_before_a_new_blank() -> None:
    rig = Rig()
    rig.do("Si")
    rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(10)
    assert rig.machine.state.fed == 1
    assert len(rig.gone) == 1


def test_a_card_can_be_kept_in_the_printer() -> None:
    rig = Rig()
    rig.say("Pneab;A;0")
    rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(10)
    assert rig.machine.inside is not None
    assert rig.say("Pneab;A;1") == "OK"
    assert rig.do("Se") == "OK"
    assert len(rig.gone) == 1


def test_tracks_downloaded_in_a_job_are_on_its_card() -> None:
    rig = Rig()
    rig.send(
        job.command("Pcla", 1) + job.command("Dm", 1, "IN JOB") + job.mono_job() + job.END_OF_JOB
    )
    rig.wait(20)
    assert rig.gone[0].card.tracks == {}
    head, rest = job.mono_job().split(job.command("Ss"))
    rig.send(head + job.command("Dm", 1, "IN JOB") + job.command("Ss") + rest + job.END_OF_JOB)
    rig.wait(20)
    assert rig.gone[1].card.tracks[1].text == "IN JOB"


def test_a_seven_bit_printer_refuses_eight_bits() -> None:
    rig = Rig(MODELS["zenius"])
    assert rig.send(job.bitmap("y", 256, job.flat_plane(1))).text == "ERROR PARAMETRES"


def test_an_old_host_gets_its_card_without_a_claim() -> None:
    rig = Rig()
    ticket = rig.send(job.old_job())
    assert not rig.status.claimed
    assert rig.finish(ticket) == "OK"
    assert rig.gone[0].print_seconds == pytest.approx(3.6)


def test_without_status_blocks_the_text_ends_at_its_nul_and_a_fence_waits() -> None:
    rig = Rig()
    assert rig.say("Pps;0") == "OK"
    assert rig.say("Rpst") == "0"
    rig.send(job.mono_job() + job.END_OF_JOB)
    assert rig.firmware.fence_needed
    rig.wait(10)
    assert not rig.firmware.fence_needed
    ticket = rig.send(job.command("Rfv"))
    assert rig.firmware.answer(ticket, rig.clock.now_s()) == b"1450\r\n\x00"


def test_the_receive_buffer_is_bounded() -> None:
    rig = Rig()
    for _card in range(8):
        rig.send(job.simplex_job())
    assert not rig.firmware.has_room
    rig.wait(60)
    assert rig.firmware.has_room


def test_cards_go_to_the_error_box_when_it_is_the_output() -> None:
    rig = Rig()
    rig.say("Pcem;R")
    rig.send(job.mono_job() + job.END_OF_JOB)
    rig.wait(10)
    assert rig.gone[0].bin is Bin.REJECT
