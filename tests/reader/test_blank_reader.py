"""Blanks read through a real pcscd and its virtual reader; the card's side speaks from the test."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from smartcard import scard

from station.errors import CardUnreadableError, ReaderMissingError
from station.reader.apdu import GET_UID
from station.reader.blank_reader import open_reader
from support.pcsc import IN_A_SLOT, NamedChip, Pcsc, pcscd

UID = "04A1B2C3D4E580"
OTHER = "04FFEEDDCCBB80"
SOON_S, LONG_S = 0.3, 10.0
ASK = """
from station.errors import StationError
from station.reader.blank_reader import open_reader
try:
    with open_reader() as reader:
        reader.read(0.2)
except StationError as error:
    print(type(error).__name__, error)
"""


def test_a_blank_on_the_reader_tells_its_number_asked_twice(pcsc: Pcsc) -> None:
    chip = NamedChip([UID])
    with pcsc.card(chip), open_reader() as reader:
        assert reader.read(LONG_S) == UID
    assert chip.asked == [GET_UID, GET_UID]


def test_a_blank_laid_on_later_is_waited_for_and_so_is_its_going(pcsc: Pcsc) -> None:
    gone = threading.Event()

    def lay() -> None:
        time.sleep(SOON_S)
        with pcsc.card(NamedChip([UID])):
            gone.wait(LONG_S)

    hand = threading.Thread(target=lay)
    with open_reader() as reader:
        hand.start()
        assert reader.read(LONG_S) == UID
        with pytest.raises(CardUnreadableError, match="still lies"):
            reader.wait_gone(SOON_S)
        gone.set()
        reader.wait_gone(LONG_S)
    hand.join()


def test_no_blank_in_time_ends_in_a_sentence_and_in_time(pcsc: Pcsc) -> None:
    with open_reader() as reader:
        reader.wait_gone(LONG_S)
        begun_s = time.monotonic()
        with pytest.raises(CardUnreadableError, match=r"within 0\.3 s"):
            reader.read(SOON_S)
    assert SOON_S <= time.monotonic() - begun_s < SOON_S + 1


def test_a_number_that_changes_with_the_power_is_no_name(pcsc: Pcsc) -> None:
    numbers = [f"04A1B2C3D4{n:02X}80" for n in range(9)]
    with (
        pcsc.card(NamedChip(numbers)),
        open_reader() as reader,
        pytest.raises(CardUnreadableError, match="changed with the power"),
    ):
        reader.read(LONG_S)


@pytest.mark.parametrize(
    ("chip", "word"),
    [
        pytest.param(NamedChip(["08A1B2C3"]), "new number each time", id="random"),
        pytest.param(NamedChip([""], "6A81"), "no contactless blank", id="no number"),
        pytest.param(NamedChip([""], "6300"), "flat and alone", id="not read"),
    ],
)
def test_a_card_without_a_number_of_its_own_is_refused(
    pcsc: Pcsc, chip: NamedChip, word: str
) -> None:
    with (
        pcsc.card(chip),
        open_reader() as reader,
        pytest.raises(CardUnreadableError, match=word),
    ):
        reader.read(LONG_S)


def test_a_card_in_a_slot_for_contacts_is_not_seen(pcsc: Pcsc) -> None:
    module = NamedChip([OTHER])
    with pcsc.card(module, IN_A_SLOT, slot=1), open_reader() as reader:
        with pytest.raises(CardUnreadableError, match="within"):
            reader.read(SOON_S)
        with pcsc.card(NamedChip([UID])):
            assert reader.read(LONG_S) == UID
    assert module.asked == []


def test_two_blanks_on_two_readers_are_none_until_one_reader_is_named(pcsc: Pcsc) -> None:
    with pcsc.card(NamedChip([UID])), pcsc.card(NamedChip([OTHER]), slot=1):
        with open_reader() as reader, pytest.raises(CardUnreadableError, match="two readers"):
            reader.read(LONG_S)
        with open_reader("00 01") as reader:
            assert reader.read(LONG_S) == OTHER


def test_a_blank_taken_away_while_it_is_read_gives_no_number(pcsc: Pcsc) -> None:
    taken = threading.Event()

    class Taken(NamedChip):
        def __call__(self, command: bytes) -> bytes:
            taken.set()
            raise EOFError

    def lay() -> None:
        with pcsc.card(Taken([UID])):
            taken.wait(LONG_S)

    hand = threading.Thread(target=lay)
    hand.start()
    with (
        open_reader() as reader,
        pytest.raises(CardUnreadableError, match=r"lay (it|the card) on again"),
    ):
        reader.read(LONG_S)
    hand.join()


def test_a_reader_that_is_not_there_is_named_with_those_that_are(pcsc: Pcsc) -> None:
    with (
        open_reader("ACS") as reader,
        pytest.raises(ReaderMissingError, match="'ACS'; there is: Virtual PCD"),
    ):
        reader.read(SOON_S)


def test_without_pcscd_a_sentence_says_what_to_start(pcsc: Pcsc) -> None:
    environment = pcsc.environment | {"PCSCLITE_CSOCK_NAME": "/nonexistent/pcscd.comm"}
    assert "ReaderMissingError pcscd does not answer" in _asked(ASK, environment)


def test_without_pyscard_a_sentence_says_what_to_install(pcsc: Pcsc) -> None:
    away = "import sys; sys.modules['smartcard'] = None\n"
    assert "pip install 'ktp-station[reader]'" in _asked(away + ASK, pcsc.environment)


def test_without_any_reader_a_sentence_says_so(tmp_path: Path) -> None:
    with pcscd(tmp_path / "bare", conf="") as bare:
        assert "ReaderMissingError no reader is plugged in" in _asked(ASK, bare.environment)


def test_a_pcscd_that_stops_while_a_blank_is_waited_for_is_told(tmp_path: Path) -> None:
    with pcscd(tmp_path / "other") as other:
        waiting = subprocess.Popen(
            [sys.executable, "-c", ASK.replace("0.2", "30")],
            env=other.environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(SOON_S * 3)
        other.process.terminate()
        said, _ = waiting.communicate(timeout=LONG_S)
    assert "ReaderMissingError" in said
    assert "plug it in and begin again" in said or "systemctl start pcscd" in said


def test_a_reader_another_program_holds_is_told(pcsc: Pcsc) -> None:
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    try:
        with pcsc.card(NamedChip([UID])):
            result, card, _ = scard.SCardConnect(
                context, "Virtual PCD 00 00", scard.SCARD_SHARE_EXCLUSIVE,
                scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
            )  # fmt: skip
            assert result == scard.SCARD_S_SUCCESS
            with open_reader() as reader, pytest.raises(CardUnreadableError, match="another prog"):
                reader.read(LONG_S)
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    finally:
        scard.SCardReleaseContext(context)


def _asked(program: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout
