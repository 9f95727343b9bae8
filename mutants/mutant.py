"""A mutant: one rule taken out of the code or of a schema, and the laws whose tests must then fail.

Kept as data in `rules/*.toml`, a file a group. An edit names a file of the tree, a text that stands in it exactly once,
and what stands there instead; where it is kept says who held the rule: the schema, the code, or (edits of both kinds in
one mutant) one behind the other.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

RULES = Path(__file__).parent / "rules"


class Held(StrEnum):
    """Where a rule stands."""

    CODE = "code"
    SCHEMA = "schema"
    BOTH = "both"


class RuleTextError(Exception):
    """The tree has moved on: a text that a mutant takes out is not there, or not only once."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One text in place of another."""

    file: str
    find: str
    put: str

    @property
    def held(self) -> Held:
        """Tell whether it takes a rule out of a schema or out of code."""
        schema = "/migrations/" in self.file or self.file == "hub/schema.py"
        return Held.SCHEMA if schema else Held.CODE

    def check(self, tree: Path) -> None:
        """See that it applies.

        Raises:
            RuleTextError: its text does not stand in its file exactly once.
        """
        path = tree / self.file
        count = path.read_text().count(self.find) if path.is_file() else 0
        if count != 1:
            head = self.find.strip().splitlines()[0]
            raise RuleTextError(f"{self.file}: {head!r} stands there {count} times, once expected")

    def apply(self, tree: Path) -> None:
        """Put the other text into a copy of the tree."""
        self.check(tree)
        path = tree / self.file
        path.write_text(path.read_text().replace(self.find, self.put))


@dataclass(frozen=True, slots=True)
class Mutant:
    """One rule taken out.

    Attributes:
        name: what is wrong then.
        laws: numbers of the laws that it breaks; a test of each must fail.
        bug: it is one of the protocol errors that the model of the protocol seeds.
        edits: all of them together.
    """

    name: str
    laws: tuple[int, ...]
    bug: bool
    edits: tuple[Edit, ...]

    @property
    def held(self) -> Held:
        """Tell where the rule stood."""
        places = {edit.held for edit in self.edits}
        return places.pop() if len(places) == 1 else Held.BOTH

    def halves(self) -> "tuple[Mutant, ...]":
        """Return the two mutants that leave one of both guards in place; none where there is one guard only."""
        if self.held is not Held.BOTH:
            return ()
        return tuple(
            Mutant(
                f"{self.name} ({place} only)", self.laws, self.bug,
                tuple(edit for edit in self.edits if edit.held is place),
            )
            for place in (Held.SCHEMA, Held.CODE)
        )  # fmt: skip


def mutants() -> tuple[Mutant, ...]:
    """Return all, in the order of their files."""
    found = [
        _mutant(table)
        for path in sorted(RULES.glob("*.toml"))
        for table in tomllib.loads(path.read_text())["mutant"]
    ]
    assert len({mutant.name for mutant in found}) == len(found), "two mutants of one name"
    return tuple(found)


def _mutant(table: dict[str, Any]) -> Mutant:
    edits = tuple(Edit(edit["file"], edit["find"], edit["put"]) for edit in table["edit"])
    return Mutant(table["name"], tuple(table["laws"]), table.get("bug", False), edits)
