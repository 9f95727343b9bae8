"""What the person reads and types, Ctrl-C, and the press's lock."""

import fcntl
import io
import os
import signal
from pathlib import Path

import pytest
from rich.console import Console

from drivers.certify import wording
from drivers.certify.asked import PLACES, Ask, Word
from drivers.certify.face import measuring_face
from drivers.certify.interrupt import Interrupt
from drivers.certify.press_lock import press_kept_away
from drivers.certify.screen import TwoLanguages, understood
from drivers.cli import exit_code
from drivers.errors import CertificationError, DeviceBusyError
from drivers.evolis.job import PART_TWO, body, half_body
from drivers.evolis.raster import planes_of
from drivers.profile import Reading

WHERE = Ask("fed alone", "where", PLACES)


def shown(typed: str, wanted: Ask) -> tuple[str, str]:
    out = io.StringIO()
    screen = TwoLanguages(Console(file=out, width=160), io.StringIO(typed))
    screen.show(Reading("begin", 7, None, False, ("cover-open",)))
    return screen.ask(wanted), out.getvalue()


def test_both_languages_stand_side_by_side_and_keys_are_in_order() -> None:
    answer, text = shown("9\nmaybe\n2\n", WHERE)
    assert answer == Word.OUTPUT
    for pair in (wording.QUESTIONS["where"], wording.WORDS[Word.OUTPUT]):
        assert all(words.split()[0] in text for words in pair)
    assert text.count(wording.NOT_UNDERSTOOD[0]) == 2
    assert "pencacah/counter 7" in text


@pytest.mark.parametrize(
    ("wanted", "line", "answer"),
    [
        (Ask("s", "power-off", (Word.DONE,)), "\n", "done"),
        (WHERE, "\n", None),
        (WHERE, "inside\n", "inside"),
        (WHERE, "done\n", None),
        (Ask("s", "blanks-in"), "5\n", "5"),
        (Ask("s", "blanks-in"), "-1\n", None),
        (Ask("s", "blanks-in"), "\u0665\n", None),
        (Ask("s", "blanks-in"), "lima\n", None),
    ],
)
def test_what_counts_as_an_answer(wanted: Ask, line: str, answer: str | None) -> None:
    assert understood(wanted, line) == answer


def test_a_closed_terminal_is_a_stop() -> None:
    with pytest.raises(KeyboardInterrupt):
        shown("", WHERE)


def test_ctrl_c_waits_for_the_end_of_a_script_and_is_heard_at_once_by_a_question() -> None:
    interrupt = Interrupt()
    with interrupt.listening():
        os.kill(os.getpid(), signal.SIGINT)  # in the middle of a script: nothing is raised
        with pytest.raises(KeyboardInterrupt):
            interrupt.check()
    again = Interrupt()
    with again.listening(), pytest.raises(KeyboardInterrupt), again.welcome():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_press_is_kept_away_while_it_lasts(tmp_path: Path) -> None:
    with press_kept_away(tmp_path / "no station here"):
        pass
    path = tmp_path / "press.lock"
    path.touch()
    with path.open("r+") as press:
        with press_kept_away(tmp_path), pytest.raises(BlockingIOError):
            fcntl.flock(press, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(press, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(DeviceBusyError, match="ktp-station-press"), press_kept_away(tmp_path):
            pytest.fail("two at once")


def test_the_measuring_jobs_are_the_printing_job_cut_between_commands() -> None:
    planes = planes_of(measuring_face(), 256)
    whole, kept, half = body(planes), body(planes, eject=False), half_body(planes)
    assert whole.startswith(half)
    assert half.endswith(b"\r")
    assert half.count(b"\x1bDb;") == 1
    assert whole.count(b"\x1bSe\r") == 1
    assert kept == whole.replace(b"\x1bSe\r", b"")
    assert b"Pcla;0" not in whole
    assert b"Pcla;0" in PART_TWO


def test_a_certification_error_is_told_from_a_fault_of_the_printer() -> None:
    assert exit_code(CertificationError("no")) == os.EX_DATAERR
