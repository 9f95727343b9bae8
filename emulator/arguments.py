"""Arguments of an order, checked: every order of the control link and of a scenario reads its values through these."""

from typing import TypeVar

from emulator.firmware import Answer, OrderError

Choice = TypeVar("Choice", bound=str)


def whole(order: Answer, key: str, low: int, high: int, default: int | None = None) -> int:
    """Return a whole number.

    Raises:
        OrderError: it is missing and has no default, or is not from `low` to `high`.
    """
    value = order.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise OrderError(f'"{key}" must be a whole number from {low} to {high}')
    return value


def number(order: Answer, key: str, low: float, high: float, default: float | None = None) -> float:
    """Return a number.

    Raises:
        OrderError: as `whole`.
    """
    value = order.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise OrderError(f'"{key}" must be a number from {low:g} to {high:g}')
    return float(value)


def flag(order: Answer, key: str, *, default: bool) -> bool:
    """Return true or false.

    Raises:
        OrderError: it is neither.
    """
    value = order.get(key, default)
    if not isinstance(value, bool):
        raise OrderError(f'"{key}" must be true or false')
    return value


def choice(
    order: Answer, key: str, known: tuple[Choice, ...], default: Choice | None = None
) -> Choice:
    """Return one of the known words.

    Raises:
        OrderError: it is none of them.
    """
    value = order.get(key, default)
    for word in known:
        if value == word:
            return word
    raise OrderError(f'"{key}" must be one of {", ".join(known)}')


def text(order: Answer, key: str, length_max: int) -> str:
    """Return a printable text.

    Raises:
        OrderError: it is missing, empty, too long or not printable.
    """
    value = order.get(key)
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= length_max:
        raise OrderError(f'"{key}" must be a printable text of at most {length_max} characters')
    return value


def text_lines(order: Answer, key: str) -> str:
    """Return a text of any number of lines.

    Raises:
        OrderError: it is missing or no text.
    """
    value = order.get(key)
    if not isinstance(value, str):
        raise OrderError(f'"{key}" must be a text')
    return value
