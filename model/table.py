"""What was checked and explored, as tables for a terminal and as plain data for JSON."""

from typing import Any

from rich.console import Console
from rich.table import Table

from model.explorer.mutations import Mutation
from model.explorer.search import Found
from model.tla.checker import Checked

WIDTH = 118


def show_checked(console: Console, results: list[Checked]) -> None:
    """Print what TLC found."""
    table = Table(
        "PrintOnce.tla",
        "",
        "states",
        "depth",
        "s",
        "broken law",
        "trace",
        "",
        title="Model checker",
    )
    for one in results:
        table.add_row(
            one.run.name, one.run.what, f"{one.states:,}", str(one.depth), f"{one.seconds:.1f}",
            one.broken or "none", str(len(one.trace) or ""), _verdict(one.as_expected),
        )  # fmt: skip
    console.print(table)


def show_explored(console: Console, results: list[tuple[Found, float]]) -> None:
    """Print what was found in the production code as it is."""
    table = Table(
        "plan", "states", "events", "real calls", "depth", "s", "whole", "broken law", "",
        title="Production code, explored",
    )  # fmt: skip
    for one, seconds in results:
        table.add_row(
            one.plan, f"{one.states:,}", f"{one.steps:,}", f"{one.calls:,}", str(one.depth),
            f"{seconds:.0f}", "yes" if one.exhausted else "no", one.broken or "none",
            _verdict(one.broken is None),
        )  # fmt: skip
    total = sum(one.states for one, _ in results)
    table.add_section()
    table.add_row("all", f"{total:,}", f"{sum(one.steps for one, _ in results):,}")
    console.print(table)


def show_mutated(console: Console, results: list[tuple[Mutation, Found, float]]) -> None:
    """Print what was found with a rule taken out."""
    table = Table(
        "rule", "taken out", "states", "s", "broken law", "trace", "", title="Rules taken out"
    )
    for mutation, found, seconds in results:
        table.add_row(
            mutation.name, mutation.what, f"{found.states:,}", f"{seconds:.1f}",
            found.broken or "none", str(len(found.trace) or ""),
            _verdict(is_found(mutation, found)),
        )  # fmt: skip
    console.print(table)


def is_found(mutation: Mutation, found: Found) -> bool:
    """Tell whether a rule taken out broke the law it must."""
    return found.broken is not None and found.broken.startswith(mutation.breaks)


def checked_data(one: Checked) -> dict[str, Any]:
    """Return a run of the checker as plain data."""
    return {
        "name": one.run.name, "bugs": one.run.bugs, "states": one.states, "depth": one.depth,
        "seconds": round(one.seconds, 1), "exhausted": one.exhausted, "broken": one.broken,
        "trace": one.trace, "as_expected": one.as_expected,
    }  # fmt: skip


def explored_data(one: Found, seconds: float) -> dict[str, Any]:
    """Return an exploration as plain data."""
    return {
        "plan": one.plan, "states": one.states, "events": one.steps, "calls": one.calls,
        "depth": one.depth, "seconds": round(seconds, 1), "exhausted": one.exhausted,
        "broken": one.broken, "trace": one.trace,
    }  # fmt: skip


def _verdict(good: bool) -> str:
    return "[green]as it must" if good else "[red]WRONG"
