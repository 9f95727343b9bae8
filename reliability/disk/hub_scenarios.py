"""What the office's hub writes, each as a scenario of its real transactions on a hub made before."""

from collections.abc import Callable, Mapping

from hub import service
from prr.exchange import Outcome
from prr.record import Right
from support.hub_office import Office, Teller

HubScenario = Callable[[Office, Callable[[], None]], None]


def taken_in(office: Office, begin: Callable[[], None]) -> None:
    """A file of records is judged and taken in."""
    begin()
    office.import_records(1, 2)


def granted(office: Office, begin: Callable[[], None]) -> None:
    """A claim is answered."""
    office.add_station()
    office.import_records(1, 2)
    begin()
    office.claim(count=2, key="00000000-0000-4000-8000-000000000001")


def told(office: Office, begin: Callable[[], None]) -> None:
    """A station tells of blanks loaded and a card printed."""
    office.add_station()
    office.import_records(1)
    office.load(count=5)
    grant = office.claim(key="00000000-0000-4000-8000-000000000002").grants[0]
    teller = Teller(office)
    begin()
    teller.load(5)
    teller.tell(teller.report(Outcome.PRINTED, grant))


def taken_back(office: Office, begin: Callable[[], None]) -> None:
    """A record is taken back before anybody asked for it."""
    office.import_records(1)
    begin()
    service.revoke(office.hub, Right(record_id="R000001", issue_no=1))


HUB_SCENARIOS: Mapping[str, HubScenario] = {
    f"hub {made.__name__.replace('_', ' ')}": made for made in (taken_in, granted, told, taken_back)
}
