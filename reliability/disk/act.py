"""The process that is recorded: plays one scenario on a store.

`python -m reliability.disk.act SCENARIO FOLDER MARKS SETTINGS`
"""

import sys
from pathlib import Path

from reliability.disk.scenarios import SCENARIOS
from reliability.disk.stage import Marks, Settings, Stage


def main() -> None:
    """Play it."""
    name, folder, marks, settings = sys.argv[1:]
    stage = Stage(Path(folder), Marks(Path(marks)), Settings(settings))
    SCENARIOS[name](stage)
    stage.close()


if __name__ == "__main__":
    main()
