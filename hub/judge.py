"""Judges one imported record: the fields of a line in, a PrintReadyRecord with warnings out, or one refusal.

The order is fixed so that the same line always gets the same code: shape, status, presence, NIK, fields, days, images.
What a field may hold is the contract's business; here it is only put into the contract's form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hub import pictures
from hub.refusals import Code, LineRefusedError, of_nik
from prr import nik as nik_form
from prr import status
from prr.nik import NikError, NikVerdict, NikWarning
from prr.record import PrintReadyRecord, Sex

_FIELDS = PrintReadyRecord.model_fields
_REQUIRED = tuple(name for name, field in _FIELDS.items() if field.is_required())
_NUMBERS = ("issue_no", "data_version")
_DAYS = ("recorded_on", "birth_date", "issue_date")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT = re.compile(r"[0-9]{1,9}")
_SPREADSHEET_NUMBER = re.compile(r"[0-9]([.,][0-9]+)?[eE][+]?[0-9]+|[0-9]+[.,]0+")


@dataclass(frozen=True, slots=True)
class Judged:
    """A record that may be printed, and what is odd about it."""

    record: PrintReadyRecord
    warnings: tuple[str, ...]


def judge(
    fields: Mapping[str, Any], folder: Path, on: date, recorded_until: date | None = None
) -> Judged:
    """Judge a record as seen on the day `on`; images named by path are below `folder`.

    Args:
        recorded_until: people recorded later wait for another import; None: nobody does.

    Raises:
        LineRefusedError: it may not be printed; the first reason found.
    """
    filled = {name: value for name, value in fields.items() if value is not None}
    if filled.keys() - _FIELDS.keys():
        raise LineRefusedError(Code.FIELD_UNKNOWN)
    _judge_status(filled)
    _check_present(filled)
    verdict = _judge_nik(filled["nik"], on)
    words = filled.keys() - set(pictures.FIELDS)
    values = {name: _plain(name, filled[name]) for name in _FIELDS if name in words}
    words_only = _validated(values | dict.fromkeys(pictures.FIELDS, b"x"))  # they cost nothing
    _judge_days(words_only, on, recorded_until)
    for name in pictures.FIELDS:
        values[name] = pictures.read(name, filled[name], folder)
    record = _validated(values)
    return Judged(record, _warnings(record, verdict))


def _judge_status(fields: dict[str, Any]) -> None:
    """Refuse what is not PRINT_READY_RECORD, and write the status in its one spelling."""
    text = fields.get("upstream_status")
    if not isinstance(text, str):
        raise LineRefusedError(Code.FIELD_MISSING, "upstream_status")
    known = status.normalise(text)
    if known is None:
        raise LineRefusedError(Code.STATUS_UNKNOWN)
    if not status.printable(text):
        raise LineRefusedError(Code.STATUS_NOT_PRINTABLE, known.value)
    fields["upstream_status"] = known.value


def _check_present(fields: Mapping[str, Any]) -> None:
    for name in _REQUIRED:
        if fields.get(name, "") == "":
            if name in pictures.FIELDS:
                raise LineRefusedError(Code(f"{name.upper()}_MISSING"))
            raise LineRefusedError(Code.FIELD_MISSING, name)


def _judge_nik(value: Any, on: date) -> NikVerdict:
    if not isinstance(value, str) or _SPREADSHEET_NUMBER.fullmatch(value):
        raise LineRefusedError(Code.NIK_AS_NUMBER)
    verdict = nik_form.examine(value, on)
    for code in verdict.codes:
        if isinstance(code, NikError):
            raise LineRefusedError(of_nik(code))
    return verdict


def _judge_days(record: PrintReadyRecord, on: date, recorded_until: date | None) -> None:
    if record.recorded_on is not None and record.recorded_on > on:
        raise LineRefusedError(Code.DAY_IN_FUTURE, "recorded_on")
    late = record.recorded_on is None or record.recorded_on > (recorded_until or record.recorded_on)
    if recorded_until is not None and late:
        raise LineRefusedError(Code.AFTER_CUT_OFF)


def _plain(name: str, value: Any) -> Any:
    """Let through what means one thing only: the contract would read a number as a date, and true as 1."""
    if name in _NUMBERS:
        if type(value) is int or (isinstance(value, str) and _COUNT.fullmatch(value)):
            return int(value)
    elif isinstance(value, str) and (name not in _DAYS or _ISO_DAY.fullmatch(value)):
        return value
    raise LineRefusedError(Code.FIELD_INVALID, name)


def _validated(values: dict[str, Any]) -> PrintReadyRecord:
    try:
        return PrintReadyRecord.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0])
        if "control character" in first["msg"]:
            raise LineRefusedError(Code.CONTROL_CHARACTER, field) from error
        if field == "name" and first["type"] == "string_too_long":
            raise LineRefusedError(Code.NAME_TOO_LONG) from error
        raise LineRefusedError(Code.FIELD_INVALID, field) from error


def _warnings(record: PrintReadyRecord, verdict: NikVerdict) -> tuple[str, ...]:
    """Say what the NIK and the record tell differently: a NIK keeps the errors it was given with."""
    found = []
    born = record.birth_date
    if (verdict.day, verdict.month) != (born.day, born.month) or born.year not in verdict.years:
        found.append("NIK_BIRTH_DATE_DIFFERS")
    if verdict.sex != ("P" if record.sex is Sex.WOMAN else "L"):
        found.append("NIK_SEX_DIFFERS")
    if NikWarning.REGION_NOT_IN_CURRENT_LIST in verdict.codes:
        found.append("NIK_REGION_NOT_IN_CURRENT_LIST")
    return tuple(found)
