"""The serial transport on real terminals made here: deadlines, hang-ups, and what is left of an older reply."""

import os
import pty
import termios
import threading
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import DeadlineError, DeviceBusyError, LinkLostError, NotReachableError
from drivers.serial_port import WRITE_CHUNK_BYTES, SerialPort
from drivers.transport import Deadline
from drivers.uri import SerialUri


class Terminal:
    """A printer's end of a terminal, and the name of the host's end."""

    def __init__(self) -> None:
        self.end, host = pty.openpty()
        tty.setraw(host)
        self.path = os.ttyname(host)
        self._host: int | None = host  # so that a host's close is no hang-up

    def send(self, data: bytes) -> None:
        os.write(self.end, data)

    def take(self, size: int) -> bytes:
        """Take exactly so many bytes off the line."""
        data = b""
        while len(data) < size:
            data += os.read(self.end, size - len(data))
        return data

    def fill(self) -> int:
        """Write from the host's end until the line takes nothing more; return how many bytes it took."""
        assert self._host is not None
        os.set_blocking(self._host, False)
        taken = 0
        try:
            while True:
                taken += os.write(self._host, bytes(1024))
        except BlockingIOError:
            return taken

    def hang_up(self) -> None:
        if self._host is not None:
            os.close(self._host)
            os.close(self.end)
            self._host = None


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.hang_up()


@pytest.fixture
def port(terminal: Terminal) -> Iterator[SerialPort]:
    made = SerialPort(SerialUri(terminal.path))
    yield made
    made.close()


def soon() -> Deadline:
    return Deadline.after(10.0)


def in_a_moment() -> Deadline:
    return Deadline.after(0.05)


def over() -> Deadline:
    return Deadline.after(0.0)


# --- bytes --------------------------------------------------------------------------------------


def test_what_is_written_arrives_and_what_comes_is_read(
    terminal: Terminal, port: SerialPort
) -> None:
    every_byte = bytes(range(256))
    port.write(every_byte[:100], soon())
    port.write(every_byte[100:], soon())
    assert (
        terminal.take(256) == every_byte
    )  # nothing is translated, echoed or taken for flow control
    terminal.send(every_byte)
    assert read(port, 256) == every_byte


