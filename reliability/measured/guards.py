"""What stops the program where something is not as it must be, counted: all of it is on in production.

    code    assertions and typed refusals of the core's modules
    stores  checks, keys, references, columns that may not be empty and triggers of both schemas
    wire    fields of the contract with a bound of their own

The core writes by SQL and speaks by the contract, so most of what it takes for certain is held there, at every write
and every message, and not a second time in Python.
"""

import ast
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from hub import schema
from prr import exchange, record
from prr.canonical import Contract
from reliability.machine import ROOT
from station.database import Database

LAWS = ("CHECK", "UNIQUE", "REFERENCES", "NOT NULL", "RAISE")


@dataclass(frozen=True, slots=True)
class Guards:
    """How many there are of each kind, and how many functions the core has."""

    code: int
    stores: int
    wire: int
    functions: int

    @property
    def each(self) -> float:
        """Return the guards a function."""
        return (self.code + self.stores + self.wire) / self.functions


def counted(core: Iterable[str]) -> Guards:
    """Count the guards of the core's modules, given as paths below the root, and of what they write to and speak."""
    code = functions = 0
    for name in core:
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            code += isinstance(node, ast.Assert | ast.Raise)
            functions += isinstance(node, ast.FunctionDef)
    return Guards(code, _of_station() + _of_hub(), _of_wire(), functions)


def _of_station() -> int:
    with TemporaryDirectory(prefix="ktp-guards-") as folder:
        path = Path(folder) / "station.sqlite"
        Database.in_folder(path, station="COUNTED").close()
        store = sqlite3.connect(path)
        try:
            texts = [text for text in store.iterdump() if text.startswith("CREATE")]
        finally:
            store.close()
    return sum(text.count(law) for text in texts for law in LAWS)


def _of_hub() -> int:
    kinds = (sa.CheckConstraint, sa.UniqueConstraint, sa.ForeignKeyConstraint)
    count = 0
    for table in schema.hub.metadata.tables.values():
        count += sum(isinstance(one, kinds) for one in table.constraints)
        count += sum(not column.nullable for column in table.columns)
        count += sum(index.unique for index in table.indexes)
    return count


def _of_wire() -> int:
    models = {
        one
        for module in (exchange, record)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Contract)
    }
    return sum(bool(field.metadata) for model in models for field in model.model_fields.values())
