"""`python -m reliability.jumps SEED [short]`: the cases of row 11, then one JSON object; `... case CASE`: one again."""

import json
import sys

from reliability.jumps import campaign
from reliability.jumps.trial import Case, live
from simulation import quiet


def main(words: list[str]) -> int:
    """Run the campaign, or one case."""
    quiet.be_quiet()
    if words[0] == "case":
        print("jumped" if live(Case.named(words[1])) else "that point was not there")
        return 0
    print(json.dumps(campaign.held(int(words[0]), short="short" in words)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
