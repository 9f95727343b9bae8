"""Explorations side by side, each in a fresh process so that none keeps another's memory."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from model.clock import Watch
from model.explorer.mutations import MUTATIONS, explore_without
from model.explorer.plans import FULL, STATES_MAX
from model.explorer.search import Found, explore

PROCESSES = 2

Result = tuple[
    str, int, Found, float
]  # plan or rule, its place in its list, what was found, seconds


def explored_all() -> Iterator[Result]:
    """Yield the explorations of all plans and of all rules taken out, as they end."""
    work = [("plan", n) for n in range(len(FULL))] + [("rule", n) for n in range(len(MUTATIONS))]
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=fresh, max_tasks_per_child=1) as pool:
        for future in as_completed([pool.submit(_explored, *one) for one in work]):
            yield future.result()


def _explored(kind: str, place: int) -> Result:
    watch = Watch()
    whole = kind == "plan"
    found = (
        explore(FULL[place], states_max=STATES_MAX) if whole else explore_without(MUTATIONS[place])
    )
    return kind, place, found, watch.seconds()
