"""The Evolis moves of a certification against a printer played by hand: held, unknown, faulty, or without the job."""

import pytest

from drivers.certify.face import measuring_face
from drivers.errors import (
    ModelNotSupportedError,
    PrinterError,
    ProtocolError,
    ReplyRefusedError,
    SessionHeldError,
)
from drivers.evolis.certification import EvolisCertification
from drivers.evolis.exchange import Exchange
from support.printer_bytes import ERR_MECHANICAL, PRINTING
from support.printer_hand import HandPrinter, Played, play

pytestmark = pytest.mark.pure


def certification() -> EvolisCertification:
    return EvolisCertification(lambda: Exchange(5.0, replies_persist=False), lambda: 1_700_000_000)


def known(printer: HandPrinter) -> EvolisCertification:
    scripts = certification()
    play(scripts.identify(), printer)
    return scripts


def test_another_hosts_session_is_not_taken() -> None:
    printer = HandPrinter()
    printer.session = 7
    with pytest.raises(SessionHeldError, match="session 7 holds"):
        play(certification().identify(), printer)


def test_a_model_not_known_is_named_and_cut_short() -> None:
    printer = HandPrinter()
    printer.answers["Rtp"] = "Evolis Jauh" + "x" * 80
    with pytest.raises(ModelNotSupportedError, match=r"Evolis Jauhx{29}'"):
        play(certification().identify(), printer)


def test_a_session_granted_and_not_given_is_no_session() -> None:
    printer = HandPrinter()
    scripts = known(printer)
    given = printer._command

    def forgets(asked: str) -> bytes:
        if not asked.startswith("Psid;"):
            return given(asked)
        return given("Rfv").replace(b"1450", b"OK")

    printer._command = forgets  # type: ignore[method-assign]
    with pytest.raises(SessionHeldError, match="did not give us its session"):
        play(scripts.feed(), printer)
    assert "Ss" not in printer.said


def test_a_refused_feed_is_no_card_and_a_refused_eject_is_an_error() -> None:
    printer = HandPrinter()
    printer.answers |= {"Ss": "ERROR 3", "Se": "ERROR 3"}
    scripts = known(printer)
    assert play(scripts.feed(), printer) is False
    with pytest.raises(ReplyRefusedError):
        play(scripts.eject(), printer)


def test_a_job_the_printer_does_not_show_is_not_measured() -> None:
    printer = HandPrinter()
    printer.polls_to_claim = 10_000
    with pytest.raises(ProtocolError):
        play(known(printer).post_half(measuring_face()), printer)


def test_a_measuring_card_that_ends_in_a_fault_is_told() -> None:
    printer = HandPrinter()
    printer.error_of_job = ERR_MECHANICAL
    with pytest.raises(PrinterError, match="the measuring card was not printed"):
        play(known(printer).print_and_keep(measuring_face()), printer)


def test_the_measuring_card_is_waited_for_till_the_printer_rests() -> None:
    printer, played = HandPrinter(), Played()
    scripts = known(printer)
    printer.information = PRINTING
    play(scripts.print_and_keep(measuring_face()), printer, played)
    assert played.paused_s >= 10.0, "a printer that never rests is not waited for longer"
