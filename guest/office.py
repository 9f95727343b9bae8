"""The office the guest works in, made on the host before it boots: a hub with records and blanks, two stations.

The same person stands in every record, so that cards printed over different cables can be compared.
"""

import json
import random
from pathlib import Path

from guest import plan
from hub import home, service, stations
from hub.intake import import_file
from station.demo.sample import record

SETTINGS = """
[press]
approval = "person"

[courier]
sync_s = 0.5
backoff_s_max = 2
"""


def make(folder: Path) -> None:
    """Make hub and stations in a folder that becomes the data drive.

    Raises:
        HubError: the hub refused something.
    """
    home.init(folder / "hub", "Asia/Jakarta", 50, plan.SERIES)
    with home.opened(folder / "hub") as hub:
        service.receive_blanks(hub, plan.SERIES, 4 * plan.BLANKS, "BAST-1")
        for station, uri, records in (
            (plan.USB_STATION, plan.TCP_URI, plan.USB_RECORDS),
            (plan.SERIAL_STATION, plan.SERIAL_URI, plan.SERIAL_RECORDS),
        ):
            new = stations.NewStation(
                station, station, url=f"http://127.0.0.1:{plan.HUB_PORT}", printer_uri=uri,
                state_dir="state",
            )  # fmt: skip
            place = folder / station
            (place / "state").mkdir(parents=True)
            (place / "station.toml").write_text(stations.add(hub, new) + SETTINGS)
            service.send_blanks(hub, station, plan.SERIES, plan.BLANKS, f"KIRIM-{station}")
            given = import_file(hub, _records(folder / "records.jsonl", station, records))
            assert given.accepted == len(records)


def _records(path: Path, site: str, names: tuple[str, ...]) -> Path:
    fields = record(1, random.Random(7)).model_dump(mode="json")
    lines = (json.dumps(fields | {"record_id": name, "site": site}) for name in names)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def accounts(hub_folder: Path, station: str) -> dict[str, int]:
    """Return the balances of a station's blanks in the hub's ledger."""
    with home.opened(hub_folder) as hub:
        balances = service.stock(hub)[plan.SERIES]
    prefix = f"station:{station}:"
    return {name.removeprefix(prefix): n for name, n in balances.items() if name.startswith(prefix)}
