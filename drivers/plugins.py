"""What other distributions add by entry points: found by group and name, loaded only when asked for.

A name claimed by two distributions is an error, never a matter of which comes first on the path: the wrong driver
on the right printer wastes cards.
"""

from importlib.metadata import EntryPoint, entry_points

from drivers.errors import DriverNotFoundError

DRIVERS_GROUP = "ktp_station.drivers"
USB_BACKENDS_GROUP = "ktp_station.usb_backends"


def find_plugin(group: str, name: str) -> EntryPoint:
    """Return the one entry point of that name.

    Raises:
        DriverNotFoundError: nobody or more than one distribution offers it.
    """
    found = list(entry_points(group=group, name=name))
    if not found:
        known = ", ".join(sorted({point.name for point in entry_points(group=group)})) or "none"
        raise DriverNotFoundError(f"no {name!r} is installed in {group} (installed: {known})")
    owners = sorted({point.dist.name if point.dist else "?" for point in found})
    if len(owners) > 1 or len({point.value for point in found}) > 1:
        raise DriverNotFoundError(
            f"{name!r} in {group} is claimed by more than one distribution ({', '.join(owners)}); "
            "uninstall all but one"
        )
    return found[0]


def load_plugin(group: str, name: str) -> object:
    """Import and return what the entry point names.

    Raises:
        DriverNotFoundError: not there, claimed twice, or it can't be imported.
    """
    point = find_plugin(group, name)
    try:
        loaded: object = point.load()
    except (ImportError, AttributeError) as exc:
        raise DriverNotFoundError(
            f"{name!r} in {group} can't be loaded from {point.value}: {exc}"
        ) from exc
    return loaded
