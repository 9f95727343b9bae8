"""Every table of the hub: what a new store is made of, and what its migrations must come to."""

from hub import schema
from hub.metadata import metadata
from hub.tables import blanks, letterheads, policies

__all__ = ["blanks", "letterheads", "metadata", "policies", "schema"]
