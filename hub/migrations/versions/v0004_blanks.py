"""Documents over the ledger of blanks, the office's letterhead, and BORROWED as a place that may be below zero."""

import sqlalchemy as sa
from alembic import op

from hub.migrations.triggers import append_only

revision = "0004"
down_revision = "0003"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SOURCES = "balance >= 0 OR account IN ('SUPPLIER', 'FOUND', 'BORROWED')"
_DOCUMENT_KINDS = (
    "kind IN ('RECEIPT', 'TRANSFER', 'CONFIRMATION', 'CANCELLATION', 'LENDING', 'LENDING_BACK', "
    "'BORROWING', 'BORROWING_BACK', 'SEALING', 'DESTRUCTION', 'RETURN', 'MISSING', 'FOUND')"
)
_KINDS = "kind IN ('WNI', 'WNA')"


def upgrade() -> None:
    """Make the tables, and let BORROWED be a debt."""
    _borrowed()
    _series()
    _documents()
    _ends()
    _letterheads()


def _borrowed() -> None:
    """SQLite changes no CHECK: the table is made again and its rows are put over."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("blank_entries_check", "blank_entries")
        op.create_check_constraint("blank_entries_check", "blank_entries", _SOURCES)
        return
    op.rename_table("blank_entries", "blank_entries_before")
    made = op.create_table(
        "blank_entries",
        sa.Column("series", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("entry_no", WHOLE, primary_key=True),
        sa.Column("move", WHOLE, sa.ForeignKey("blank_moves.id"), nullable=False),
        sa.Column("delta", WHOLE, sa.CheckConstraint("delta <> 0"), nullable=False),
        sa.Column("balance", WHOLE, nullable=False),
        sa.CheckConstraint(_SOURCES),
        sqlite_strict=True,
    )
    columns = [column.name for column in made.columns]
    before = sa.select(sa.table("blank_entries_before", *map(sa.column, columns)))
    op.execute(sa.insert(made).from_select(columns, before))
    op.drop_table("blank_entries_before")
    append_only("blank_entries")


def _series() -> None:
    op.create_table(
        "blank_series",
        sa.Column("series", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.CheckConstraint(_KINDS),
        sqlite_strict=True,
    )
    op.create_table(
        "blank_quotas",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("first_day", sa.Text, nullable=False),
        sa.Column("last_day", sa.Text, nullable=False),
        sa.Column("count", WHOLE, sa.CheckConstraint("count >= 0"), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.CheckConstraint(_KINDS),
        sa.CheckConstraint("first_day <= last_day"),
        sqlite_strict=True,
    )
    append_only("blank_series")
    append_only("blank_quotas")


def _documents() -> None:
    op.create_table(
        "blank_documents",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("asked_sha256", sa.Text, nullable=False),
        sa.CheckConstraint(_DOCUMENT_KINDS),
        sa.UniqueConstraint("kind", "number"),
        sqlite_strict=True,
    )
    op.create_index("blank_documents_day", "blank_documents", ["day", "kind"])
    op.create_table(
        "blank_document_moves",
        sa.Column("move", WHOLE, sa.ForeignKey("blank_moves.id"), primary_key=True),
        sa.Column("document", WHOLE, sa.ForeignKey("blank_documents.id"), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("blank_document_moves_document", "blank_document_moves", ["document"])
    op.create_table(
        "blank_witnesses",
        sa.Column("document", WHOLE, sa.ForeignKey("blank_documents.id"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("place", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    for name in ("blank_documents", "blank_document_moves", "blank_witnesses"):
        append_only(name)


def _ends() -> None:
    op.create_table(
        "blank_transfers",
        sa.Column("document", WHOLE, sa.ForeignKey("blank_documents.id"), primary_key=True),
        sa.Column("target", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "blank_transfer_ends",
        sa.Column("transfer", WHOLE, sa.ForeignKey("blank_transfers.document"), primary_key=True),
        sa.Column(
            "document", WHOLE, sa.ForeignKey("blank_documents.id"), nullable=False, unique=True
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "sealed_blanks",
        sa.Column("uid", sa.Text, primary_key=True),
        sa.Column("document", WHOLE, sa.ForeignKey("blank_documents.id"), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("sealed_blanks_document", "sealed_blanks", ["document"])
    for name in ("blank_transfers", "blank_transfer_ends", "sealed_blanks"):
        append_only(name)


def _letterheads() -> None:
    op.create_table(
        "offices",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("government", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("town", sa.Text, nullable=False),
        sa.Column("numbering", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "numbers",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("year", WHOLE, primary_key=True),
        sa.Column("count", WHOLE, sa.CheckConstraint("count >= 1"), primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "number"),
        sqlite_strict=True,
    )
    op.create_table(
        "papers",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("content_sha256", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("replaces", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "number"),
        sqlite_strict=True,
    )
    for name in ("offices", "numbers", "papers"):
        append_only(name)