def read(port: SerialPort, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = port.read(size - len(data), soon())
        assert 0 < len(chunk) <= size - len(data)
        data += chunk
    return data


def test_a_read_gives_what_has_come_and_no_more_than_asked(
    terminal: Terminal, port: SerialPort
) -> None:
    port.write(b"?", soon())
    terminal.take(1)
    terminal.send(b"abcdef")
    assert port.read(1, soon()) == b"a"
    assert port.read(2, soon()) == b"bc"
    assert port.read(4096, soon()) == b"def"


def test_a_large_request_goes_out_as_it_is_taken(terminal: Terminal, port: SerialPort) -> None:
    data = bytes(range(256)) * (40 * WRITE_CHUNK_BYTES // 256)
    came: list[bytes] = []
    printer = threading.Thread(target=lambda: came.append(terminal.take(len(data))))
    printer.start()
    port.write(data, soon())
    printer.join()
    assert came == [data]


def test_finishing_a_request_sends_nothing(terminal: Terminal, port: SerialPort) -> None:
    port.finish_request(soon())
    port.write(b"x", soon())
    assert terminal.take(1) == b"x"


def test_the_rate_is_the_lines(terminal: Terminal) -> None:
    slow, fast = (SerialPort(SerialUri(terminal.path, baud)) for baud in (9600, 115_200))
    assert slow.write_rate_min == 768
    assert fast.write_rate_min == 12 * slow.write_rate_min
    assert slow.uri == f"serial://{terminal.path}?baud=9600"


# --- what is left of an older reply -------------------------------------------------------------


def test_the_rest_of_an_older_reply_is_thrown_away_with_the_next_request(
    terminal: Terminal, port: SerialPort
) -> None:
    port.write(b"first", soon())
    terminal.take(5)
    terminal.send(b"reply and stale bytes")
    assert port.read(5, soon()) == b"reply"
    port.write(b"second", soon())
    terminal.take(6)
    terminal.send(b"new")
    assert port.read(4096, soon()) == b"new"


def test_what_lay_there_before_the_port_was_opened_is_no_reply(
    terminal: Terminal, port: SerialPort
) -> None:
    terminal.send(b"stale")
    port.write(b"?", soon())
    terminal.take(1)
    terminal.send(b"new")
    assert port.read(4096, soon()) == b"new"


def test_between_the_writes_of_one_request_nothing_is_thrown_away(
    terminal: Terminal, port: SerialPort
) -> None:
    port.write(b"\x1bRfv\r", soon())
    terminal.take(5)
    terminal.send(b"1450")  # the answer to the first part is here before the second is sent
    port.write(b"\x00", soon())
    assert port.read(4096, soon()) == b"1450"


def test_after_a_close_the_next_request_begins_afresh(terminal: Terminal, port: SerialPort) -> None:
    port.write(b"half a req", soon())
    terminal.send(b"stale")
    port.close()
    port.close()
    port.write(b"uest", soon())
    assert terminal.take(14) == b"half a request"
    terminal.send(b"new")
    assert port.read(4096, soon()) == b"new"


# --- deadlines ----------------------------------------------------------------------------------


def test_no_answer_in_time(terminal: Terminal, port: SerialPort) -> None:
    port.write(b"?", soon())
    with pytest.raises(DeadlineError, match=r"did not answer in time"):
        port.read(1, in_a_moment())


def test_a_line_that_takes_nothing_runs_into_the_deadline(
    terminal: Terminal, port: SerialPort
) -> None:
    with pytest.raises(DeadlineError, match="took too long"):
        port.write(bytes(1 << 20), Deadline.after(0.2))


def test_no_call_begins_after_its_deadline(terminal: Terminal, port: SerialPort) -> None:
    with pytest.raises(DeadlineError):
        port.finish_request(over())
    with pytest.raises(DeadlineError):
        port.write(b"x", over())
    port.write(b"y", soon())
    assert terminal.take(1) == b"y"
    terminal.send(b"z")
    with pytest.raises(DeadlineError):
        port.read(1, over())


def test_a_deadline_that_passes_as_the_bytes_go_out_is_kept(
    terminal: Terminal, port: SerialPort
) -> None:
    """Between the look at the clock and the write: what does not go out is never passed over in silence."""
    port.finish_request(soon())
    taken = terminal.fill()
    ticks = iter([0.0])
    deadline = Deadline(1.0, lambda: next(ticks, 2.0))  # the first look is in time, all others late
    printer = threading.Timer(
        0.3, lambda: terminal.take(taken)
    )  # frees a writer that would not stop
    printer.start()
    try:
        with pytest.raises(DeadlineError):
            port.write(b"lost", deadline)
    finally:
        printer.join()


# --- the port itself ----------------------------------------------------------------------------


def test_a_hang_up_while_reading_is_a_lost_link(terminal: Terminal, port: SerialPort) -> None:
    port.write(b"?", soon())
    puller = threading.Timer(0.05, terminal.hang_up)
    puller.start()
    with pytest.raises(LinkLostError, match="reading from serial://"):
        port.read(1, soon())
    puller.join()


def test_a_hang_up_before_a_write_is_a_lost_link(terminal: Terminal, port: SerialPort) -> None:
    port.write(b"?", soon())
    terminal.hang_up()
    with pytest.raises(LinkLostError, match="writing to serial://"):
        port.write(b"!", soon())


def test_a_hang_up_while_writing_is_a_lost_link(terminal: Terminal, port: SerialPort) -> None:
    puller = threading.Timer(0.05, terminal.hang_up)
    puller.start()
    with pytest.raises(LinkLostError, match="writing to serial://"):
        port.write(bytes(1 << 20), soon())
    puller.join()


def test_after_a_lost_link_the_port_is_opened_anew(tmp_path: Path) -> None:
    """By its name, behind which there is another terminal by then."""
    link = tmp_path / "port"
    port = SerialPort(SerialUri(str(link)))
    for number in (b"1", b"2"):
        terminal = Terminal()
        link.unlink(missing_ok=True)
        link.symlink_to(terminal.path)
        port.write(number, soon())
        assert terminal.take(1) == number
        terminal.hang_up()
        with pytest.raises(LinkLostError):
            port.write(b"x", soon())
    link.unlink()
    with pytest.raises(NotReachableError):
        port.write(b"x", soon())


def test_a_close_of_a_hung_up_port_raises_nothing(terminal: Terminal, port: SerialPort) -> None:
    port.finish_request(soon())
    terminal.hang_up()
    port.close()


@pytest.mark.parametrize("name", ["nothing", "a file", "."])
def test_what_is_no_port_is_not_reachable(tmp_path: Path, name: str) -> None:
    (tmp_path / "a file").write_text("text")
    port = SerialPort(SerialUri(str(tmp_path / name)))
    with pytest.raises(NotReachableError, match=r"can't be opened .* the cable in$"):
        port.write(b"x", soon())
    with pytest.raises(NotReachableError):
        port.finish_request(soon())
    assert (tmp_path / "a file").read_text() == "text"


def test_the_port_is_this_process_own_while_it_is_open(
    terminal: Terminal, port: SerialPort
) -> None:
    second = SerialPort(SerialUri(terminal.path))
    port.finish_request(soon())
    with pytest.raises(DeviceBusyError, match=r"in use by another program; end it and try again$"):
        second.write(b"x", soon())
    port.close()
    second.write(b"x", soon())
    second.close()


@pytest.mark.parametrize(
    ("parity", "bits"),
    [("none", 0), ("even", termios.PARENB), ("odd", termios.PARENB | termios.PARODD)],
)
def test_parity_is_set_at_open(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, parity: str, bits: int
) -> None:
    """What is asked of the kernel is looked at, and not asked: a pseudo-terminal has no parity and refuses it."""
    asked: list[int] = []
    really = termios.tcsetattr

    def note(fd: int, when: int, attributes: list[Any]) -> None:
        asked.append(attributes[2] & (termios.PARENB | termios.PARODD | termios.CSIZE))
        attributes[2] &= ~(termios.PARENB | termios.PARODD)
        really(fd, when, attributes)

    monkeypatch.setattr(termios, "tcsetattr", note)
    port = SerialPort(SerialUri(terminal.path, parity=parity))
    port.write(b"x", soon())
    port.close()
    assert set(asked) == {bits | termios.CS8}


def test_an_odd_rate_and_flow_control_can_be_set(terminal: Terminal) -> None:
    port = SerialPort(SerialUri(terminal.path, baud=3_999_999, flow="rtscts"))
    port.write(b"x", soon())
    assert terminal.take(1) == b"x"
    port.close()
