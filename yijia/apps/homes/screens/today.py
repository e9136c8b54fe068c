"""The care home's first page: what to do next, the urgent first, and the house in four numbers."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.homes import queries
from yijia.apps.homes.screens.medicines import UNWRITTEN
from yijia.apps.homes.screens.shared import SlotLine, VisitLine, recorded, slot_lines, visit_line
from yijia.core.calendar import business_date
from yijia.core.homes.lifecycle import State
from yijia.core.homes.medicines import Standing
from yijia.core.permissions import Permission, may


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits."""

    label: str
    note: str
    url: str
    count: int
    tone: str


@dataclass(frozen=True, slots=True)
class Today:
    """What to do next."""

    living: int
    away: int
    free: int
    beds: int
    todos: list[Todo]
    late: list[SlotLine]
    visits: list[VisitLine]
    may_run: bool

    @property
    def share(self) -> float | None:
        """Occupancy, unknown without beds."""
        return (self.beds - self.free) / self.beds if self.beds else None


def today(request: HttpRequest) -> Today:
    """Doses to give, people who should be back, who comes today; what waits elsewhere is counted by the shell."""
    actor, at, on = request.actor, request.at, business_date(request.at)
    beds = queries.beds_of(actor)
    people = [one for bed in beds for one in bed.taken]
    names = {one["placement_id"]: f"{bed.building} {bed.room}-{bed.number}" for bed in beds for one in bed.taken}
    slots = slot_lines(queries.medicines_of_day(actor, on), on, at, names)
    open_slots = [slot for slot in slots if slot.state in UNWRITTEN]
    late = [slot for slot in open_slots if slot.state == Standing.LATE]
    visits = [visit_line(row, on) for row in queries.visits_for_home(actor, at, days=1)]
    visits.sort(key=lambda line: line.is_over)
    expected = [line for line in visits if not line.is_over]
    recorded(request, "homes.today", [one["resident_id"] for one in people])
    away = [one for one in people if one["state"] == State.AWAY]
    overdue = [one for one in away if one["back_on"] and one["back_on"] < on.isoformat()]
    todos = [
        Todo(_("用药过时还没登记"), _("先核对有没有给"), f"{reverse('homes:medicines')}?only=open", len(late), "bad"),
        Todo(_("现在该给的药"), "", f"{reverse('homes:medicines')}?only=open", len(open_slots) - len(late), "wait"),
        Todo(_("外出过了预计返院日"), _("打电话问问，办返院或改日期"), f"{reverse('homes:people')}?state=away", len(overdue), "wait"),
        Todo(_("外来人员今天还要来，或者还没离开"), "", reverse("homes:outside"), len(expected), "road"),
    ]  # fmt: skip
    return Today(
        len(people) - len(away), len(away), len(beds) - len(people), len(beds), [todo for todo in todos if todo.count], late[:8], visits,
        may(actor, Permission.HOME_RUN),
    )  # fmt: skip
