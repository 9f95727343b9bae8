"""No NIK, name or image byte gets into a log, whatever way it tries."""

import base64
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station import log
from support.records import record

CANARY = record(7)


def redacted(**event: object) -> str:
    told = log.redact(None, "info", {"event": "test", **event})
    return json.dumps(told, default=str)


@given(st.sampled_from(["reason", "error", "right", "frames"]), st.integers(0, 3))
def test_a_nik_is_masked_at_any_depth(field: str, depth: int) -> None:
    value: object = f"text {CANARY.nik} text"
    for _ in range(depth):
        value = {CANARY.nik: [value]}
    assert CANARY.nik not in redacted(**{field: value})


def test_a_nik_as_a_number_is_masked() -> None:
    assert CANARY.nik not in redacted(count=int(CANARY.nik))


def test_a_field_that_is_not_on_the_list_is_dropped() -> None:
    photo = base64.b64encode(CANARY.photo).decode()
    told = redacted(name=CANARY.name, record=str(CANARY), photo=photo)
    assert CANARY.name not in told
    assert photo not in told


def test_a_hash_is_no_nik() -> None:
    digest = "ab" + "1" * 16 + "cd" * 23
    assert digest in redacted(reason=digest)


def test_a_traceback_tells_no_locals_and_no_foreign_message() -> None:
    def inner(secret: str) -> None:
        raise ValueError(f"bad value {secret}")

    try:
        inner(CANARY.name + CANARY.nik)
    except ValueError as error:
        text = log.traceback_text(error)
    assert "inner" in text
    assert "ValueError" in text
    assert CANARY.name not in text
    assert CANARY.nik not in text


def test_a_validation_error_does_not_repeat_its_input() -> None:
    with pytest.raises(ValueError) as caught:
        record(7, rt="x", name=CANARY.name + "\x07")
    assert CANARY.name not in str(caught.value)


def test_the_configured_logger_writes_json_lines() -> None:
    code = (
        "from station import log; import structlog; log.configure();"
        f"structlog.get_logger().info('a.b', right='{CANARY.nik}', name='X')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told = json.loads(done.stderr)
    assert told["event"] == "a.b"
    assert told["right"] == "<16 digits>"
    assert "name" not in told


def test_sets_and_odd_things_are_masked_too() -> None:
    class Odd:
        def __str__(self) -> str:
            return CANARY.nik

    assert CANARY.nik not in redacted(reason={CANARY.nik}, error=Odd(), count=True, right=1.5)


def test_an_exception_is_told_as_a_traceback_without_its_message() -> None:
    try:
        int(CANARY.nik + "x")
    except ValueError as error:
        told = redacted(exc_info=error)
        ours = redacted(exc_info=True)
    for text in (told, ours):
        assert "ValueError" in text
        assert CANARY.nik not in text
