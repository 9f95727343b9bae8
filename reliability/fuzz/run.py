"""One target given its inputs, in a process of its own: so many seeded ones, until the first crash."""

import resource
import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

from reliability.clock import monotonic_s
from reliability.fuzz.mutation import Mutator
from reliability.fuzz.targets import TARGETS, Target

SAID_CHARS_MAX = 200


def fuzz(name: str, first: int, count: int) -> dict[str, Any]:
    """Give a target its inputs; stops at the first crash, which it names."""
    warnings.simplefilter("error")
    target, number, crash = named(name), 0, ""
    began_s = monotonic_s()
    with target.opened():
        made = inputs(target, first, count)
        while not crash and number < count:
            number += 1
            crash = _crash(target, next(made))
            if crash:
                crash += f"; again: python -m reliability.fuzz one '{name}' {first} {number}"
    return {
        "name": name, "inputs": number, "crash": crash, "seconds": round(monotonic_s() - began_s, 1),
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _crash(target: Target, data: bytes) -> str:
    """Return what an input ended in that it may not end in, "" where all is well."""
    try:
        target.take(data)
    except target.lawful:
        return ""
    except Exception as error:  # noqa: BLE001 - a crash of the program under test is what is looked for
        return f"{target.name}: {type(error).__name__}: {str(error)[:SAID_CHARS_MAX]}"
    return ""


def inputs(target: Target, first: int, count: int) -> Iterator[bytes]:
    """Return the first inputs of a seed."""
    mutator = Mutator(target.corpus(), Random(f"{target.name} {first}"))
    return (mutator.next() for _ in range(count))


def named(name: str) -> Target:
    """Return a target by its name."""
    return next(target for target in TARGETS if target.name == name)
