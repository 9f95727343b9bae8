"""docs/INVARIANTS.md: the laws, who holds them and which mutants show it; made of the data, checked by a test."""

from collections.abc import Mapping, Sequence

from mutants.law import Law
from mutants.mutant import Mutant

PAGE = "docs/INVARIANTS.md"

_HEAD = """# The laws of print-once

Each law has a test named after its number in `tests/invariants`, over the real press, courier, hub functions and the
emulator's machines in one process. For each there are mutants: a rule taken out of a copy of the tree, after which the
law's test must fail. `make mutants` runs them all and writes `var/mutants.json`. In **bold**: the errors that the model
of the protocol seeds. In brackets who held the rule: the code, the schema, or both, one behind the other (such a
mutant takes out both).

This page is written by `python -m mutants page`; a test compares it.
"""


def text(known: Mapping[int, Law], mutants: Sequence[Mutant]) -> str:
    """Return the whole page."""
    parts = [_HEAD]
    for group in dict.fromkeys(law.group for law in known.values()):
        parts += [f"\n## {group}\n", "| | law | test | mutants |", "|---|---|---|---|"]
        for law in known.values():
            if law.group == group:
                parts.append(_row(law, mutants))
    return "\n".join(parts) + "\n"


def _row(law: Law, mutants: Sequence[Mutant]) -> str:
    tests = ", ".join(f"`{test.rpartition('::')[2]}`" for test in law.tests)
    breaking = ", ".join(_named(mutant) for mutant in mutants if law.number in mutant.laws)
    waits = f"not yet: {law.waits_for}" if law.waits_for else ""
    return f"| {law.number} | {law.sentence} | {tests or waits} | {breaking} |"


def _named(mutant: Mutant) -> str:
    name = f"**{mutant.name}**" if mutant.bug else mutant.name
    return f"{name} ({mutant.held})"
