"""Our top-level names are common words; another distribution with the same name would shadow ours in silence."""

from importlib.metadata import packages_distributions

from station.errors import StationError

DISTRIBUTION = "ktp-station"
NAMES = ("prr", "drivers", "station")


class PackageTakenError(StationError):
    """Another installed distribution brings a package of one of our names."""


def check_ours() -> None:
    """Check that each of our package names is ours alone.

    Raises:
        PackageTakenError: it is not; the sentence names the other distribution.
    """
    owners = packages_distributions()
    for name in NAMES:
        others = set(owners.get(name, [])) - {DISTRIBUTION}
        if others:
            raise PackageTakenError(
                f"package {name!r} is brought by {', '.join(sorted(others))} too: "
                "install ktp-station into a virtual environment of its own"
            )
