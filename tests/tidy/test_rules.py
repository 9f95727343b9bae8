"""Each rule is fed a file that breaks it, and the nearest one that does not."""

import textwrap
from collections.abc import Callable, Iterator

import pytest
from tidy import conduct, shape, tree
from tidy.source import Source

pytestmark = pytest.mark.pure

# Put together here, so that the rules find nothing in this file.
SOMEBODYS = "320112" + "010190" + "0001"
NOBODYS = "320199" + "010190" + "0001"
INDEX = "pypi" + ".org"
HOME = "/" + "home/budi/station"


def findings(
    rule: Callable[[Source], Iterator[str]], code: str, path: str = "station/thing.py"
) -> list[str]:
    return list(rule(Source.parse(path, textwrap.dedent(code))))


BAD = [
    (shape.short_file, "x = 1\n" * 401),
    (shape.short_functions, "def long():\n" + "    x = 1\n" * 60),
    (shape.module_docstring, "x = 1\n"),
    (shape.telling_names, "class JobManager: ...\n"),
    (shape.telling_names, "def date_helper(): ...\n"),
    (conduct.injected_time_and_chance, "import time\ntime.sleep(1)\n"),
    (conduct.injected_time_and_chance, "import time as t\nt.monotonic()\n"),
    (conduct.injected_time_and_chance, "from time import time\ntime()\n"),
    (conduct.injected_time_and_chance, "from datetime import datetime, UTC\ndatetime.now(UTC)\n"),
    (conduct.injected_time_and_chance, "import datetime as dt\ndt.date.today()\n"),
    (conduct.injected_time_and_chance, "import random\nrandom.shuffle([])\n"),
    (conduct.injected_time_and_chance, "import random\nrandom.Random()\n"),
    (conduct.injected_time_and_chance, "import numpy as np\nnp.random.default_rng()\n"),
    (conduct.narrow_excepts, "try:\n    pass\nexcept Exception:\n    pass\n"),
    (conduct.narrow_excepts, "try:\n    pass\nexcept:\n    pass\n"),
    (conduct.narrow_excepts, "try:\n    pass\nexcept (OSError, BaseException):\n    pass\n"),
    (conduct.narrow_excepts, "import contextlib\nwith contextlib.suppress(Exception):\n    pass\n"),
    (conduct.chained_raises, "try:\n    pass\nexcept OSError:\n    raise ValueError('x')\n"),
    (
        conduct.chained_raises,
        "try:\n    pass\nexcept OSError:\n    if x:\n        raise ValueError('x')\n",
    ),
    (conduct.sql_in_its_place, "q = 'SELECT id FROM intent'\n"),
    (conduct.sql_in_its_place, "q = f'insert into {table} values (1)'\n"),
    (conduct.sql_in_its_place, "q = 'update rights set state = 1'\n"),
    (conduct.sql_in_its_place, "q = 'DELETE FROM rights'\n"),
]


@pytest.mark.parametrize(("rule", "code"), BAD)
def test_rule_finds(rule: Callable[[Source], Iterator[str]], code: str) -> None:
    assert len(findings(rule, code)) == 1


GOOD = [
    (shape.short_file, "x = 1\n" * 400),
    (shape.short_functions, "def fits():\n" + "    x = 1\n" * 59),
    (shape.module_docstring, '"""A thing."""\nx = 1\n'),
    (shape.module_docstring, ""),
    (
        shape.telling_names,
        "from contextlib import contextmanager\n\n@contextmanager\ndef held(): ...\n",
    ),
    (
        conduct.injected_time_and_chance,
        "import time\ndef f(clock=time.monotonic): return clock()\n",
    ),
    (conduct.injected_time_and_chance, "import random\nr = random.Random(7)\nr.shuffle([])\n"),
    (conduct.injected_time_and_chance, "def f(clock): return clock.sleep(1)\n"),
    (conduct.narrow_excepts, "try:\n    pass\nexcept (OSError, ValueError):\n    pass\n"),
    (
        conduct.chained_raises,
        "try:\n    pass\nexcept OSError as e:\n    raise ValueError('x') from e\n",
    ),
    (conduct.chained_raises, "try:\n    pass\nexcept OSError:\n    raise\n"),
    (
        conduct.chained_raises,
        "try:\n    pass\nexcept OSError:\n    pass\nelse:\n    raise ValueError\n",
    ),
    (conduct.sql_in_its_place, "'''SELECT id FROM intent is how the store asks.'''\n"),
    (conduct.sql_in_its_place, "say = 'select a printer, then update its settings'\n"),
]


