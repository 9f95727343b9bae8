"""The papers over the ledger of blanks: what kinds of blanks there are, documents, transfers, bags, quotas.

A document is written once, with the moves it makes; all tables here are append-only. That a transfer ends once and a
named blank lies in one bag is a key of a table, so no two clerks can do it at the same time.
"""

import sqlalchemy as sa

from hub.columns import IsoDay, UtcTime
from hub.metadata import append_only, table, words

KINDS = ("WNI", "WNA")  # citizens' light blue, foreign residents' orange [V]
DOCUMENT_KINDS = (
    "RECEIPT", "TRANSFER", "CONFIRMATION", "CANCELLATION", "LENDING", "LENDING_BACK", "BORROWING",
    "BORROWING_BACK", "SEALING", "DESTRUCTION", "RETURN", "MISSING", "FOUND",
)  # fmt: skip

blank_series = table(
    "blank_series",
    sa.Column("series", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    words("kind", KINDS),
)

blank_documents = table(
    "blank_documents",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),  # the sender's, or the office's own
    sa.Column("day", IsoDay, nullable=False),  # that stands on the paper
    sa.Column("at", UtcTime, nullable=False),  # when it was booked
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),  # the note, the bag or the office it is about
    sa.Column("asked_sha256", sa.Text, nullable=False),  # the same again is answered the same
    words("kind", DOCUMENT_KINDS),
    sa.UniqueConstraint("kind", "number"),
    sa.Index("blank_documents_day", "day", "kind"),
)

blank_document_moves = table(
    "blank_document_moves",
    sa.Column("move", sa.ForeignKey("blank_moves.id"), primary_key=True),
    sa.Column("document", sa.ForeignKey("blank_documents.id"), nullable=False),
    sa.Index("blank_document_moves_document", "document"),
)

blank_witnesses = table(
    "blank_witnesses",
    sa.Column("document", sa.ForeignKey("blank_documents.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),  # so the same person is not two
    sa.Column("place", sa.Integer, nullable=False),
)

blank_transfers = table(
    "blank_transfers",
    sa.Column("document", sa.ForeignKey("blank_documents.id"), primary_key=True),
    sa.Column("target", sa.Text, nullable=False),  # the account they are on their way to
)

blank_transfer_ends = table(
    "blank_transfer_ends",
    sa.Column("transfer", sa.ForeignKey("blank_transfers.document"), primary_key=True),  # once
    sa.Column("document", sa.ForeignKey("blank_documents.id"), nullable=False, unique=True),
)

sealed_blanks = table(  # those whose chip was read when the bag was closed
    "sealed_blanks",
    sa.Column("uid", sa.Text, primary_key=True),  # in one bag only
    sa.Column("document", sa.ForeignKey("blank_documents.id"), nullable=False),
    sa.Index("sealed_blanks_document", "document"),
)

blank_quotas = table(  # the last row of a kind and period counts
    "blank_quotas",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("first_day", IsoDay, nullable=False),
    sa.Column("last_day", IsoDay, nullable=False),
    sa.Column("count", sa.Integer, sa.CheckConstraint("count >= 0"), nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    words("kind", KINDS),
    sa.CheckConstraint("first_day <= last_day"),
)

append_only(
    blank_series, blank_documents, blank_document_moves, blank_witnesses, blank_transfers,
    blank_transfer_ends, sealed_blanks, blank_quotas,
)  # fmt: skip
