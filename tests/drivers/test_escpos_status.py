"""Status bytes of a receipt printer, by hand: what each bit says, and what silence does not say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.escpos.status import Paper, StatusBytes, question, sensors_answered, status_byte
from drivers.status import PrinterState

pytestmark = pytest.mark.pure

READY = (0x12, 0x12, 0x12, 0x12)


def found(**changed: int) -> StatusBytes:
    return StatusBytes(
        **dict(zip(("online", "causes", "errors", "roll"), READY, strict=True)) | changed
    )


def reasons(status: StatusBytes) -> list[str]:
    return sorted(map(str, status.status.reasons))


def test_the_questions() -> None:
    assert [question(n) for n in (1, 2, 3, 4)] == [
        b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x03", b"\x10\x04\x04",
    ]  # fmt: skip


def test_a_printer_in_order_is_idle() -> None:
    status = found().status
    assert (status.state, status.reasons, status.device_words) == (
        PrinterState.IDLE, frozenset(), "12 12 12 12",
    )  # fmt: skip
    assert found().paper is Paper.ADEQUATE


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"online": 0x1A, "causes": 0x16}, ["cover-open-error"]),
        (
            {"online": 0x1A, "causes": 0x32, "roll": 0x7E},
            ["media-empty-error", "media-low-warning"],
        ),
        ({"roll": 0x72}, ["media-empty-error"]),
        ({"online": 0x1A, "causes": 0x52, "errors": 0x1A}, ["other-error", "x-cutter-error-error"]),
        ({"online": 0x5A, "causes": 0x1A}, ["other-error", "x-feed-key-error"]),
        ({"errors": 0x16}, ["other-error", "x-mechanical-error-error"]),
        ({"errors": 0x32}, ["other-error", "x-unrecoverable-error-error"]),
        ({"errors": 0x52}, ["other-error", "x-recovers-by-itself-error"]),
        ({"online": 0x32}, ["other-error", "x-waits-for-recovery-error"]),
        ({"online": 0x1A}, ["other-error", "x-offline-unexplained-error"]),
        ({"causes": 0x52}, ["other-error", "x-offline-unexplained-error"]),
    ],
)
def test_what_forbids_a_slip(changed: dict[str, int], wanted: list[str]) -> None:
    assert reasons(found(**changed)) == wanted
    assert found(**changed).status.state is PrinterState.STOPPED


def test_a_roll_near_its_end_still_prints() -> None:
    near = found(roll=0x1E)
    assert (reasons(near), near.status.state) == (["media-low-warning"], PrinterState.IDLE)
    assert near.paper is Paper.NEAR_END


def test_the_roll_s_sensors_in_pairs() -> None:
    assert found(roll=0x7E).paper is Paper.END
    assert found(roll=0x16).paper is Paper.NEAR_END
    assert found(roll=0x32).paper is Paper.END


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_silence_is_unknown_never_adequate(count: int) -> None:
    silent = StatusBytes(*READY[:count])
    assert silent.paper is Paper.UNKNOWN
    assert reasons(silent) == ["timed-out-error"]
    assert silent.status.state is PrinterState.STOPPED
    assert silent.status.device_words.split() == ["12"] * count + ["--"] * (4 - count)


@given(st.binary(min_size=1, max_size=4))
def test_any_reply_is_a_status_or_refused(reply: bytes) -> None:
    fixed = len(reply) == 1 and reply[0] & 0x93 == 0x12
    if fixed:
        assert status_byte(reply) == reply[0]
        assert not sensors_answered(reply)
    else:
        with pytest.raises(ProtocolError):
            status_byte(reply)


@given(*[st.sampled_from([b for b in range(256) if b & 0x93 == 0x12])] * 4)
def test_only_a_printer_without_any_cause_is_idle(
    online: int, causes: int, errors: int, roll: int
) -> None:
    status = StatusBytes(online, causes, errors, roll).status
    trouble = online & 0x28 or causes & 0x6C or errors & 0x6C or roll & 0x60
    assert (status.state is PrinterState.STOPPED) == bool(trouble) == bool(status.errors)
