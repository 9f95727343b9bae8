"""The short form of the reliability table: every row that can be run here keeps its goal."""

import subprocess

from reliability.lanes import environment
from reliability.machine import ROOT
from reliability.outside import python


def test_the_short_table_holds() -> None:
    done = subprocess.run(
        [*python("reliability"), "--short"],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
