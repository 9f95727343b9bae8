"""What every table of the hub is made of: the metadata, and the laws that are written the same way everywhere."""

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from hub.columns import WHOLE_NUMBER

metadata = sa.MetaData()


def table(name: str, *parts: SchemaItem) -> sa.Table:
    """Declare a table; its whole numbers have 64 bits in every database."""
    made = sa.Table(name, metadata, *parts, sqlite_strict=True)
    for column in made.columns:
        if isinstance(column.type, sa.Integer):
            column.type = WHOLE_NUMBER
    return made


def words(column: str, allowed: tuple[str, ...]) -> sa.CheckConstraint:
    """Let a column hold these words only."""
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in allowed)})")


def flag(name: str) -> sa.Column[int]:
    """Declare a column that is 0 or 1, 0 unless told."""
    column = sa.CheckConstraint(f"{name} IN (0, 1)")
    return sa.Column(name, sa.Integer, column, nullable=False, server_default="0")


def append_only(*tables: sa.Table) -> None:
    """Let no row of these tables be changed or removed, whoever asks: triggers in both databases."""
    for one in tables:
        for verb in ("UPDATE", "DELETE"):
            trigger = sa.DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {one.name}_no_{verb.lower()} BEFORE {verb} ON {one.name} "
                f"BEGIN SELECT RAISE(ABORT, '{one.name} is append-only'); END"
            )
            sa.event.listen(one, "after_create", trigger.execute_if(dialect="sqlite"))
        trigger = sa.DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER {one.name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {one.name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ktp_append_only()"
        )
        sa.event.listen(one, "after_create", trigger.execute_if(dialect="postgresql"))


_REFUSE = sa.DDL(  # type: ignore[no-untyped-call]
    "CREATE OR REPLACE FUNCTION ktp_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
    "END $$"
)
sa.event.listen(metadata, "before_create", _REFUSE.execute_if(dialect="postgresql"))
