"""The NIK: PPKKCC DDMMYY SSSS, sixteen ASCII digits, day + 40 for women, serial from 0001.

A NIK is text, never a number: those of provinces 91 to 96 exceed 2**53. It never changes, so its region is
where the person was first registered and its codes may be gone from today's list: that warns, never refuses.
Errors refuse, warnings inform. This file judges form only; whether the NIK exists is the register's word.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

PATTERN = re.compile(r"[0-9]{16}")  # not isdigit(): full-width digits are digits to it
AGE_YEARS_MAX = 125
WOMEN_DAY_OFFSET = 40

# Kemendagri province codes, 38 since 2022. BPS codes differ in Papua: never use those here.
PROVINCES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 "
    "81 82 91 92 93 94 95 96".split()
)
# Highest district number in use anywhere is 55; a higher one was never assigned.
DISTRICT_MAX = 55
# Regencies that left their province's numbering when Papua was split in 2022 (old code -> none today).
REGENCIES_GONE = frozenset({"9101"})


class NikError(StrEnum):
    """Reasons to refuse a NIK."""

    FORMAT = "FORMAT"
    PROVINCE_UNKNOWN = "PROVINCE_UNKNOWN"
    REGION_ZERO = "REGION_ZERO"
    BIRTH_DATE = "BIRTH_DATE"
    SERIAL_ZERO = "SERIAL_ZERO"


class NikWarning(StrEnum):
    """Reasons to look twice."""

    CENTURY_AMBIGUOUS = "CENTURY_AMBIGUOUS"
    REGION_NOT_IN_CURRENT_LIST = "REGION_NOT_IN_CURRENT_LIST"


@dataclass(frozen=True, slots=True)
class NikVerdict:
    """What a NIK says about itself on a given day; fields are None where its form did not allow reading them."""

    verdict: Literal["ok", "warn", "reject"]
    codes: tuple[NikError | NikWarning, ...]
    region: str | None = None
    sex: Literal["L", "P"] | None = None
    day: int | None = None
    month: int | None = None
    years: tuple[int, ...] = ()
    serial: str | None = None


def examine(nik: str, on: date) -> NikVerdict:
    """Judge the form of a NIK as seen on the day `on`; raises nothing."""
    if PATTERN.fullmatch(nik) is None:
        return NikVerdict("reject", (NikError.FORMAT,))
    region = f"{nik[:2]}.{nik[2:4]}.{nik[4:6]}"
    sex, day = _sex_and_day(int(nik[6:8]))
    month, two_digit_year, serial = int(nik[8:10]), int(nik[10:12]), nik[12:]
    years = _years(day, month, two_digit_year, on)
    if not years:
        return NikVerdict("reject", (NikError.BIRTH_DATE,), region=region)
    error = _region_error(nik) or (NikError.SERIAL_ZERO if serial == "0000" else None)
    codes: tuple[NikError | NikWarning, ...] = (error,) if error else _warnings(nik, years)
    return NikVerdict(
        "reject" if error else ("warn" if codes else "ok"),
        codes, region, sex, day, month, years, serial,
    )  # fmt: skip


def _sex_and_day(day: int) -> tuple[Literal["L", "P"], int]:
    if day > WOMEN_DAY_OFFSET:
        return "P", day - WOMEN_DAY_OFFSET
    return "L", day


def _years(day: int, month: int, two_digit_year: int, on: date) -> tuple[int, ...]:
    """Return the birth years that the calendar and a human life span allow, oldest first."""
    if not 1 <= month <= 12:
        return ()
    candidates = (1800 + two_digit_year, 1900 + two_digit_year, 2000 + two_digit_year)
    return tuple(
        year
        for year in candidates
        if 1 <= day <= calendar.monthrange(year, month)[1]
        and 0 <= _age_years(date(year, month, day), on) <= AGE_YEARS_MAX
    )


def _age_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _region_error(nik: str) -> NikError | None:
    if nik[:2] not in PROVINCES:
        return NikError.PROVINCE_UNKNOWN
    if nik[2:4] == "00" or nik[4:6] == "00":
        return NikError.REGION_ZERO
    return None


def _warnings(nik: str, years: tuple[int, ...]) -> tuple[NikWarning, ...]:
    warnings = []
    if int(nik[4:6]) > DISTRICT_MAX or nik[:4] in REGENCIES_GONE:
        warnings.append(NikWarning.REGION_NOT_IN_CURRENT_LIST)
    if len(years) > 1:
        warnings.append(NikWarning.CENTURY_AMBIGUOUS)
    return tuple(warnings)
