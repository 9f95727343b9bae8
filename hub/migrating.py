"""Brings a store of an earlier version to this one, by Alembic's revisions in `hub/migrations`.

Revision `0003` comes to schema version 3, and so on. The store's own version is the truth, which every opening checks;
what Alembic notes of it in a table is written anew from it each time. There is no way back: a copy is made before.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from hub.db import Store

_FOLDER = Path(__file__).with_name("migrations")


def migrate(address: Path | str) -> int:
    """Bring the store of a file or a PostgreSQL URI to this version; return the version it had.

    Raises:
        StoreError: it is missing, foreign, newer, out of reach, or the disk failed; nothing was changed.
    """
    return Store.migrate(address, _upgrade)


def _upgrade(connection: sa.Connection, version: int) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.stamp(config, f"{version:04}", purge=True)
    command.upgrade(config, "head")
