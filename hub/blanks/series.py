"""Series of blanks and their kind: WNI (citizens) and WNA (foreign residents) are never counted together.

A series is declared once and keeps its kind. One that nobody declared is counted apart from both.
"""

from datetime import datetime

import sqlalchemy as sa

from hub.blanks.errors import DocumentError
from hub.tables import blanks

_SERIES = blanks.blank_series

KINDS = blanks.KINDS
UNDECLARED = "-"


def declare(connection: sa.Connection, series: str, kind: str, by: str, at: datetime) -> None:
    """Say what kind of blanks a series is; saying the same again changes nothing.

    Raises:
        DocumentError: it was declared as the other kind.
    """
    assert kind in KINDS, kind
    known = kind_of(connection, series)
    if known == kind:
        return
    if known != UNDECLARED:
        raise DocumentError(f"series {series} is {known}: give the {kind} blanks another series")
    connection.execute(sa.insert(_SERIES), {"series": series, "kind": kind, "at": at, "by": by})


def kind_of(connection: sa.Connection, series: str) -> str:
    """Return WNI, WNA or UNDECLARED."""
    query = sa.select(_SERIES.c.kind).where(_SERIES.c.series == series)
    return connection.execute(query).scalar() or UNDECLARED


def kinds(connection: sa.Connection) -> dict[str, str]:
    """Return the kind of every declared series."""
    return {row.series: row.kind for row in connection.execute(sa.select(_SERIES))}


def of_kind(connection: sa.Connection, kind: str) -> list[str]:
    """Return the series of a kind."""
    query = sa.select(_SERIES.c.series).where(_SERIES.c.kind == kind)
    return list(connection.execute(query.order_by(_SERIES.c.series)).scalars())


def demand(connection: sa.Connection, series: str) -> str:
    """Return the kind of a series that must be declared.

    Raises:
        DocumentError: nobody has said whether it is WNI or WNA.
    """
    kind = kind_of(connection, series)
    if kind == UNDECLARED:
        raise DocumentError(
            f"nobody said what series {series} is: `ktp-hub blanks series {series} --kind WNI`"
        )
    return kind
