"""The fault office: a fault strikes where it is told to, and an unlawful card does not go unseen."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from reliability.child import Fault
from reliability.commits import commits
from reliability.kill.campaign import point
from reliability.kill.groups import GROUPS
from reliability.network.campaign import line_to
from reliability.network.proxy import FAULTS
from reliability.office import FaultOffice, UnlawfulError, open_hub
from reliability.outside import python
from reliability.power import ext4
from support.office import HubProcess, wait_until


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    hub = open_hub(tmp_path_factory.mktemp("hub"))
    yield hub
    hub.end()


@pytest.fixture
def office(
    hub: HubProcess, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[FaultOffice]:
    name = f"F{abs(hash(request.node.name)) % 10**6}"
    office = FaultOffice.open(hub, tmp_path / name, name)
    yield office
    office.close()


def test_every_group_has_a_name_of_its_own() -> None:
    assert len({str(group) for group in GROUPS}) == len(GROUPS)


def test_a_fault_strikes_the_daemon_at_its_call(office: FaultOffice) -> None:
    office.give(1)
    child = office.start(fault=Fault("fdatasync", "SIGKILL", 3))
    wait_until(lambda: child.poll() is not None, "killed")
    assert child.code == -signal.SIGKILL
    assert child.struck()
    child = office.start(fault=Fault("fdatasync", "SIGKILL", 9999))
    wait_until(lambda: office.people.look() or office.printed() == 2, "printed, or a doubt")
    child.end()
    assert not child.struck()


def test_a_card_fed_behind_the_books_is_seen(office: FaultOffice) -> None:
    office.check()
    office.printer.tell("add-blanks", count=1)
    with pytest.raises(UnlawfulError, match="blanks are there"):
        office.check()


def test_a_record_on_two_cards_is_seen(office: FaultOffice) -> None:
    (look,) = office.seen
    office.seen = {look: 99}  # as if another card had borne the same picture
    office.judged.clear()
    with pytest.raises(UnlawfulError, match="same record"):
        office.check()


def test_a_fault_in_the_recovery_from_a_fault() -> None:
    assert point("press,fdatasync,SIGKILL,after SIGKILL sendto", 2)


def test_the_proxy_spoils_the_message_it_is_told_to(hub: HubProcess) -> None:
    import httpx

    with line_to(hub) as line:
        assert httpx.get(f"{line.url}/no-such-page").status_code == 404
        line.arm(FAULTS[0], 2)
        assert httpx.get(f"{line.url}/no-such-page").status_code == 404
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{line.url}/no-such-page")
        told = line.arm("", 0)
    assert told == {"struck": True, "messages": 2}


def test_a_store_counts_its_commits(office: FaultOffice) -> None:
    store = office.folder / "state" / "station.sqlite"
    before = commits(store)
    with office.station.desk() as desk:
        desk.load(1, "ani")
    assert commits(store) == before + 1


@pytest.mark.skipif(ext4.why_not() is not None, reason=str(ext4.why_not()))
def test_real_power_cuts_find_a_daemon_that_syncs_too_little() -> None:
    import json
    import subprocess

    from reliability.lanes import environment

    words = ["unshare", "-m", "--propagation", "private", *python("reliability.power", 7, 12)]
    done = subprocess.run(
        [*words, "TRUNCATE/NORMAL"], env=environment(), check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout)["commits_lost"] > 0
