"""Drivers by name. Ours and a stranger's register alike, in the entry-point group `ktp_station.drivers`.

An entry point names a class with an `api_version`, a `for_uri` and the methods of `drivers.driver.Driver`:

    [project.entry-points."ktp_station.drivers"]
    evolis = "drivers.evolis.driver:EvolisDriver"
"""

from typing import Protocol, cast

from drivers.driver import API_VERSION, Driver
from drivers.errors import DriverNotFoundError
from drivers.plugins import DRIVERS_GROUP, load_plugin
from drivers.uri import DeviceUri, parse_uri

DRIVER_DEFAULT = "evolis"


class DriverClass(Protocol):
    """What an entry point of the group must be: a class that makes drivers."""

    api_version: int

    def for_uri(self, uri: DeviceUri) -> Driver:
        """Make a driver fit for the medium of that URI; opens nothing."""


def driver_for(uri: str | DeviceUri, name: str = DRIVER_DEFAULT) -> Driver:
    """Make the driver of that name for a device; opens nothing.

    Raises:
        UriError: the URI names no device.
        DriverNotFoundError: no such driver, claimed twice, or made for another API version.
    """
    device = parse_uri(uri) if isinstance(uri, str) else uri
    loaded = load_plugin(DRIVERS_GROUP, name)
    version = getattr(loaded, "api_version", None)
    if version != API_VERSION:
        raise DriverNotFoundError(
            f"driver {name!r} is made for driver API {version}, this station has {API_VERSION}; "
            "install a driver version that fits"
        )
    if not hasattr(loaded, "for_uri"):
        raise DriverNotFoundError(f"driver {name!r} has no for_uri and is no driver class")
    return cast("DriverClass", loaded).for_uri(device)
