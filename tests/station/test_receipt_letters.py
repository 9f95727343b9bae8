"""What a slip can write: every text, in ASCII, and no question mark that nobody wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.receipt.letters import writable

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Kecamatan Sukamaju", "Kecamatan Sukamaju"),
        ("Café Łódź", "Cafe Lodz"),
        ("“Siap” — diambil…", '"Siap" - diambil...'),
        ("Rp 10 ≈ €1", "Rp 10 [almost equal to] EUR1"),
        ("Ω ж Ж", "Omega zhe Zhe"),
        ("satu\tdua\n\x1b@ tiga", "satu dua @ tiga"),
        ("1½ ﬁ", "11/2 fi"),
        ("apa?", "apa?"),
        ("", ""),
    ],
)
def test_what_is_written(text: str, wanted: str) -> None:
    assert writable(text) == wanted


@given(st.text())
def test_any_text_becomes_printable_ascii(text: str) -> None:
    found = writable(text)
    assert found.isascii()
    assert found == "" or found.isprintable()
    assert "  " not in found
    assert found.count("?") <= sum("?" in form for letter in text for form in forms(letter))
    assert writable(found) == found


def forms(letter: str) -> tuple[str, ...]:
    import unicodedata

    return tuple(unicodedata.normalize("NFKD", letter))
