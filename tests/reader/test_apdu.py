"""What a reader may answer, without one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.errors import CardUnreadableError
from station.reader import apdu

pytestmark = pytest.mark.pure

fixed_uids = st.one_of(
    st.binary(min_size=4, max_size=4).filter(lambda uid: uid[0] != 8),
    st.binary(min_size=7, max_size=7),
    st.binary(min_size=10, max_size=10),
).filter(any)


def ended(*answers: bytes) -> tuple[str, list[bytes]]:
    """Run the script over answers; returns the number and what was asked."""
    script = apdu.uid_script()
    asked = [next(script)]
    for answer in answers:
        try:
            asked.append(script.send(answer))
        except StopIteration as end:
            return end.value, asked
    raise AssertionError(asked)


@given(fixed_uids, st.sampled_from([b"\x90\x00", b"\x62\x82"]))
def test_every_fixed_number_is_told_as_the_ledger_writes_it(uid: bytes, status: bytes) -> None:
    told, asked = ended(uid + status)
    assert bytes.fromhex(told) == uid
    assert told == told.upper()
    assert asked == [apdu.GET_UID]


@given(st.binary(max_size=300))
def test_any_answer_is_a_number_or_a_sentence(answer: bytes) -> None:
    try:
        told = apdu.uid_of(answer)
    except CardUnreadableError:
        return
    assert len(told) in (8, 14, 20)


def test_a_reader_that_wants_the_exact_length_is_asked_again_with_it() -> None:
    told, asked = ended(b"\x6c\x07", bytes.fromhex("04A1B2C3D4E5809000"))
    assert told == "04A1B2C3D4E580"
    assert asked == [apdu.GET_UID, bytes.fromhex("FFCA000007")]


def test_a_second_wrong_length_is_the_end() -> None:
    with pytest.raises(CardUnreadableError, match="6C 04"):
        ended(b"\x6c\x07", b"\x6c\x04")


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("", "nothing"),
        ("9000", "this one has 0"),
        ("0A0B0C0D0E0F9000", "this one has 6"),
        ("000000009000", "zeros"),
        ("081122339000", "new number each time"),
        ("6A81", "no contactless blank"),
        ("6F42", "6F 42"),
        ("90", "90"),
    ],
)
def test_what_is_no_number_is_a_sentence(answer: str, word: str) -> None:
    with pytest.raises(CardUnreadableError, match=word):
        apdu.uid_of(bytes.fromhex(answer))


@pytest.mark.parametrize(
    ("atr", "over_the_air"),
    [
        (
            "3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A",
            True,
        ),  # a storage card, part 3's own example
        ("3B80800101", True),
        ("3B6500002063CBA000", False),
        ("3B", False),
        ("", False),
    ],
)
def test_an_atr_tells_a_card_over_the_air(atr: str, over_the_air: bool) -> None:
    assert apdu.contactless(bytes.fromhex(atr)) is over_the_air
