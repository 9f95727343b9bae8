"""The tables of print-once, as every store had them before there were migrations: nothing to do."""

revision = "0002"
down_revision = None


def upgrade() -> None:
    """Do nothing."""
