"""The control link: what a person can do, and that a wrong order gets a sentence and changes nothing."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from emulator.control_client import ControlClient, ControlError
from support import evolis_job as job
from support.emulated import emulated


def test_truth_tells_where_every_card_is(tmp_path: Path) -> None:
    with emulated(tmp_path, blanks=4) as bench:
        bench.print_card(job.mono_job(), job.END_OF_JOB)
        bench.ask("Si")
        bench.ask("Ser")
        bench.ask("Si")
        truth = bench.truth()
        assert (truth["received"], truth["withdrawn"], truth["cards_fed"]) == (4, 0, 3)
        assert truth["counter"] == 3
        assert [card["number"] for card in truth["output"]] == [1]
        assert [card["number"] for card in truth["reject"]] == [2]
        assert truth["inside"]["position"] == "print"
        uids = [card["uid"] for card in truth["output"] + truth["reject"]]
        uids += [truth["inside"]["uid"], *truth["hopper"]["uids"]]
        assert len(set(uids)) == 4
        assert (tmp_path / truth["output"][0]["picture"]).exists()
        ribbon = truth["ribbon"]
        assert (ribbon["type"], ribbon["remaining"], ribbon["capacity"]) == ("KBLACK", 1999, 2000)
        assert (ribbon["torn"], ribbon["fade"]) == (False, 0.0)
        assert truth["commands"][-1] == "Si"


def test_a_person_fills_empties_and_frees(tmp_path: Path) -> None:
    with emulated(tmp_path, blanks=3) as bench:
        assert bench.control.do("empty-hopper") == {"ok": True, "taken": 3}
        assert bench.poll().warning == 0x01000000
        assert bench.control.do("add-blanks", count=2)["hopper"] == 2
        bench.control.do("open-cover")
        assert bench.poll().warning == 0x00020000
        bench.control.do("close-cover")
        bench.ask("Pem;2")
        bench.control.do("jam", where="at-exit")
        bench.ask("Si")
        assert bench.ask("Sce").text == "ERROR MECA"
        assert bench.truth()["inside"]["position"] == "eject"
        assert bench.ask("Scs").text == "ERROR MECA"
        bench.control.do("clear-jam")
        assert bench.ask("Scs").text == "OK"
        truth = bench.truth()
        assert truth["inside"] is None
        assert len(truth["reject"]) == 1
    assert json.loads((tmp_path / "000001.json").read_text())["by_hand"] is True


def test_ribbon_heat_and_tray(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        bench.control.do("ribbon", remaining=5)
        assert bench.ask("Rrt;count").text == "5"
        assert bench.poll().information & 0x00080000
        bench.control.do("ribbon", type="YMCKOK")
        assert bench.ask("Rrt;type").text == "4"
        bench.control.do("heat", head_c=90)
        assert bench.truth()["head_c"] > 25
        bench.control.do("output-capacity", cards=0)
        assert bench.poll().warning & 0x00100000
        bench.control.do("output-capacity", cards=None)
        assert not bench.poll().warning & 0x00100000


def test_waiting_ends_when_the_cards_are_out_or_the_time_is_up(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        with pytest.raises(ControlError, match=r"1 cards had not left within 0\.01 s"):
            bench.control.do("wait-cards", count=1, within_s=0.01)
        bench.raw(job.mono_job() + job.END_OF_JOB)
        assert bench.control.do("wait-cards", count=1)["output"]


@pytest.mark.parametrize(
    "order",
    [
        {"do": "fly"}, {"do": 5}, {}, {"do": "jam"}, {"do": "jam", "where": "nowhere"},
        {"do": "add-blanks"}, {"do": "add-blanks", "count": -1}, {"do": "add-blanks", "count": 10**9},
        {"do": "add-blanks", "count": True}, {"do": "ribbon", "type": "GOLD"},
        {"do": "ribbon", "remaining": 301}, {"do": "unplug-after", "bytes": 0},
        {"do": "stall", "endpoint": "up"}, {"do": "busy", "on": 1}, {"do": "heat"},
        {"do": "wait-idle", "within_s": "long"}, [], None, "truth",
    ],
)  # fmt: skip
def test_a_wrong_order_gets_a_sentence_and_changes_nothing(tmp_path: Path, order: Any) -> None:
    with emulated(tmp_path) as bench:
        before = {**bench.truth(), "machine_s": 0}
        answers = raw_orders(bench.control_address, json.dumps(order).encode() + b"\n")
        assert [list(answer) for answer in answers] == [["error"]]
        assert {**bench.truth(), "machine_s": 0} == before


def test_noise_gets_sentences_too(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        answers = raw_orders(bench.control_address, b'nonsense\n\xff\xfe\n\n{"do": "truth"}\n')
        assert ["error" in answer for answer in answers] == [True, True, True, False]
        (answer,) = raw_orders(bench.control_address, b"[" * 60_000 + b"\n")
        assert "error" in answer
        (answer,) = raw_orders(bench.control_address, b" " * 100_000 + b"\n")
        assert "at most" in answer["error"]


def raw_orders(address: str, data: bytes) -> list[dict[str, Any]]:
    _, host, port = address.split(":")
    with socket.create_connection((host, int(port)), 10) as link:
        link.sendall(data)
        link.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while chunk := link.recv(65_536):
                received += chunk
        except ConnectionResetError:
            pass  # it closed on more than it wanted to read; what it said came before
    return [json.loads(line) for line in received.splitlines()]


def test_nobody_there_is_said_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ControlError, match="is it running"):
            ControlClient(f"tcp:127.0.0.1:{taken.getsockname()[1]}")
