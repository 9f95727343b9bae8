"""One seed from beginning to end: makes its world in a folder of its own, lets it run, and says how it ended."""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from simulation.errors import InvariantBrokenError
from simulation.settings import Settings
from simulation.world import World

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system without a disk; a fresh folder in it


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        broken: the invariant that does not hold, "" where all do.
        sha: hash of the whole trace.
    """

    seed: int
    broken: str
    sentence: str
    step: int
    at_s: float
    sha: str
    station_days: int
    attempts: int
    faults: int
    doubts: int
    by_people: int
    doubts_certified: int
    by_people_certified: int
    attempts_certified: int
    spoiled_certified: int
    good_cards: int
    reached: Counter[str]
    lines: tuple[str, ...]


def run(settings: Settings, *, keep: bool = False, only: frozenset[str] | None = None) -> Ending:
    """Run a seed; never raises what the simulated world did wrong, but says it.

    Args:
        settings: what was drawn.
        keep: keep every line of the trace.
        only: look for these invariants alone, with people who trust; for a world with a rule taken out.
    """
    place = MEMORY if MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="ktp-simulation-", dir=place))
    world: World | None = None
    broken, sentence = "", ""
    try:
        world = World(settings, folder, keep=keep, only=only)
        world.run()
    except InvariantBrokenError as error:
        broken, sentence = error.invariant, error.sentence
    except Exception as error:
        if world is None:
            raise
        broken = f"a role died of {type(error).__name__}"
        sentence = f"{error} at {_place(error)}"
    finally:
        if world is not None:
            world.close()
        shutil.rmtree(folder)
    assert world is not None, "a world that could not be made has raised"
    return _ending(world, broken, sentence)


def _ending(world: World, broken: str, sentence: str) -> Ending:
    watch = world.watch
    return Ending(
        seed=world.settings.seed,
        broken=broken,
        sentence=sentence,
        step=world.scheduler.steps,
        at_s=world.scheduler.now_s,
        sha=world.trace.sha,
        station_days=world.station_days,
        attempts=watch.attempts,
        faults=sum(post.host.fate.struck for post in world.posts),
        doubts=watch.doubts,
        by_people=watch.by_people,
        doubts_certified=watch.doubts_certified,
        by_people_certified=watch.by_people_certified,
        attempts_certified=watch.attempts_certified,
        spoiled_certified=watch.spoiled_certified,
        good_cards=sum(world.scene.good.values()),
        reached=world.trace.reached,
        lines=tuple(world.trace.lines),
    )


def _place(error: Exception) -> str:
    trace = error.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
