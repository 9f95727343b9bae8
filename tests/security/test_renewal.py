"""Renewal: in the last third of a certificate's life, for the same key, without ever standing in the way of a card."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import authority
from prr.enrolment import RenewalAsked
from station import identity
from station.errors import HubRefusedError
from station.hub_client import HubClient
from station.hub_line import RENEWAL_PAUSE_S, CertifiedLine
from station.identity import renewal_due
from support.stations import SetClock
from support.tls_office import DAY, NOW, Kiosk, TlsHub

AT = datetime(2026, 3, 2, tzinfo=UTC)


def shown(kiosk: Kiosk) -> bytes:
    return authority.der(identity.Identity.at(kiosk.place.state_dir, None).certificate())


@given(st.floats(min_value=-1, max_value=100, allow_nan=False))
def test_due_in_the_last_third(days: float) -> None:
    ca = authority.make(AT)
    request = authority.request_of(identity.request(KEY, "P1"))
    certificate = ca.for_station(request, "P1", AT)
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    now = AT + timedelta(days=days)
    assert renewal_due(certificate, now) == ((now - begin) / (end - begin) >= 2 / 3)


KEY = identity.new_key()


def test_a_young_certificate_is_left_alone(hub: TlsHub, tmp_path: Path) -> None:
    kiosk = hub.kiosk("YOUNG", tmp_path)
    before, line = shown(kiosk), kiosk.line()
    line.keep_up()
    line.close()
    assert shown(kiosk) == before


def test_an_old_one_is_renewed_for_the_same_key_and_used(hub: TlsHub, tmp_path: Path) -> None:
    kiosk = hub.kiosk("OLD", tmp_path)
    key_file = kiosk.place.state_dir / identity.KEY_FILE
    before, key = shown(kiosk), key_file.read_bytes()
    line = line_at(kiosk, NOW + 61 * DAY)
    client = line.client()
    line.keep_up()
    assert line.client() is not client  # shows the new one
    assert line.client().get("/v1/health").status_code == 200
    line.close()
    assert shown(kiosk) != before
    assert key_file.read_bytes() == key


def test_the_courier_renews_by_its_regular_word(hub: TlsHub, tmp_path: Path) -> None:
    """`HubClient.sync` does it; the courier calls nothing else."""
    kiosk = hub.kiosk("WORD", tmp_path)
    before = shown(kiosk)
    client = HubClient(kiosk.config.hub, line_at(kiosk, NOW + 61 * DAY))
    with pytest.raises(
        AttributeError
    ):  # what is synced is no matter here: the line is kept up first
        client.sync(None)  # type: ignore[arg-type]
    client.close()
    assert shown(kiosk) != before


def test_a_renewal_that_fails_is_tried_an_hour_later_and_stops_nothing(
    hub: TlsHub, tmp_path: Path
) -> None:
    kiosk = hub.kiosk("DENIED", tmp_path)
    before = shown(kiosk)
    hub.revoke("DENIED")
    clock = SetClock(at=NOW + 61 * DAY)
    line = CertifiedLine(kiosk.config, clock)
    line.keep_up()
    assert shown(kiosk) == before
    assert line._next_renewal_s == clock.seconds + RENEWAL_PAUSE_S
    line.close()


def test_a_revoked_station_is_not_renewed(hub: TlsHub, tmp_path: Path) -> None:
    kiosk = hub.kiosk("REVOKED", tmp_path)
    hub.revoke("REVOKED")
    line = kiosk.line()
    with pytest.raises(HubRefusedError, match="ktp-station enrol") as caught:
        line.renew()
    line.close()
    assert caught.value.code == "CERTIFICATE_REVOKED"


def test_another_key_is_not_renewed(hub: TlsHub, tmp_path: Path) -> None:
    kiosk = hub.kiosk("REKEY", tmp_path)
    asked = RenewalAsked(station="REKEY", request=identity.request(identity.new_key(), "REKEY"))
    line = kiosk.line()
    answer = line.client().post("/v1/renewals", content=asked.canonical())
    line.close()
    assert (answer.status_code, answer.json()["code"]) == (422, "CERTIFICATE_REQUEST_INVALID")


def test_the_certificate_before_stays_good_if_the_answer_is_lost(
    hub: TlsHub, tmp_path: Path
) -> None:
    kiosk = hub.kiosk("LOST", tmp_path)
    for _ in range(2):
        line = kiosk.line()
        asked = RenewalAsked(
            station="LOST",
            request=identity.request(
                identity.Identity.at(kiosk.place.state_dir, None).key(), "LOST"
            ),
        )
        assert line.client().post("/v1/renewals", content=asked.canonical()).status_code == 200
        line.close()


def line_at(kiosk: Kiosk, now: datetime) -> CertifiedLine:
    return CertifiedLine(kiosk.config, SetClock(at=now))
