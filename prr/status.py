"""The register's record statuses (SIAK, AFIS) and the one that may be printed.

Offices write them with spaces, line breaks and misspellings; `normalise` undoes spelling only. A status that is
not in this list stays unknown, and an unknown status never prints.
"""

import re
from enum import StrEnum


class UpstreamStatus(StrEnum):
    """Status of a record in the population register, in the order a record passes through them."""

    UNREGISTERED = "UNREGISTERED"
    BIO_CAPTURED = "BIO_CAPTURED"
    PROCESSING = "PROCESSING"
    SENT_FOR_ENROLLMENT = "SENT_FOR_ENROLLMENT"
    RECEIVED_AT_CENTRAL = "RECEIVED_AT_CENTRAL"
    ENROLL_FAILURE_AT_CENTRAL = "ENROLL_FAILURE_AT_CENTRAL"
    ENROLL_FAILURE_AT_REGIONAL = "ENROLL_FAILURE_AT_REGIONAL"
    SEARCH_FAILURE_AT_CENTRAL = "SEARCH_FAILURE_AT_CENTRAL"
    SEARCH_FAILURE_AT_REGIONAL = "SEARCH_FAILURE_AT_REGIONAL"
    ADJUDICATE_RECORD = "ADJUDICATE_RECORD"
    DUPLICATE_RECORD = "DUPLICATE_RECORD"
    PACKET_RETRY = "PACKET_RETRY"
    PRINT_READY_RECORD = "PRINT_READY_RECORD"
    SENT_FOR_CARD_PRINTING = "SENT_FOR_CARD_PRINTING"
    CARD_PRINTED = "CARD_PRINTED"
    CARD_SHIPPED = "CARD_SHIPPED"
    CARD_ISSUED = "CARD_ISSUED"


_OTHER_SPELLINGS = {
    "PRR": UpstreamStatus.PRINT_READY_RECORD,
    "SFE": UpstreamStatus.SENT_FOR_ENROLLMENT,
    "EFAC": UpstreamStatus.ENROLL_FAILURE_AT_CENTRAL,
    "DUP": UpstreamStatus.DUPLICATE_RECORD,
    "ADJUDICATE_RECORD_IN_PROCESS": UpstreamStatus.ADJUDICATE_RECORD,
    "CARD_SHIPPPED": UpstreamStatus.CARD_SHIPPED,  # seen in the field with three p
}


def normalise(text: str) -> UpstreamStatus | None:
    """Return the status a cell means, or None where it means none of ours."""
    word = re.sub(r"[\s_]+", "_", text.strip()).upper()
    if word in _OTHER_SPELLINGS:
        return _OTHER_SPELLINGS[word]
    return UpstreamStatus(word) if word in UpstreamStatus.__members__ else None


def printable(text: str) -> bool:
    """Tell whether a record with this upstream status may be printed: only PRINT_READY_RECORD may."""
    return normalise(text) is UpstreamStatus.PRINT_READY_RECORD
