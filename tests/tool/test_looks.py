"""list, status, probe, supplies, watch against the emulator process: what they say, and that no card moves."""

import os
import signal
import subprocess

from support.office import Printer, wait_until
from support.tool import DEADLINE_S, PROGRAM, ktp_printer


def test_probe_over_each_medium(looked_at: Printer, medium: str) -> None:
    found = ktp_printer(
        "probe", "--device", looked_at.uri(medium), "--json", "--deadline", DEADLINE_S
    ).json
    assert (found["make_and_model"], found["serial"]) == ("Evolis Primacy 2", "UJI0000001")
    assert (found["state"], found["card_inside"]) == ("idle", False)
    assert looked_at.truth()["cards_fed"] == 0


def test_supplies_alone(looked_at: Printer, medium: str) -> None:
    arguments = ("--device", looked_at.uri(medium), "--deadline", DEADLINE_S)
    found = ktp_printer("supplies", *arguments, "--json").json
    assert set(found) == {"device", "supplies"}
    assert {"name", "kind", "capacity_prints", "remaining_prints"} == set(found["supplies"][0])
    shown = ktp_printer("supplies", *arguments)
    assert shown.code == 0
    assert found["supplies"][0]["name"] in shown.out
    assert looked_at.truth()["cards_fed"] == 0


def test_status_over_each_medium(looked_at: Printer, medium: str) -> None:
    device = looked_at.uri(medium)
    found = ktp_printer("status", "--device", device, "--json", "--deadline", DEADLINE_S).json
    assert (found["state"], found["reasons"], found["job_active"]) == ("idle", [], False)


def test_two_equal_printers_are_told_apart(looked_at: Printer, its_twin: Printer) -> None:
    hosts = [printer.tcp_uri.removeprefix("tcp://") for printer in (looked_at, its_twin)]
    asked = [word for host in hosts for word in ("--tcp", host)]
    lines = ktp_printer("list", *asked, "--json", "--deadline", DEADLINE_S).json["printers"]
    named = {line["uri"]: (line["make_and_model"], line["serial"]) for line in lines}
    assert named[looked_at.tcp_uri] == ("Evolis Primacy 2", "UJI0000001")
    assert named[its_twin.tcp_uri] == ("Evolis Primacy 2", "UJI0000002")


def test_a_host_where_nobody_is_stays_in_the_list(looked_at: Printer) -> None:
    host = looked_at.tcp_uri.removeprefix("tcp://")
    done = ktp_printer("list", "--tcp", "127.0.0.1:1", "--tcp", host, "--deadline", DEADLINE_S)
    assert done.code == 0
    assert "takes no connection" in " ".join(done.out.split())
    assert "UJI0000001" in done.out


def test_a_watch_sees_the_cover_open_and_close(printer: Printer) -> None:
    command = [
        PROGRAM, "watch", "--device", printer.tcp_uri, "--json", "--interval", "0.1",
        "--deadline", DEADLINE_S,
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert '"state": "idle"' in process.stdout.readline()
            printer.tell("open-cover")
            assert "cover-open" in process.stdout.readline()
            printer.tell("close-cover")
            assert '"state": "idle"' in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_a_printer_that_is_switched_off_is_a_line_and_the_watch_goes_on(printer: Printer) -> None:
    command = [
        PROGRAM, "watch", "--device", printer.tcp_uri, "--interval", "0.1", "--deadline", "5"
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert "idle" in process.stdout.readline()
            printer.tell("power-cut")
            assert "idle" not in process.stdout.readline()
            printer.tell("power-on")
            lines = iter(process.stdout.readline, "")
            assert any(line.rstrip().endswith("idle") for line in lines)
        finally:
            process.kill()


def test_a_watch_ends_after_so_many_looks(looked_at: Printer) -> None:
    done = ktp_printer(
        "watch", "--device", looked_at.tcp_uri, "--looks", "3", "--interval", "0.1",
        "--deadline", DEADLINE_S,
    )  # fmt: skip
    assert (done.code, done.errors) == (0, "")
    assert done.out.count("\n") == 1, "three looks that saw the same are one line"


def test_nobody_there() -> None:
    done = ktp_printer("supplies", "--device", "tcp://127.0.0.1:1")
    assert done.code == os.EX_UNAVAILABLE
    assert "takes no connection" in done.sentence


def test_a_watch_of_nobody_says_so_and_is_no_failure() -> None:
    done = ktp_printer("watch", "--device", "tcp://127.0.0.1:1", "--looks", "1")
    assert (done.code, done.errors) == (0, "")
    assert "takes no connection" in done.out


def test_a_look_over_usb_lets_go_of_the_device(printer: Printer) -> None:
    """A second command finds the interface free while a watch sits between two looks."""
    command = [
        PROGRAM, "watch", "--device", printer.usb_uri, "--interval", "30", "--deadline", DEADLINE_S
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert "idle" in process.stdout.readline()
            status = ("status", "--device", printer.usb_uri, "--deadline", DEADLINE_S)
            wait_until(lambda: ktp_printer(*status).code == 0, "a free device")
        finally:
            process.kill()
