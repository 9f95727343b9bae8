"""The hub's tables. The laws of print-once are here, as UNIQUE, CHECK and triggers; the code only words them.

What is append-only (ledger, grants, outbox, reports, events, alarms) has triggers against UPDATE and DELETE.
A record is kept by its hash, so a right, a grant and a repeated answer all point at the very bytes that were signed.
"""

import sqlalchemy as sa

from hub.columns import IsoDay, UtcTime
from hub.metadata import append_only, flag, table, words

SCHEMA_VERSION = 4

STATES = ("READY", "HELD", "DONE", "REVOKED", "LOST")
# Where blanks come from: the only places below zero.
SOURCE_ACCOUNTS = ("SUPPLIER", "FOUND", "BORROWED")

hub = table(
    "hub",
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
    sa.Column("hub_epoch", sa.Integer, sa.CheckConstraint("hub_epoch >= 1"), nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("cap", sa.Integer, sa.CheckConstraint("cap BETWEEN 0 AND 1000"), nullable=False),
    sa.Column("series", sa.Text, nullable=False),  # of blanks, where a command names none
)

sites = table(
    "sites",
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("hold_reason", sa.Text),
)

stations = table(
    "stations",
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("site", sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("issue_types", sa.Text, nullable=False),  # comma-separated
    sa.Column("key_sha256", sa.Text, unique=True),  # none where it speaks with a certificate
    sa.Column("applied_seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("applied_sha256", sa.Text, nullable=False),
    sa.Column("locked_reason", sa.Text),
    sa.Column("boot_id", sa.Text),
    sa.Column("start_no", sa.Integer, nullable=False, server_default="0"),
    sa.Column("start_key", sa.Text),
    sa.Column("reconciled_epoch", sa.Integer, nullable=False),  # has said what it holds since
    sa.Column("lost_at", UtcTime),  # written off by two people
    sa.Column(
        "log_seq", sa.Integer, nullable=False, server_default="0"
    ),  # its event log goes so far
    sa.Column("log_sha256", sa.Text),
    sa.Column("last_seq", sa.Integer),
    sa.Column("holds_count", sa.Integer),
    sa.Column("synced_at", UtcTime),
    sa.Column("added_at", UtcTime, nullable=False),
    sa.Index("stations_awaited", "lost_at", "reconciled_epoch"),
)

certificates = table(
    "certificates",
    sa.Column("sha256", sa.Text, primary_key=True),  # of the DER bytes
    sa.Column("station", sa.ForeignKey("stations.id"), nullable=False),
    sa.Column("key_sha256", sa.Text, nullable=False),  # of the public key
    sa.Column("pem", sa.Text, nullable=False),
    sa.Column("not_after", UtcTime, nullable=False),
    sa.Column("issued_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
    sa.Column("revoked_for", sa.Text),
    sa.Column("revoked_by", sa.Text),
    sa.Column("revoked_second", sa.Text),
    sa.CheckConstraint("(revoked_at IS NULL) = (revoked_for IS NULL)"),
    sa.CheckConstraint("revoked_by <> revoked_second"),
    sa.Index("certificates_station", "station"),
)

enrolment_codes = table(  # one a station at most: a new one replaces it
    "enrolment_codes",
    sa.Column("station", sa.ForeignKey("stations.id"), primary_key=True),
    sa.Column("secret_sha256", sa.Text, nullable=False),
    sa.Column("hub_url", sa.Text, nullable=False),
    sa.Column("printer_uri", sa.Text, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("tries_left", sa.Integer, sa.CheckConstraint("tries_left >= 0"), nullable=False),
    sa.Column("used_for", sa.ForeignKey("certificates.sha256")),
)

records = table(
    "records",
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # canonical JSON
    sa.Column("warnings", sa.Text, nullable=False),  # codes, comma-separated
    sa.Column("imported_at", UtcTime, nullable=False),
)

rights = table(
    "rights",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("record_id", sa.Text, nullable=False),
    sa.Column("issue_no", sa.Integer, sa.CheckConstraint("issue_no >= 1"), nullable=False),
    sa.Column("record_sha256", sa.ForeignKey("records.sha256"), nullable=False),
    sa.Column("data_version", sa.Integer, nullable=False),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("issue_type", sa.Text, nullable=False),
    sa.Column("class_rank", sa.Integer, nullable=False),
    sa.Column("queued_on", IsoDay, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="READY"),
    sa.Column("holder", sa.ForeignKey("stations.id")),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    flag("revoke_wanted"),
    sa.Column("revoke_reason", sa.Text),
    flag("in_doubt"),
    flag("printed_after_revoke"),
    sa.UniqueConstraint("record_id", "issue_no"),
    words("state", STATES),
    sa.CheckConstraint("fence >= 0"),
    sa.CheckConstraint("state <> 'HELD' OR holder IS NOT NULL"),
    sa.CheckConstraint("state <> 'READY' OR holder IS NULL"),
    sa.CheckConstraint("state = 'HELD' OR (revoke_wanted = 0 AND in_doubt = 0)"),
    sa.CheckConstraint("state = 'DONE' OR printed_after_revoke = 0"),
    sa.Index("rights_queue", "state", "site", "class_rank", "queued_on", "id"),
    sa.Index("rights_held", "holder", "state"),
    sa.Index("rights_classes", "state", "class_rank"),
)

rights_heard = (
    table(  # of rights this hub has no record of: it was restored from a copy older than they are
        "rights_heard",
        sa.Column("record_id", sa.Text, primary_key=True),
        sa.Column("issue_no", sa.Integer, primary_key=True),
        sa.Column("station", sa.ForeignKey("stations.id"), nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        words("state", ("READY", "HELD", "DONE")),
    )
)

decisions = table(  # what people decided at the office, and who they were
    "decisions",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.CheckConstraint("asked_by <> approved_by"),
)

claims = table(
    "claims",
    sa.Column("claim_key", sa.Text, primary_key=True),
    sa.Column("station", sa.ForeignKey("stations.id"), nullable=False),
    sa.Column("count_max", sa.Integer, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index("claims_day", "at"),
)

grants = table(
    "grants",
    sa.Column("claim_key", sa.ForeignKey("claims.claim_key"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),  # in the answer, from 0
    sa.Column("right_id", sa.ForeignKey("rights.id"), nullable=False),
    sa.Column("station", sa.ForeignKey("stations.id"), nullable=False),
    sa.Column("hub_epoch", sa.Integer, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("record_sha256", sa.ForeignKey("records.sha256"), nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.UniqueConstraint("right_id", "fence"),
)

right_events = table(  # every change of a right but its grants, which are rows of their own
    "right_events",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("right_id", sa.ForeignKey("rights.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("station", sa.Text),
    sa.Index("right_events_right", "right_id"),
)

outbox_entries = table(
    "outbox_entries",
    sa.Column("station", sa.ForeignKey("stations.id"), primary_key=True),
    sa.Column("seq", sa.Integer, sa.CheckConstraint("seq >= 1"), primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("entry", sa.LargeBinary, nullable=False),  # canonical JSON
    sa.Column("applied_at", UtcTime, nullable=False),
)

reports = table(
    "reports",
    sa.Column("station", sa.ForeignKey("stations.id"), primary_key=True),
    sa.Column("intent", sa.Integer, primary_key=True),
    # one doubt and one settling report an intent, never two of either
    sa.Column("settled", sa.Integer, sa.CheckConstraint("settled IN (0, 1)"), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("right_id", sa.ForeignKey("rights.id")),
    sa.Column("fence", sa.Integer),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("spoil_reason", sa.Text),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("blank_uid", sa.Text),
    sa.Column("printer_serial", sa.Text, nullable=False),
    sa.Column("allowance_id", sa.Text, nullable=False),
    sa.Column("day", IsoDay, nullable=False),
    sa.CheckConstraint("(outcome = 'IN_DOUBT') <> (settled = 1)"),
    sa.ForeignKeyConstraint(["station", "seq"], ["outbox_entries.station", "outbox_entries.seq"]),
    sa.Index("reports_right", "right_id"),
)

closes = table(
    "closes",
    sa.Column("station", sa.ForeignKey("stations.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("day", IsoDay, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("log", sa.Text, nullable=False),  # SEQ:SHA256 of the station's event log then
    sa.ForeignKeyConstraint(["station", "seq"], ["outbox_entries.station", "outbox_entries.seq"]),
    sa.Index("closes_day", "day", "station"),
)

close_differences = table(
    "close_differences",
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("station_says", sa.Text, nullable=False),
    sa.Column("office_says", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["station", "seq"], ["closes.station", "closes.seq"]),
)

alarms = table(
    "alarms",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("station", sa.ForeignKey("stations.id")),
    sa.Column("seq", sa.Integer),
    sa.Column("right_id", sa.ForeignKey("rights.id")),
    sa.Column("sentence", sa.Text, nullable=False),
)

allowances = table(
    "allowances",
    sa.Column("printer_serial", sa.Text, primary_key=True),
    sa.Column("day", IsoDay, primary_key=True),
    sa.Column("allowance_id", sa.Text, nullable=False, unique=True),
    sa.Column("station", sa.ForeignKey("stations.id"), nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("cap", sa.Integer, sa.CheckConstraint("cap BETWEEN 0 AND 1000"), nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("issued_at", UtcTime, nullable=False),
)

blank_moves = table(
    "blank_moves",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("count", sa.Integer, sa.CheckConstraint("count > 0"), nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("intent", sa.Text),  # station/number, where a card is behind it
    sa.CheckConstraint("source <> target"),
)

blank_entries = table(  # two a move; the balance after each makes "never below zero" a CHECK
    "blank_entries",
    sa.Column("series", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("entry_no", sa.Integer, primary_key=True),
    sa.Column("move", sa.ForeignKey("blank_moves.id"), nullable=False),
    sa.Column("delta", sa.Integer, sa.CheckConstraint("delta <> 0"), nullable=False),
    sa.Column("balance", sa.Integer, nullable=False),
    sa.CheckConstraint(f"balance >= 0 OR account IN {SOURCE_ACCOUNTS}"),
)

quarantine = table(
    "quarantine",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("sentence_en", sa.Text, nullable=False),
    sa.Column("sentence_id", sa.Text, nullable=False),
    sa.Column(
        "raw", sa.LargeBinary, nullable=False
    ),  # verbatim; its head where the line was too long
    sa.Column("raw_sha256", sa.Text, nullable=False),
    sa.UniqueConstraint("file", "line", "code", "raw_sha256"),
)

APPEND_ONLY = (
    claims, grants, right_events, outbox_entries, reports, alarms, allowances, blank_moves,
    blank_entries, decisions, closes, close_differences,
)  # fmt: skip


_stay_revoked = sa.DDL(  # type: ignore[no-untyped-call]
    "CREATE TRIGGER certificates_stay_revoked BEFORE UPDATE ON certificates "
    "WHEN OLD.revoked_at IS NOT NULL OR NEW.sha256 <> OLD.sha256 OR NEW.station <> OLD.station "
    "BEGIN SELECT RAISE(ABORT, 'a revoked certificate stays revoked'); END"
)
sa.event.listen(certificates, "after_create", _stay_revoked.execute_if(dialect="sqlite"))

append_only(*APPEND_ONLY)
