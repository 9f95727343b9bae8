"""Column types that mean the same on SQLite and on PostgreSQL: moments, days, whole numbers.

Moments and days are text of fixed width, so that text order is time order and STRICT tables take them; whole numbers
have 64 bits on both.
"""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

WHOLE_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment, as `2017-09-05T01:02:03.000004Z`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> str | None:
        """Write an aware moment in UTC."""
        if value is None:
            return None
        assert value.tzinfo is not None, "a moment without a zone"
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, _dialect: Any) -> datetime | None:
        """Read it back, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class IsoDay(sa.TypeDecorator[date]):
    """A calendar day, as `2017-09-05`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: date | None, _dialect: Any) -> str | None:
        """Write a day."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, _dialect: Any) -> date | None:
        """Read it back."""
        return None if value is None else date.fromisoformat(value)
