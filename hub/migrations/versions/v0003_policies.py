"""Policies, caps raised for a day, and the indexes by which a policy is put to work."""

import sqlalchemy as sa
from alembic import op

from hub.migrations.triggers import append_only

revision = "0003"
down_revision = "0002"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _policies()
    _cap_raises()
    op.create_index("rights_classes", "rights", ["state", "class_rank"])
    op.create_index("claims_day", "claims", ["at"])


def _policies() -> None:
    op.create_table(
        "policies",
        sa.Column("number", WHOLE, sa.CheckConstraint("number >= 1"), primary_key=True),
        sa.Column("valid_from", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("adopted_at", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("asked_by <> approved_by"),
        sqlite_strict=True,
    )
    op.create_index("policies_day", "policies", ["valid_from", "number"])
    append_only("policies")
    op.create_table(
        "policy_ranked",
        sa.Column("id", WHOLE, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("number", WHOLE, sa.ForeignKey("policies.number"), nullable=False),
        sqlite_strict=True,
    )


def _cap_raises() -> None:
    op.create_table(
        "cap_raises",
        sa.Column("raise_id", sa.Text, primary_key=True),
        sa.Column("printer_serial", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("cards", WHOLE, sa.CheckConstraint("cards BETWEEN 1 AND 1000"), nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("asked_by <> approved_by"),
        sa.UniqueConstraint("printer_serial", "day"),
        sqlite_strict=True,
    )
    append_only("cap_raises")
