"""The articles' own numbers: 82,000 and 97,000 side by side, the gap of 1,000, the 20,039, the days."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import FiguresInvalidError, FiguresMixedError
from hub.forecast import published
from hub.forecast.limits import days_for

pytestmark = pytest.mark.pure


def values(name: str) -> dict[str, int]:
    told = published.read(published.EXAMPLES / f"{name}.toml")
    return {one.key: one.value for one in (*told.figures, *told.totals)}


def test_palembang_82_and_97_thousand_stand_side_by_side() -> None:
    told = published.read(published.EXAMPLES / "palembang-2017.toml")
    stale, today = (one for one in told.totals if one.key.startswith("need"))
    assert (stale.value, stale.mixed) == (82_000, True)
    assert (today.value, today.mixed) == (97_000, False)
    assert stale.formula == (
        "26,000 first-time-shortage-of-august (2017-08-09) + "
        "56,000 damaged-lost-changed (2017-09-05) = 82,000"
    )
    assert values("palembang-2017")["left"] == 3_000


def test_palembangs_figures_are_refused_where_the_mix_is_not_said(tmp_path: Path) -> None:
    text = (published.EXAMPLES / "palembang-2017.toml").read_text()
    path = tmp_path / "silent.toml"
    path.write_text(text.replace("mixed_dates = true\n", ""))
    with pytest.raises(FiguresMixedError, match=r"august \(2017-08-09\), damaged"):
        published.read(path)
    assert published.read(path, mixed_days=True).totals[0].value == 82_000


def test_probolinggos_parts_are_held_against_the_whole() -> None:
    told = published.read(published.EXAMPLES / "probolinggo-2017.toml")
    assert [one.value for one in told.unexplained] == [1_000, 20_039]
    assert values("probolinggo-2017")["not-recorded"] == 141_404
    assert values("probolinggo-2017")["short-of-blanks"] == 19_966


@pytest.mark.parametrize(("cards", "days"), [(4_001, 21), (29_966, 150), (10_000, 50), (4_000, 20)])
def test_the_days_at_two_hundred_a_day(cards: int, days: int) -> None:
    assert days_for(cards, 200) == days


def test_sixteen_sites_share_less_than_a_day() -> None:
    assert Fraction(3_000, 16) == Fraction("187.5")
    assert [days_for(left // 16, 200) for left in (3_000, 4_000)] == [1, 2]


@given(st.integers(0, 10**6), st.integers(1, 5_000))
def test_the_last_day_is_needed_and_enough(cards: int, rate: int) -> None:
    days = days_for(cards, rate)
    assert days is not None
    assert days * rate >= cards > (days - 1) * rate


FIGURE = '[[figure]]\nkey = "a"\nvalue = 1\nday = 2017-09-05\noffice = "1671"\nscope = "x"\n'
OTHER = FIGURE.replace('"a"', '"b"')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("figure = [", "no TOML"),
        ("figure = []\nmore = 1\n", "more: Extra inputs"),
        (FIGURE.replace("2017-09-05", "0"), "figure.0.day"),
        (FIGURE + '[[total]]\nkey = "t"\nscope = "x"\nplus = ["c"]\n', "no figure c"),
        (FIGURE + '[[parts]]\nwhole = "a"\nparts = ["c"]\n', "no figure c"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "figures.toml"
    path.write_text(text)
    with pytest.raises(FiguresInvalidError, match=words):
        published.read(path)


def test_a_city_and_its_regency_do_not_add_up(tmp_path: Path) -> None:
    path = tmp_path / "figures.toml"
    total = '[[total]]\nkey = "t"\nscope = "x"\nplus = ["a", "b"]\nmixed_dates = true\n'
    path.write_text(FIGURE + OTHER.replace("1671", "3574") + total)
    with pytest.raises(FiguresMixedError, match="offices 1671 and 3574"):
        published.read(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FiguresInvalidError, match="cannot be read"):
        published.read(tmp_path / "none.toml")
