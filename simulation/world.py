"""The whole world of one seed: a hub, stations, printers and people, from the first morning until everything is done.

A day is its work: idle hours in which nothing is printed are skipped, kiosks are switched off in the evening (or only
stopped, as a sleeping PC is) and on again in the morning. After the last day the faults stop, people set everything
right, and all that was begun must end within a few more days of virtual time.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prr.record import Right
from simulation import templates
from simulation.clerk import Clerk
from simulation.clock import DAY_S, HubClock, StationClock
from simulation.errors import InvariantBrokenError
from simulation.face import Faces
from simulation.fate import Fate
from simulation.faults import Trigger
from simulation.host import Host
from simulation.hub_host import HubHost
from simulation.invariants.scene import Scene, StationScene
from simulation.link import Line
from simulation.look import HUB, STATION, Look
from simulation.mishap import Mishaps
from simulation.printer import SeenCard, VirtualPrinter
from simulation.records import right_of
from simulation.scheduler import Scheduler
from simulation.settings import Settings, StationSettings
from simulation.trace import Trace
from simulation.watch import Watch

SLICE_S = 20.0
DAY_LIMIT_S = 1_200.0
CARD_S = 30.0
EVENING_S = 400.0
EXTRA_DAYS = 9
SLEEPS_SHARE = 0.25  # of the evenings on which a PC is not switched off


@dataclass
class Post:
    """One station with its people and its mishaps."""

    host: Host
    clerk: Clerk
    mishaps: Mishaps
    scene: StationScene


class World:
    """One run."""

    def __init__(
        self, settings: Settings, folder: Path, *,
        keep: bool = False, only: frozenset[str] | None = None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.station_days = 0
        chance = random.Random(f"world {settings.seed}")
        self.scheduler = Scheduler(random.Random(f"ties {settings.seed}"))
        self.trace = Trace(self.scheduler, keep=keep)
        self._chance = chance
        self._folder = folder
        self._trusting = only is not None
        self._rights: list[Right] = []
        self._clock = HubClock(self.scheduler, settings.begins_at)
        self.hub = HubHost(
            folder / "hub", self.scheduler, self.trace, self._clock, settings.cap,
            len(settings.stations),
        )  # fmt: skip
        self._hub_look = Look(self.hub.store_path, HUB)
        self.hub.on_replaced = self._hub_look.close
        self._faces = Faces(pictures=settings.pictures)
        self.scene = Scene(self.hub, self._hub_look, [])
        self.watch = Watch(self.scene, self.trace, only)
        self.posts = [self._post(index, one) for index, one in enumerate(settings.stations)]
        self.scheduler.after_act = self._after_act

    # --- making -------------------------------------------------------------------------------

    def _post(self, index: int, settings: StationSettings) -> Post:
        folder = self._folder / settings.name
        folder.mkdir()
        (folder / "station.sqlite").write_bytes(templates.station_store())
        clock = StationClock(self.scheduler, self.settings.begins_at, settings.name)
        chance = random.Random(f"{settings.name} {self.settings.seed}")
        printer = VirtualPrinter(
            self.scheduler, settings, f"SIM-{index + 1}", self._faces,
            lambda card: self._card_left(index, card),
        )  # fmt: skip
        host = Host(
            settings, folder, self.scheduler, self.trace, clock, printer, self._faces, chance
        )
        look = Look(host.store_path, STATION)
        scene = StationScene(host, look)
        self.scene.stations.append(scene)
        mishaps = Mishaps(
            host, look, self.hub, self._rights, lambda copy: self._replace(index, copy), chance
        )
        plan = tuple(fault for fault in self.settings.faults if fault.station == index)
        host.fate = Fate(self.scheduler, self.trace, host.name, plan, mishaps.strike)
        host.line = Line(
            host.name, self.hub, self.scheduler, self.trace, chance,
            lambda: host.fate.next(Trigger.CALL),
        )  # fmt: skip
        host.on_write = lambda _host, names: self.watch.station_wrote(scene, names)
        host.on_feed = lambda _host: self.watch.feed_begins(scene)
        host.on_replay = lambda _host: self.trace.reach("old answer refused")
        clerk = Clerk(host, look, chance, trusting=self._trusting)
        return Post(host, clerk, mishaps, scene)

    def _card_left(self, index: int, card: SeenCard) -> None:
        host = self.posts[index].host
        worth = "good" if card.good else "not good"
        self.trace.say(host.name, f"card {card.number} leaves, {worth}, of {card.right}")
        if card.good and card.right is not None:
            self.watch.good_card(card.right, card.at_s)

    def _replace(self, index: int, copy: bytes) -> None:
        post = self.posts[index]
        post.host.kill_all()
        post.clerk.close()
        post.scene.look.close()
        post.host.store_path.write_bytes(copy)
        post.scene.forget()
        post.host.up = False
        post.host.boot()

    def _after_act(self) -> None:
        self.scene.now_s = self.scheduler.now_s

    # --- running ------------------------------------------------------------------------------

    def run(self) -> None:
        """Live through every day.

        Raises:
            InvariantBrokenError: an invariant does not hold.
        """
        first = 1
        for day, count in enumerate(self.settings.records):
            self._morning(day)
            numbers = range(first, first + count)
            self._hub_there()
            self.hub.import_records(numbers)
            self._rights.extend(right_of(number) for number in numbers)
            first += count
            self._work(DAY_LIMIT_S + count * CARD_S, self._quiet)
            self._evening()
        self._drain()

    def close(self) -> None:
        """End everything and close every file."""
        for post in self.posts:
            post.host.kill_all()
            post.clerk.close()
            post.scene.look.close()
        self._hub_look.close()
        self.hub.stop()

    def _hub_there(self) -> None:
        if not self.hub.up:
            self.hub.start()

    def _morning(self, day: int) -> None:
        self.scheduler.run_until(max(self.scheduler.now_s, day * DAY_S))
        self.station_days += len(self.posts)
        self.trace.say("office", f"morning of day {day + 1}")
        for post in self.posts:
            post.clerk.away = False
            post.host.printer.power_on()
            post.host.boot()

    def _work(self, limit_s: float, done: Callable[[], bool]) -> None:
        until_s = self.scheduler.now_s + limit_s
        while self.scheduler.now_s < until_s:
            self.scheduler.run_until(self.scheduler.now_s + SLICE_S)
            if done():
                return

    def _evening(self) -> None:
        for post in self.posts:
            post.clerk.away = True
            if post.host.up and self._chance.random() >= SLEEPS_SHARE:
                post.host.shut_down()
            else:
                morning_s = (self.scheduler.now_s // DAY_S + 1) * DAY_S
                post.host.frozen_until_s = max(post.host.frozen_until_s, morning_s)
        going = [post.host for post in self.posts if not self._sleeps(post)]
        self._work(EVENING_S, lambda: not any(host.at_work for host in going))
        for host in going:
            host.cut_power()
        self.watch.day_ended()

    def _sleeps(self, post: Post) -> bool:
        return post.host.frozen_until_s > self.scheduler.now_s + EVENING_S

    def _quiet(self) -> bool:
        """Tell whether nothing more can be done today: all is done, or what is left waits for another day."""
        working = [post.scene for post in self.posts if not self._given_up(post)]
        return all(self.watch.nothing_to_do(scene) for scene in working) and (
            self.watch.nothing_ready() or all(self.watch.cap_reached(scene) for scene in working)
        )

    def _given_up(self, post: Post) -> bool:
        """Tell whether a station waits for the office to write it off."""
        return post.host.retired or post.mishaps.restored or post.clerk.needs_office

    # --- the end ------------------------------------------------------------------------------

    def _drain(self) -> None:
        """Stop the faults, have people set everything right, and see that everything ends."""
        for post in self.posts:
            post.host.fate.end()
            post.mishaps.end()
        self._hub_there()
        day = len(self.settings.records)
        for extra in range(EXTRA_DAYS):
            for post in self.posts:
                self._retire_if_needed(post)
            self._morning(day + extra)
            self._work(DAY_LIMIT_S, lambda: self.watch.finished() or self._quiet())
            finished = self.watch.finished()
            self._evening()
            if finished:
                break
            for post in self.posts:
                post.host.frozen_until_s = 0.0
        else:
            raise InvariantBrokenError("inv_31_everything_ends", self.watch.what_is_left())
        self.watch.ended()

    def _retire_if_needed(self, post: Post) -> None:
        """Write off a station whose store was put back from a copy: its book can't be mended."""
        if post.host.retired or not self._given_up(post):
            return
        post.host.cut_power()
        post.host.retired = True
        self.hub.write_off(post.host.name)
        self.trace.say("office", f"writes {post.host.name} off")
        self.trace.reach("station written off")