@pytest.mark.parametrize(("rule", "code"), GOOD)
def test_rule_lets_pass(rule: Callable[[Source], Iterator[str]], code: str) -> None:
    assert findings(rule, code) == []


def test_a_telling_file_name() -> None:
    assert findings(shape.telling_names, "", "station/text_utils.py")
    assert not findings(shape.telling_names, "", "station/utility_meter.py")


def test_excused_places() -> None:
    sleep = "import time\ntime.sleep(1)\n"
    assert not findings(conduct.injected_time_and_chance, sleep, "hub/clock.py")
    assert not findings(conduct.injected_time_and_chance, sleep, "drivers/cli.py")
    assert findings(conduct.injected_time_and_chance, sleep, "hub/alarm_clock.py")
    sql = "q = 'SELECT id FROM intent'\n"
    assert not findings(conduct.sql_in_its_place, sql, "station/database.py")
    assert findings(conduct.sql_in_its_place, sql, "station/press.py")


def test_machine_paths() -> None:
    assert list(tree.no_machine_path({"a.md": f"cd {HOME}"}))
    assert list(tree.no_machine_path({"a.toml": 'dir = "/' + 'root/x"'}))
    assert not list(tree.no_machine_path({"a.md": "see docs/home/x, /opt/ktp-station and ~/tmp/x"}))


def test_documents_outside() -> None:
    assert list(tree.own_documents({"a.py": "# see shared/" + "design/X.md"}))
    assert not list(tree.own_documents({"a.py": "# see docs/adr, shared/libs"}))


def test_package_indexes_and_addresses() -> None:
    assert list(tree.no_index_host({"Makefile": f"pip install -i https://{INDEX}/simple"}))
    assert list(tree.no_index_host({"requirements/dev.txt": "x @ https://example.org/x.whl"}))
    assert list(tree.no_index_host({"requirements/dev.txt": "--index-url foo"}))
    assert not list(tree.no_index_host({"requirements/dev.txt": "numpy==2.4.6 --hash=sha256:00"}))


def test_numbers_that_could_be_somebodys() -> None:
    assert list(tree.no_real_nik({"a.md": f"NIK {SOMEBODYS}."}))
    assert not list(tree.no_real_nik({"a.md": f"NIK {NOBODYS}."}))
    assert not list(tree.no_real_nik({"a.md": f"sha256 ab{SOMEBODYS}cd, {SOMEBODYS}7"}))
    assert not list(tree.no_real_nik({tree.NIK_VECTORS: SOMEBODYS}))


def test_protocol_notes() -> None:
    drivers = {"evolis": "drivers.evolis.driver:EvolisDriver"}
    assert list(tree.protocol_notes({}, drivers))
    assert not list(tree.protocol_notes({"docs/protocols/evolis.md": ""}, drivers))


def test_decisions() -> None:
    assert list(tree.decisions({"docs/adr/0001-a.md": "", "docs/adr/0003-c.md": ""}))
    assert list(tree.decisions({"docs/adr/0001-a.md": "line\n" * 61}))
    assert list(tree.decisions({"docs/adr/notes.md": ""}))
    assert not list(tree.decisions({"docs/adr/0001-a.md": "line\n" * 60, "docs/adr/0002-b.md": ""}))
