"""A measured figure against its budget, and the table of them."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `at_least` tells whether more is better."""

    name: str
    value: float
    budget: float
    unit: str
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """Return how many times better than the budget it is."""
        if self.at_least:
            return self.value / self.budget
        return self.budget / self.value if self.value else float("inf")


def median_ms(act: Callable[[], object], runs: int = 30) -> float:
    """Return the median time of an act in milliseconds, after one run that does not count."""
    act()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def show(figures: list[Figure]) -> bool:
    """Print the table; returns whether every budget is kept."""
    table = Table("Figure", "measured", "budget", "times better", "")
    for figure in figures:
        sign = ">=" if figure.at_least else "<="
        table.add_row(
            figure.name,
            f"{figure.value:,.2f} {figure.unit}",
            f"{sign} {figure.budget:g} {figure.unit}",
            f"{figure.ratio:.2f}",
            "[green]kept" if figure.ratio >= 1 else "[red]broken",
        )
    Console(width=110).print(table)
    return all(figure.ratio >= 1 for figure in figures)
