"""What only a family with sessions and jobs that can be ended owes the press; over every medium."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.card import CardDesign
from drivers.driver import Commit
from drivers.errors import SessionHeldError
from support.families import EVOLIS
from support.printer_faces import blank_face, drawn_face
from support.printer_rig import Rig, emulated


@pytest.fixture(params=EVOLIS.media)
def evolis_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with emulated(request.param, tmp_path, family=EVOLIS) as found:
        yield found


def test_a_restarted_host_ends_its_lost_job_where_that_is_safe(evolis_rig: Rig) -> None:
    script = evolis_rig.driver.print_script(evolis_rig.driver.encode(CardDesign(drawn_face())))
    run = evolis_rig.link.start(script)
    while not isinstance(run.advance(), Commit):
        pass
    for _ in range(3):  # part one: its bytes, the zero byte, its answer
        run.advance()
    script.close()
    evolis_rig.reconnect()
    found = evolis_rig.complete(evolis_rig.driver.finish_script())
    if evolis_rig.uri.startswith("tcp"):
        assert found.job_active is False
        assert found.counter == 1
        assert len(evolis_rig.emulator.truth()["output"]) == 1
    else:
        assert found.job_active is True
    assert evolis_rig.emulator.truth()["cards_fed"] == 1


def test_another_hosts_session_is_respected(evolis_rig: Rig) -> None:
    evolis_rig.link.send(b"\x1bPsid;2;45\r")
    on_a_line = evolis_rig.uri.startswith("serial")
    evolis_rig.link.receive(5.0, whole=bool if on_a_line else None)
    with pytest.raises(SessionHeldError):
        evolis_rig.print_card(blank_face())
    assert evolis_rig.commits == []
