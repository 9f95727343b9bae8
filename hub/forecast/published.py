"""Figures that were published, from a file: totals side by side with their formulas, and parts held against the whole.

    [[figure]]  key, value, day, office, scope
    [[total]]   key, scope, plus = [keys], minus = [keys], mixed_dates = true where it is meant
    [[parts]]   whole = key, parts = [keys]: what is in none of the parts stands in a line of its own

Nothing is corrected: a sum that does not come out is shown with its difference.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Strict, StrictInt, ValidationError

from hub.errors import FiguresInvalidError
from hub.forecast.figure import Figure, total

EXAMPLES = Path(__file__).with_name("examples")


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Figure(_Told):
    key: str
    value: StrictInt
    day: Annotated[date, Strict()]  # a number is a day to nobody but a computer
    office: str
    scope: str


class _Total(_Told):
    key: str
    scope: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    mixed_dates: bool = False


class _Parts(_Told):
    whole: str
    parts: tuple[str, ...]


class _File(_Told):
    figure: tuple[_Figure, ...]
    total: tuple[_Total, ...] = ()
    parts: tuple[_Parts, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """What a file says, its totals worked out, and what is in no part of a whole."""

    figures: tuple[Figure, ...]
    totals: tuple[Figure, ...]
    unexplained: tuple[Figure, ...]


def read(path: Path, *, mixed_days: bool = False) -> Published:
    """Read a file and work its totals out.

    Raises:
        FiguresInvalidError: it is not there, is no such file, or names a figure it does not have.
        FiguresMixedError: a total mixes offices, or days without saying so.
    """
    try:
        told = _File.model_validate(tomllib.loads(path.read_text()))
    except OSError as error:
        raise FiguresInvalidError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FiguresInvalidError(f"{path} is no TOML text: correct it") from error
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise FiguresInvalidError(f"{path.name}: {where}: {first['msg']}") from error
    return _worked_out(told, path.name, mixed_days=mixed_days)


def _worked_out(told: _File, name: str, *, mixed_days: bool) -> Published:
    known = {
        one.key: Figure(one.key, one.value, one.office, one.scope, one.day) for one in told.figure
    }
    figures = tuple(known.values())
    totals = []
    for one in told.total:
        made = total(
            one.key, one.scope, _named(known, one.plus, name), _named(known, one.minus, name),
            mixed_days=one.mixed_dates or mixed_days,
        )  # fmt: skip
        known[made.key] = made
        totals.append(made)
    rest = [
        total(
            f"{one.whole}: unexplained", "in no part", _named(known, (one.whole,), name),
            _named(known, one.parts, name), mixed_days=mixed_days,
        )
        for one in told.parts
    ]  # fmt: skip
    return Published(figures, tuple(totals), tuple(rest))


def _named(known: Mapping[str, Figure], keys: tuple[str, ...], name: str) -> list[Figure]:
    missing = [key for key in keys if key not in known]
    if missing:
        raise FiguresInvalidError(f"{name} has no figure {missing[0]}: add it or correct the name")
    return [known[key] for key in keys]
