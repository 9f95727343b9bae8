"""Stoppage: why the machine could not do a motion, and where a test lets a card get stuck."""

from enum import StrEnum


class Cause(StrEnum):
    """Why the machine stopped."""

    FEEDER_EMPTY = "feeder-empty"
    FEED_JAM = "feed-jam"
    JAM = "jam"
    COVER_OPEN = "cover-open"
    RIBBON_ENDED = "ribbon-ended"
    RIBBON_MISSING = "ribbon-missing"
    RIBBON_TORN = "ribbon-torn"
    RIBBON_WRONG = "ribbon-wrong"
    OUTPUT_FULL = "output-full"
    NO_CARD = "no-card"


class Stoppage(Exception):  # noqa: N818 - the trade's word
    """The machine could not do a motion; nothing moved unless `Cause.JAM`, or `Cause.RIBBON_TORN` as a panel ended."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class JamPlace(StrEnum):
    """Where the next card gets stuck."""

    BEFORE_FEED = "before-feed"
    INSIDE = "inside"
    AT_EXIT = "at-exit"
