"""The TCP port with plain sockets: what a host must find, item by item, and what a printer must survive."""

import json
import resource
import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emulator.ports.address import AddressError, parse_address
from emulator.ports.listener import CONNECTIONS_MAX
from support import evolis_job as job
from support.emulated import Bench, emulated, read_answer

IDLE_PRIMACY_2 = bytes.fromhex("00 0014 10 82122000 00000000 00000000 00000000 02 0000")


def test_a_connection_without_a_byte_is_a_status_poll(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        assert bench.raw(b"") == IDLE_PRIMACY_2


def test_text_line_end_nul_and_block_then_the_end(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        assert bench.raw(b"\x1bRfv\r\x00") == b"1450\r\n" + IDLE_PRIMACY_2


def test_commands_may_come_in_single_bytes(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, socket.create_connection(bench.address, 10) as host:
        host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"<MARK>\x00\x1bRtp\r\x00":
            host.sendall(bytes([byte]))
        host.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: host.recv(100), b""))
        assert read_answer(answer).text == "Evolis Primacy 2"


def test_a_session_shows_in_the_block_and_is_freed(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        reply = bench.ask("Psid;2;45")
        assert (reply.text, reply.status.session) == ("OK", 2)
        assert bench.poll().session == 2
        assert bench.ask("Psid;0;45").status.session == 0


def test_a_session_lasts_the_hosts_seconds_whatever_the_speed(tmp_path: Path) -> None:
    with emulated(tmp_path, speed=50_000.0) as bench:
        bench.ask("Psid;2;45")
        for _poll in range(20):
            assert bench.poll().session == 2
        bench.ask("Psid;2;0")
        assert bench.poll().session == 0


def test_identity_ribbon_and_counters(tmp_path: Path) -> None:
    with emulated(tmp_path, serial="77") as bench:
        assert bench.ask("Rtp").text == "Evolis Primacy 2"
        assert bench.ask("Rsn").text == "77"
        tag = dict(line.split(": ") for line in bench.ask("Rrt;all").text.split("\r\n"))
        assert (tag["type"], tag["qty"], tag["count"]) == ("0", "300", "300")
        assert bench.ask("Rrt;count").text == "300"
        assert bench.ask("Rco;card").text == "inserted_head: 0"
        counters = dict(line.split(": ") for line in bench.ask("Rco;clean").text.split("\r\n"))
        assert set(counters) == {
            "rem_advised", "mandatory", "last_periodic", "periodic_global", "advanced_global", "advised",
        }  # fmt: skip
        bench.control.do("remove-ribbon")
        assert bench.ask("Rrt;all").text == "ERR RIB DETECTION"


def test_error_mode_is_read_back(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        assert bench.ask("Rem;1").text == "0"
        assert bench.ask("Pem;2").text == "OK"
        assert bench.ask("Rem;1").text == "2"


def test_an_unknown_verb_and_an_unknown_protocol(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        assert bench.ask("Xyz;1").text == "ERROR CDE"
        assert read_answer(bench.raw(bytes.fromhex("1c6e00000000"))).text == "ERR"
        assert bench.raw(b"\x00") == IDLE_PRIMACY_2


def test_a_motion_is_answered_when_it_is_done(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        assert bench.ask("Si").text == "OK"
        assert bench.ask("Rlr;p").text == "CARD"
        assert bench.ask("Sce").text == "OK"
        assert len(bench.truth()["output"]) == 1


def test_a_job_is_answered_at_once_and_the_claim_tells_its_end(tmp_path: Path) -> None:
    with emulated(tmp_path, speed=1.0) as bench:
        reply = read_answer(bench.raw(job.simplex_job()))
        assert reply.text == "OK"
        assert reply.status.claimed
        bench.raw(job.END_OF_JOB)
        assert bench.poll().claimed
        assert bench.truth()["inside"] is None


def planes_of(
    folder: Path, number: int, side: str = "front"
) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    return {
        path.name.split(".")[2]: np.asarray(Image.open(path))
        for path in sorted(folder.glob(f"{number:06d}.{side}.?.png"))
    }


def test_a_simplex_card_comes_out_as_it_was_sent(tmp_path: Path) -> None:
    dots = [(0, 0), (1, 0), (0, 1), (1015, 647), (0, 647), (1015, 0), (500, 300)]
    with emulated(tmp_path, planes=True) as bench:
        status = bench.print_card(job.simplex_job(120, dots), job.END_OF_JOB)
        assert status.information == status.error == 0
        uid = bench.truth()["output"][0]["uid"]
    planes = planes_of(tmp_path, 1)
    assert sorted(planes) == list("ckmoy")
    assert all(plane.shape == (648, 1016) for plane in planes.values())
    assert all(set(np.unique(planes[panel])) == {120} for panel in "ymc")
    assert {(int(x), int(y)) for y, x in np.argwhere(planes["k"] == 255)} == set(dots)
    assert planes["o"].min() == 255
    front = np.asarray(Image.open(tmp_path / "000001.front.png"))
    assert front.shape == (648, 1016, 3)
    assert front[300, 500].max() < 32
    assert abs(int(front[100, 100, 0]) - 135) < 5
    assert not (tmp_path / "000001.back.png").exists()
    record = json.loads((tmp_path / "000001.json").read_text())
    assert record["uid"] == uid
    assert record["bin"] == "output"
    assert record["panels_used"] == {"front": list("ymcko")}
    assert record["planes"] == {"front": sorted("ymcko")}
    assert record["ribbon"] == "YMCKO"
    assert record["counter"] == 1
    assert record["print_seconds"] >= 12.8


def test_shades_keep_their_place_through_the_wire(tmp_path: Path) -> None:
    plane = job.shaded_plane(lambda x, y: (x * 7 + y * 13) % 256)
    data = job.job_head(0) + job.command("Sr") + job.bitmap("m", 256, plane) + job.END_OF_CARD
    with emulated(tmp_path, planes=True) as bench:
        bench.print_card(data, job.END_OF_JOB)
    y, x = np.mgrid[0:648, 0:1016]
    assert np.array_equal(planes_of(tmp_path, 1)["m"], (x * 7 + y * 13) % 256)


def test_a_duplex_card_has_a_black_back_and_a_mono_card_no_colour(tmp_path: Path) -> None:
    with emulated(tmp_path, planes=True) as bench:
        assert bench.print_card(job.duplex_job(), job.END_OF_JOB).error == 0
        assert bench.print_card(job.mono_job(), job.END_OF_JOB).error == 0
    assert list(planes_of(tmp_path, 1, "back")) == ["k"]
    assert [tuple(dot) for dot in np.argwhere(planes_of(tmp_path, 1, "back")["k"])] == [(2, 1)]
    assert (tmp_path / "000001.back.png").exists()
    assert list(planes_of(tmp_path, 2)) == ["k"]
    assert json.loads((tmp_path / "000002.json").read_text())["ribbon"] == "KBLACK"


def test_an_old_host_without_a_claim_is_served(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        assert read_answer(bench.raw(job.old_job())).text == "OK"
        assert len(bench.truth()["output"]) == 1


def test_magnetic_tracks_over_single_exchanges(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        for text in ("Rem;1", "Pem;2", "Ss", "Pmc;h", "Pmt;1;1", "Dm;1;SPECIMEN", "Smw", "Pem;0"):
            assert not bench.ask(text).text.startswith("ERR")
        bench.ask("Smr")
        assert bench.ask("Rmb;1").text == "SPECIMEN"
        assert bench.ask("Rmb;2").text == "ERROR BLANK TRACK"
        bench.ask("Pem;0")
        bench.ask("Sce")
    record = json.loads((tmp_path / "000001.json").read_text())
    assert record["tracks"] == {"1": {"format": 1, "text": "SPECIMEN"}}


def test_a_reset_answers_refuses_and_comes_back(tmp_path: Path) -> None:
    with emulated(tmp_path, speed=20.0) as bench:
        bench.ask("Psid;2;45")
        assert bench.ask("Srs").text == "OK"
        refused = 0
        while not refused or not alive(bench):
            refused += not alive(bench)
        assert bench.poll().session == 0


def alive(bench: Bench) -> bool:
    try:
        bench.poll()
    except (ConnectionError, AssertionError):
        return False
    return True


def test_a_plane_cut_short_is_forgotten_with_its_connection(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        bench.raw(job.simplex_job()[:500_000])
        assert bench.ask("Rtp").text == "Evolis Primacy 2"
        status = bench.poll()
        assert status.claimed
        bench.raw(job.END_OF_JOB)
        assert not bench.poll().claimed
        assert bench.truth()["inside"]["heated"] is False


# --- faults on the line -------------------------------------------------------------------------


def test_the_line_dies_after_exactly_so_many_bytes(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        bench.control.do("unplug-after", bytes=300_000)
        with pytest.raises(ConnectionError):
            bench.raw(job.simplex_job())
        with pytest.raises(ConnectionRefusedError):
            bench.poll()
        bench.control.do("replug")
        assert bench.poll().claimed
        bench.raw(job.END_OF_JOB)
        assert bench.truth()["inside"] is not None


def test_bytes_before_the_cut_do_arrive(tmp_path: Path) -> None:
    command = b"\x1bPsid;7;45\r"
    with emulated(tmp_path) as bench:
        bench.control.do("unplug-after", bytes=len(command))
        with pytest.raises(ConnectionError):
            bench.raw(command + b"\x00")
        bench.control.do("replug")
        assert bench.poll().session == 7


def test_silence_garbage_and_half_a_reply_come_as_often_as_asked(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        bench.control.do("silence")
        with socket.create_connection(bench.address, 10) as host:
            host.sendall(b"\x1bPsid;9;45\r\x00")
            host.shutdown(socket.SHUT_WR)
            host.settimeout(0.2)
            with pytest.raises(TimeoutError):
                host.recv(1)
        assert bench.poll().session == 9  # it heard, it only did not answer
        bench.control.do("garbage", answers=2)
        noise = {bench.raw(b""), bench.raw(b"\x1bRtp\r")}
        assert len(noise) == 2
        assert all(len(data) == 64 for data in noise)
        bench.control.do("half-reply")
        assert bench.raw(b"\x1bRfv\r") == (b"1450\r\n" + IDLE_PRIMACY_2[:-2] + b"\x00\x09")[:14]
        assert bench.ask("Rfv").text == "1450"


def test_a_power_cut_kills_connections_and_keeps_the_card(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, socket.create_connection(bench.address, 10) as host:
        bench.ask("Si")
        host.sendall(b"\x1bRt")
        bench.control.do("power-cut")
        with pytest.raises(ConnectionResetError):
            host.recv(100)
        with pytest.raises(ConnectionRefusedError):
            bench.poll()
        assert bench.truth()["powered"] is False
        bench.control.do("power-on")
        assert bench.ask("Rlr;p").text == "CARD"
        assert bench.truth()["counter"] == 1


# --- abuse --------------------------------------------------------------------------------------


def test_many_connections_are_bounded_and_the_printer_lives(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        hosts = [socket.create_connection(bench.address, 10) for _host in range(500)]
        for host in hosts:
            host.settimeout(10)
        closed = [host for host in hosts if is_closed(host)]
        assert len(closed) >= 500 - CONNECTIONS_MAX
        for host in hosts:
            host.close()
        assert eventually_polls(bench)


def is_closed(host: socket.socket) -> bool:
    host.settimeout(0.02)
    try:
        return host.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def eventually_polls(bench: Bench) -> bool:
    for _attempt in range(200):
        try:
            return bench.raw(b"") == IDLE_PRIMACY_2
        except ConnectionError:
            continue
    return False


def test_a_hundred_megabytes_of_noise_take_no_memory(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, 1_000_000, dtype=np.uint8).tobytes()
    with emulated(tmp_path) as bench:
        bench.raw(noise)
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with socket.create_connection(bench.address, 60) as host:
            for _megabyte in range(100):
                host.sendall(noise)
            host.shutdown(socket.SHUT_WR)
            assert host.recv(100)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 8_000
        assert bench.ask("Rtp").text == "Evolis Primacy 2"


def test_planes_from_many_hosts_at_once_take_the_memory_of_one(tmp_path: Path) -> None:
    """Each announces the largest plane and sends almost all of it."""
    data = b"\x1bDbx;y;256;1200;300;" + bytes(2_600_000)
    with emulated(tmp_path) as bench:
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        threads = [
            threading.Thread(target=send_and_leave, args=(bench, data)) for _host in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 30_000
        assert bench.ask("Rtp").text == "Evolis Primacy 2"


def send_and_leave(bench: Bench, data: bytes) -> None:
    with socket.create_connection(bench.address, 30) as host:
        host.sendall(data)


@pytest.mark.parametrize(
    "text", ["tcp:0.0.0.0:9100", "tcp:192.168.1.2:9100", "tcp:[::]:1", "tcp:printer:1"]
)
def test_only_loopback_is_listened_on(text: str) -> None:
    with pytest.raises(AddressError):
        parse_address(text, ("tcp",))
    assert parse_address("tcp:localhost:9100", ("tcp",)).host == "127.0.0.1"


@pytest.mark.parametrize(
    "text", ["tcp:127.0.0.1", "usb:127.0.0.1:1", "tcp:127.0.0.1:99999", "", "tcp::1"]
)
def test_addresses_that_are_none_get_a_sentence(text: str) -> None:
    with pytest.raises(AddressError, match=" "):
        parse_address(text, ("tcp", "usbip"))
