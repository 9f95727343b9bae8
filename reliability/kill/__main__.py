"""Row 4 by hand: one point of it again, or a share of its groups.

`python -m reliability.kill press,pwrite64,SIGKILL 17` runs one point;
`python -m reliability.kill share NUMBER SEED [short]` runs a share and prints it as JSON.
"""

import json
import signal
import sys

from reliability.kill.campaign import point, share
from reliability.kill.groups import GROUPS
from reliability.row import Order


def main() -> None:
    """Do what is asked for."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    match sys.argv[1:]:
        case ["share", number, seed, *form]:
            print(json.dumps(share(int(number), Order(int(seed), short=form == ["short"]))))
        case [group, number]:
            struck = point(group, int(number))
            print(
                f"the fault {'struck' if struck else 'did not strike'}; cards, store and hub agree"
            )
        case _:
            sys.exit("\n".join(["GROUP NUMBER, of these groups:", *map(str, GROUPS)]))


if __name__ == "__main__":
    main()
