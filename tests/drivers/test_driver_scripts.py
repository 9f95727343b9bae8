"""The scripts beside printing, by hand: identity, supplies, evidence, the restart rule, clearing, giving back."""

import pytest

from drivers.card import Evidence
from drivers.errors import ProtocolError, ReplyRefusedError, SessionHeldError
from drivers.evolis.driver import EvolisDriver
from drivers.evolis.models import model_named
from drivers.status import PrinterIdentity, PrinterState, Supply
from drivers.uri import TcpUri, UsbUri
from support.printer_bytes import CARD_PRINT, ERR_MECHANICAL
from support.printer_hand import HandPrinter, Played, play

pytestmark = pytest.mark.pure

OURS = 0x4B54


def test_identify() -> None:
    found = play(EvolisDriver().identify(), HandPrinter())
    assert found == PrinterIdentity("Evolis Primacy 2", "P2-0001", "1450")


@pytest.mark.parametrize("text", ["", "x" * 101, "ERROR CDE"])
def test_an_identity_that_is_none(text: str) -> None:
    printer = HandPrinter()
    printer.answers["Rsn"] = text
    with pytest.raises((ProtocolError, ReplyRefusedError)):
        play(EvolisDriver().identify(), printer)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("Primacy", 256), ("Evolis Primacy 2", 256), ("EVOLIS  primacy 2", 256), ("KC200", 256),
        ("Zenius", 128), ("Zenius 2 Expert", 256), ("Evolis Quantum 2", 128),
    ],
)  # fmt: skip
def test_models_by_any_spelling(text: str, levels: int) -> None:
    model = model_named(text)
    assert model is not None
    assert model.levels == levels


@pytest.mark.parametrize("text", ["Badgy200", "Agilia", "", "Primacy 3"])
def test_models_that_are_not_ours(text: str) -> None:
    assert model_named(text) is None


def test_status_sends_no_command() -> None:
    printer = HandPrinter()
    assert play(EvolisDriver().status(), printer).state is PrinterState.IDLE
    assert printer.said == [""]


def test_supplies_of_a_full_answer() -> None:
    printer = HandPrinter()
    printer.answers["Rrt;all"] = "type: 0\nlabel: R5F008\nqty: 300\ncount: 287\nref: R5F008EAA"
    printer.answers["Rco;clean"] = "rem_advised: 650\nadvised: 1000\nmandatory: 1400"
    found = play(EvolisDriver().supplies(), printer)
    assert found.supplies == (
        Supply("R5F008", "ribbonWax", 300, 287),
        Supply("cleaning", "cleanerUnit", 1000, 650),
    )


def test_supplies_of_an_old_printer_without_ribbon() -> None:
    printer = HandPrinter()
    printer.answers |= {"Rrt;all": "ERR RIB DETECTION", "Rco;clean": "ERROR CDE", "Rco;r": "-12"}
    found = play(EvolisDriver().supplies(), printer)
    assert found.supplies == (Supply("cleaning", "cleanerUnit", None, -12),)


def test_a_stray_ok_instead_of_a_ribbon_tag_is_asked_again() -> None:
    printer = HandPrinter()
    printer.answers |= {"Rrt;all": "OK", "Rco;clean": "ERROR CDE", "Rco;r": "ERROR CDE"}
    assert play(EvolisDriver().supplies(), printer).supplies == ()
    assert printer.said.count("Rrt;all") == 2


def test_evidence() -> None:
    printer = HandPrinter()
    printer.error = ERR_MECHANICAL
    printer.answers["Rlr;p"] = "CARD"
    assert play(EvolisDriver().evidence(), printer) == Evidence(
        serial="P2-0001",
        counter=41,
        counter_kind="inserted_head",
        job_active=False,
        card_inside=True,
        errors=("media-jam", "x-mechanical-error"),
    )


def test_a_sensor_outweighs_a_text_that_says_no_card() -> None:
    printer = HandPrinter()
    printer.information = CARD_PRINT
    assert play(EvolisDriver().evidence(), printer).card_inside is True


def test_a_card_that_moves_in_after_its_position_was_asked_is_inside() -> None:
    class MovingIn(HandPrinter):
        def __call__(self, request: bytes) -> bytes:
            self.information = CARD_PRINT if b"Rco" in request else 0
            return super().__call__(request)

    assert play(EvolisDriver().evidence(), MovingIn()).card_inside is True


@pytest.mark.parametrize(
    "text", ["inserted_head: many", "inserted_head: -1", "inserted_head: 9999999999"]
)
def test_a_counter_that_is_none_is_a_protocol_error(text: str) -> None:
    printer = HandPrinter()
    printer.answers["Rco;card"] = text
    with pytest.raises(ProtocolError):
        play(EvolisDriver().evidence(), printer)


def test_finish_ends_an_open_claim_on_tcp() -> None:
    printer = _with_open_claim()
    found = play(EvolisDriver.for_uri(TcpUri("127.0.0.1")).finish_script(), printer)
    assert printer.said[:3] == ["", "end", ""]
    assert found.job_active is False
    assert found.counter == 41


def test_finish_only_reads_on_usb() -> None:
    printer, played = _with_open_claim(), Played()
    found = play(EvolisDriver.for_uri(UsbUri(0x0F49)).finish_script(), printer, played)
    assert found.job_active is True
    assert found.counter is None
    assert played.requests == [b""]


def test_finish_without_a_claim_only_asks() -> None:
    printer = HandPrinter()
    found = play(EvolisDriver().finish_script(), printer)
    assert found.counter == 41
    assert printer.said == ["", "Rsn", "Rlr;p", "Rco;card"]


def test_finish_leaves_another_hosts_job_alone() -> None:
    printer = _with_open_claim()
    printer.session = 2
    with pytest.raises(SessionHeldError):
        play(EvolisDriver().finish_script(), printer)
    assert printer.said == [""]


def test_finish_says_so_when_the_claim_stays_up() -> None:
    printer = _with_open_claim(polls_to_done=100_000)
    assert play(EvolisDriver(card_deadline_s=5).finish_script(), printer).job_active is True


def test_clear_takes_the_session_and_clears() -> None:
    printer = HandPrinter()
    found = play(EvolisDriver().clear_script(), printer)
    assert printer.said == ["", "Psid;19284;180", "Rem;1", "Pem;2", "Scs", ""]
    assert found.idle


def test_clear_refused_is_an_error() -> None:
    printer = HandPrinter()
    printer.answers["Scs"] = "ERROR MECANICAL"
    with pytest.raises(ReplyRefusedError):
        play(EvolisDriver().clear_script(), printer)


def test_release_gives_back_what_is_ours() -> None:
    printer = HandPrinter()
    printer.session = OURS
    play(EvolisDriver().release(), printer)
    assert printer.said == ["", "Pem;0", "Psid;0;45"]
    assert printer.session == 0


@pytest.mark.parametrize("session", [0, 2])
def test_release_leaves_what_is_not_ours(session: int) -> None:
    printer = HandPrinter()
    printer.session = session
    play(EvolisDriver().release(), printer)
    assert printer.said == [""]


def _with_open_claim(polls_to_done: int = 1) -> HandPrinter:
    """A printer whose host died between part one and part two."""
    printer = HandPrinter()
    printer.counts, printer.polls_to_done = 0, polls_to_done
    printer(b"\x1bPcla;1\r\x1bSs\r\x00")
    printer.said.clear()
    printer.session = OURS
    return printer
