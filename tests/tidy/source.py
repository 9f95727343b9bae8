"""One Python source as the rules see it: its path, its tree, and what each name in it stands for."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file.

    Attributes:
        path: relative to the repository, with forward slashes.
        imported: local name -> dotted name it was imported from, for the whole file.
    """

    path: str
    text: str
    tree: ast.Module
    imported: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, path: str, text: str) -> "Source":
        """Parse a file's text.

        Raises:
            SyntaxError: it is no Python.
        """
        tree = ast.parse(text, filename=path)
        return cls(path, text, tree, dict(_imports(tree)))

    @property
    def name(self) -> str:
        """Return the file name without its ending."""
        return PurePosixPath(self.path).stem

    def matches(self, patterns: tuple[str, ...]) -> bool:
        """Tell whether the path is one of these, `*` standing for one step of a path."""
        return any(PurePosixPath(self.path).match(pattern) for pattern in patterns)

    def dotted(self, node: ast.expr) -> str:
        """Return the full dotted name an expression stands for, or "" if it is no plain name."""
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        return ""

    def functions(self) -> Iterator[FunctionDef]:
        """Yield every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def at(self, node: ast.stmt | ast.expr | ast.excepthandler, sentence: str) -> str:
        """Word a finding at a line."""
        return f"{self.path}:{node.lineno}: {sentence}"


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
