"""How the office calls itself on paper, the numbers it gave, and the reports it made.

All append-only: a new name counts from its moment, and a number is given once.
"""

import sqlalchemy as sa

from hub.columns import UtcTime
from hub.metadata import append_only, table

offices = table(  # how the office calls itself; the last row counts from its moment
    "offices",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("government", sa.Text, nullable=False),  # the line above the name
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("town", sa.Text, nullable=False),  # where papers are signed
    sa.Column("numbering", sa.Text, nullable=False),
)

numbers = table(  # the office's own numbers: one a kind, year and count, given once
    "numbers",
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("count", sa.Integer, sa.CheckConstraint("count >= 1"), primary_key=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.UniqueConstraint("kind", "number"),
)

papers = table(  # reports that were made: the same content keeps its number
    "papers",
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("content_sha256", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("replaces", sa.Text, nullable=False),  # the number of an earlier content, or none
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "number"),
)

append_only(offices, numbers, papers)
