"""The stage of a simulated day: a queue of stories on one clock, and the one door through which they act."""

import heapq
import time
from collections import Counter
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from yijia.apps.visits import jobs as visit_jobs
from yijia.base import accounts, outbox, scope
from yijia.base.errors import Forbidden, Invalid, NotFound, Refused, Stale
from yijia.base.models import User
from yijia.core.calendar import local
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal
from yijia.demo.county.plan import County

Story = Generator[datetime, datetime, None]
WATCH = timedelta(minutes=5)
TIDY_EVERY = 2  # watches
NIGHT = (21, 22, 23, 0, 1, 2, 3, 4, 5)


class Stage:
    """Runs stories in the order of their instants until the day ends.

    A story is a generator: it yields the instant at which it wants to go on, and is sent the instant it is.
    """

    def __init__(self, county: County, rng: Random, until: datetime) -> None:
        self.county, self.rng, self.until = county, rng, until
        self.actions: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.examples: dict[str, Refusal] = {}
        self.invalid: Counter[str] = Counter()
        self.places: dict[int, tuple[float, float]] = {}  # where each nurse's phone was last
        self.troubles: list[dict[str, object]] = []  # of conduct, as they happened
        self.seconds = 0.0
        self._actors: dict[tuple[int, str], Actor] = {}
        self._queue: list[tuple[datetime, int, Story]] = []
        self._serial = self._watches = 0

    def tell(self, at: datetime, story: Story) -> None:
        """Put a story on the stage at its first instant."""
        next(story)
        self._push(at, story)

    def run(self, on_tick: Callable[[datetime], None] = lambda at: None) -> None:
        """Play until the queue is empty or the day is over."""
        started = time.perf_counter()
        watch = self._queue[0][0] if self._queue else self.until
        while self._queue and self._queue[0][0] < self.until:
            at, _, story = heapq.heappop(self._queue)
            while watch <= at:
                self._watch(watch)
                on_tick(watch)
                watch += WATCH
            try:
                self._push(story.send(at), story)
            except StopIteration:
                pass
        while watch <= self.until:
            self._watch(watch)
            watch += WATCH
        on_tick(self.until)
        self.seconds = time.perf_counter() - started

    def act(self, what: Callable[..., Any], who: Actor, at: datetime, **facts: Any) -> Any:
        """One action by one person, seen only what they may see; None when it was refused, which is counted."""
        sight = accounts.tenants_of(who)
        if sight != scope.ALL:
            scope.set_tenants(sight)
        try:
            result = what(by=who, at=at, **facts)
        except Refused as error:
            self.refuse(error.refusal)
            return None
        except Forbidden as error:
            self.refuse(Refusal("permission.missing", {"permission": str(error.permission)}))
            return None
        except Invalid as error:
            self.invalid[", ".join(sorted(error.fields))] += 1
            return None
        except (NotFound, Stale) as error:
            self.invalid[type(error).__name__] += 1
            return None
        finally:
            if sight != scope.ALL:
                scope.set_tenants(scope.ALL)
        self.actions[what.action_name] += 1  # type: ignore[attr-defined]
        if connection.in_atomic_block:  # inside a test's transaction nothing is ever committed
            outbox.drain(at=at)
        return result

    def refuse(self, refusal: Refusal) -> None:
        """Count a no by its code, and keep the first of each to show its words."""
        self.refusals[refusal.code] += 1
        self.examples.setdefault(refusal.code, refusal)

    def actor(self, user_id: int, role: str, at: datetime) -> Actor:
        """Somebody in one of their roles; the same all day."""
        if (user_id, role) not in self._actors:
            self._actors[user_id, role] = accounts.actor_for(User.objects.get(pk=user_id), at, role)
        return self._actors[user_id, role]

    def later(self, at: datetime, least_min: float, most_min: float) -> datetime:
        """Some minutes on."""
        return at + timedelta(seconds=round(self.rng.uniform(least_min, most_min) * 60))

    def _push(self, at: datetime, story: Story) -> None:
        self._serial += 1
        heapq.heappush(self._queue, (at, self._serial, story))

    def _watch(self, at: datetime) -> None:
        """What the workers do every few seconds and minutes; at night, when nobody is out, it can wait."""
        self._watches += 1
        if local(at).hour in NIGHT:
            return
        visit_jobs.watch(at)
        if self._watches % TIDY_EVERY == 0:
            visit_jobs.tidy(at)
