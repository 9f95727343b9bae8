"""Local days as moments of the book: a day begins and ends at midnight where the office is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def bounds(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """Return when a period begins, and when the day after it does, in UTC."""
    return _begin(first, zone), _begin(last + timedelta(days=1), zone)


def local_day_of(at: datetime, zone: str) -> date:
    """Return the local day a moment lies on."""
    return at.astimezone(ZoneInfo(zone)).date()


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
