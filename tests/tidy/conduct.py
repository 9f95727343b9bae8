"""Rules on what code may do where: call clocks and dice, swallow errors, drop a cause, speak SQL.

Each list of places names its reason. A place is added here together with the code that needs it, or not at all.
"""

import ast
import re
from collections.abc import Iterator

from tidy.source import Source

CLOCK_MODULES = ("*/clock.py",)
# Where real time and real randomness are put in; `bench` measures the clock's own time.
COMPOSITION_ROOTS = (
    "*/cli.py", "station/demo/*.py", "station/daemon.py", "bench/*.py", "linearizability/*.py",
    "mutants/trial.py", "mutants/__main__.py",
)  # fmt: skip

BANNED_CALLS = frozenset(
    {
        "time.time",
        "time.time_ns",
        "time.sleep",
        "time.monotonic",
        "time.monotonic_ns",
        "time.perf_counter",
        "time.perf_counter_ns",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
    }
)
SEEDED = frozenset({"random.Random", "numpy.random.default_rng"})

# Boundaries that must outlive whatever happens inside them, once per item of work.
BROAD_EXCEPT_PLACES: tuple[str, ...] = (
    "station/daemon.py",  # worker boundary: whatever escapes a role ends the process; systemd starts a new one
    "hub/problem.py",  # HTTP boundary: a problem document instead of a traceback
    "simulation/run.py",  # seed boundary: whatever escapes a simulated world is that seed's finding
    "reliability/fuzz/noise.py",  # the same for noise to a codec
    "reliability/fuzz/run.py",  # input boundary: whatever a fuzzed input ends in but a typed error is the finding
    "emulator/ports/listener.py",  # connection boundary: one bad client ends its own connection
)
BROAD = frozenset({"Exception", "BaseException"})

SQL_PLACES = (
    "station/database.py",
    "hub/schema.py",
    "hub/metadata.py",
    "hub/migrations/triggers.py",
    "hub/db.py",
    "hub/sqlite.py",
    "hub/postgresql.py",
)
_SQL = re.compile(
    r"\bselect\b.{1,400}?\bfrom\s+[a-z_\"]|\binsert\s+(or\s+\w+\s+)?into\s+\w|\bupdate\s+\w+\s+set\s+\w"
    r"|\bdelete\s+from\s+\w|\bcreate\s+(unique\s+)?(table|index|trigger)\s+\w",
    re.IGNORECASE | re.DOTALL,
)


def injected_time_and_chance(source: Source) -> Iterator[str]:
    """Time and randomness come in as parameters; naming `time.monotonic` as a default does not call it."""
    if source.matches(CLOCK_MODULES + COMPOSITION_ROOTS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = source.dotted(node.func)
            if name in BANNED_CALLS or _unseeded(name, node):
                yield source.at(
                    node,
                    f"{name}() outside a clock module: take a clock or a Random as a parameter",
                )


def _unseeded(name: str, call: ast.Call) -> bool:
    if name in SEEDED:
        return not (call.args or call.keywords)
    return name.startswith(("random.", "numpy.random."))


def narrow_excepts(source: Source) -> Iterator[str]:
    """An error is caught by its type; everything else ends the process."""
    if source.matches(BROAD_EXCEPT_PLACES):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and _catches_all(source, node):
            yield source.at(node, "catches everything: name the error, or let it end the process")
        if (
            isinstance(node, ast.Call)
            and source.dotted(node.func) == "contextlib.suppress"
            and any(_broad(source, argument) for argument in node.args)
        ):
            yield source.at(node, "suppresses everything: name the error")


def _catches_all(source: Source, handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler swallows everything; one that cleans up and ends in `raise` swallows nothing."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    return handler.type is None or _broad(source, handler.type)


def _broad(source: Source, caught: ast.expr) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_broad(source, one) for one in caught.elts)
    return source.dotted(caught).removeprefix("builtins.") in BROAD


def chained_raises(source: Source) -> Iterator[str]:
    """An error raised while handling another names it as its cause."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            for inner in _same_frame(node.body):
                if isinstance(inner, ast.Raise) and inner.exc is not None and inner.cause is None:
                    yield source.at(inner, "raise without `from`: name the cause")


def _same_frame(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Walk statements without entering functions, which run later, or nested handlers, which are visited themselves."""
    open_nodes: list[ast.AST] = list(body)
    while open_nodes:
        node = open_nodes.pop()
        yield node
        nested = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ExceptHandler
        open_nodes.extend(
            child for child in ast.iter_child_nodes(node) if not isinstance(child, nested)
        )


def sql_in_its_place(source: Source) -> Iterator[str]:
    """SQL lives in `.sql` files or in the one module that owns the store."""
    if source.matches(SQL_PLACES):
        return
    prose = set(_docstrings(source.tree))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.expr) and id(node) not in prose and _SQL.search(_text(node)):
            yield source.at(node, "SQL in a Python string: move it to the store's module or a .sql")


def _text(node: ast.expr) -> str:
    """Return a string's text, with `x` for each inserted value, or "" for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "x" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def _docstrings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield id(node.value)
