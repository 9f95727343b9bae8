"""Policies as adopted, and caps raised for a day: each a row that stays, with the two people behind it."""

import sqlalchemy as sa

from hub.columns import IsoDay, UtcTime
from hub.metadata import append_only, table

policies = table(
    "policies",
    sa.Column("number", sa.Integer, sa.CheckConstraint("number >= 1"), primary_key=True),
    sa.Column("valid_from", IsoDay, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),  # canonical JSON, with its signature
    sa.Column("sha256", sa.Text, nullable=False),  # of the document
    sa.Column("adopted_at", UtcTime, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.CheckConstraint("asked_by <> approved_by"),
    sa.Index("policies_day", "valid_from", "number"),
)

policy_ranked = table(  # by which policy the rights that wait are ranked
    "policy_ranked",
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
    sa.Column("number", sa.ForeignKey("policies.number"), nullable=False),
)

cap_raises = table(
    "cap_raises",
    sa.Column("raise_id", sa.Text, primary_key=True),
    sa.Column("printer_serial", sa.Text, nullable=False),
    sa.Column("day", IsoDay, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("cards", sa.Integer, sa.CheckConstraint("cards BETWEEN 1 AND 1000"), nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.CheckConstraint("asked_by <> approved_by"),
    sa.UniqueConstraint("printer_serial", "day"),
)

append_only(policies, cap_raises)
