"""Today's medicines: what is to give, what was given, by whom; and the forms of the list."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yijia.apps.homes import forms, queries, words
from yijia.apps.homes.screens.living import FormPage
from yijia.apps.homes.screens.shared import SlotLine, bed_word, recorded, slot_lines
from yijia.core.calendar import business_date
from yijia.core.homes.medicines import Standing
from yijia.core.permissions import Permission, may

UNWRITTEN = frozenset({Standing.DUE.value, Standing.LATE.value})


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of the day with everybody's doses."""

    time: str
    lines: list[SlotLine]
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class MedicineDay:
    """A day's round."""

    on: date
    is_today: bool
    before: date
    after: date | None
    slots: list[Slot]
    total: int
    written: int
    open: int
    late: int
    only: str
    outcomes: list[tuple[str, Any]]
    may_give: bool


def day_of_medicines(request: HttpRequest) -> MedicineDay:
    """The round of a day, by time; `only=open` leaves what is written out."""
    actor, at = request.actor, request.at
    today = business_date(at)
    on = min(_day(request.GET.get("on", ""), today), today)
    only = "open" if request.GET.get("only") == "open" else ""
    rows = queries.medicines_of_day(actor, on)
    beds = {
        one["placement_id"]: f"{bed.building} {bed.room}-{bed.number}"
        for bed in queries.beds_of(actor)
        for one in bed.taken
    }
    lines = slot_lines(rows, on, at, beds)
    recorded(request, "homes.medicines", [line.resident_id for line in lines])
    slots = []
    for clock, of_time in groupby(lines, key=lambda line: line.time):
        found = list(of_time)
        shown = [line for line in found if not only or line.state in UNWRITTEN]
        if shown:
            shown.sort(key=lambda line: (line.state not in UNWRITTEN, line.bed, line.who))
            slots.append(
                Slot(
                    clock,
                    shown,
                    sum(line.state in UNWRITTEN for line in found),
                    sum(line.state == Standing.LATE for line in found),
                )
            )
    count = sum(line.dose_id is not None for line in lines)
    asked = sum(line.state != Standing.AWAY for line in lines)  # of who was away nothing is asked
    return MedicineDay(
        on, on == today, on - timedelta(days=1), on + timedelta(days=1) if on < today else None, slots, asked, count,
        sum(line.state in UNWRITTEN for line in lines), sum(line.state == Standing.LATE for line in lines), only,
        [(str(code), word) for code, word in words.OUTCOMES.items()], may(actor, Permission.HOME_GIVE),
    )  # fmt: skip


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text) if len(text) == 10 and text >= "2000" else today
    except ValueError:
        return today


def new_medicine_page(request: HttpRequest, resident_id: int) -> tuple[FormPage, int]:
    """The form of a new line, and the placement it belongs to."""
    row = queries.get_placement_of(request.actor, resident_id)
    recorded(request, "homes.new_medicine", [resident_id])
    form = forms.MedicineForm(
        request.POST if request.method == "POST" else None, initial={"from_on": business_date(request.at)}
    )
    lead = f"{row.resident.name} · {bed_word(row)}"
    note = _("照处方或单子抄写，不改用量。看不清的先问开药医生。")
    back = reverse("homes:resident", args=[resident_id])
    return FormPage(_("加一种药"), lead, _("写入用药单"), back, form, note=note), row.pk


def stop_page(request: HttpRequest, medicine_id: int) -> FormPage:
    """The form of stopping a line."""
    row = queries.get_medicine(request.actor, medicine_id)
    recorded(request, "homes.stop_medicine", [row.placement.resident_id])
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("homes:resident", args=[row.placement.resident_id])
    lead = f"{row.placement.resident.name} · {row.name} {row.dose}"
    return FormPage(_("停用这种药"), lead, _("从今天起停用"), back, form, is_danger=True)


def correct_page(request: HttpRequest, dose_id: int) -> FormPage:
    """The form of putting a written dose right."""
    row = queries.get_dose(request.actor, dose_id)
    recorded(request, "homes.correct_dose", [row.medicine.placement.resident_id])
    form = forms.CorrectForm(request.POST if request.method == "POST" else None)
    lead = f"{row.medicine.placement.resident.name} · {row.medicine.name} · {row.on} {row.slot}"
    note = _("原来写的是“%(outcome)s”。更正后原来写的仍可查看。") % {"outcome": words.OUTCOMES[row.outcome]}
    return FormPage(_("更正用药登记"), lead, _("更正"), reverse("homes:medicines"), form, note=note)
