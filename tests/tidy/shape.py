"""Rules on the shape of a file: its length, its functions' length, its docstring, its names."""

import ast
import re
from collections.abc import Iterator

from tidy.source import Source

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60

# Words that say nothing about what a thing is. `contextmanager` and the like are not ours to name.
EMPTY_WORDS = frozenset({"util", "utils", "manager", "managers", "helper", "helpers"})
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def short_file(source: Source) -> Iterator[str]:
    """A file is read top to bottom in one go."""
    lines = source.text.count("\n")
    if lines > FILE_LINES_MAX:
        yield f"{source.path}: {lines} lines, at most {FILE_LINES_MAX}: split it by noun"


def short_functions(source: Source) -> Iterator[str]:
    """A function fits on a screen."""
    for function in source.functions():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield source.at(
                function, f"{function.name} has {lines} lines, at most {FUNCTION_LINES_MAX}"
            )


def module_docstring(source: Source) -> Iterator[str]:
    """Every module says what it is; an empty `__init__` has nothing to say."""
    if source.tree.body and not ast.get_docstring(source.tree):
        yield f"{source.path}: no module docstring: say what it is and what it is not"


def telling_names(source: Source) -> Iterator[str]:
    """Names are nouns of the field."""
    if EMPTY_WORDS & set(_words(source.name)):
        yield f"{source.path}: a file name that says nothing: name the thing"
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if EMPTY_WORDS & set(_words(node.name)):
            yield source.at(node, f"{node.name} says nothing: name the thing")


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]
