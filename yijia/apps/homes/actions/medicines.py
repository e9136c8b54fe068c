"""The medicine list is copied from a paper, and what became of each dose is written once; nothing about a dose is decided here."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from yijia.apps.care.actions.faults import Faults
from yijia.apps.homes import queries
from yijia.apps.homes.actions.common import home_of, locked, need
from yijia.apps.homes.models import Dose, Medicine
from yijia.base.actions import action
from yijia.base.errors import NotFound, Refused, refuse_if
from yijia.core.calendar import business_date, local
from yijia.core.homes import medicines as core
from yijia.core.homes.lifecycle import State
from yijia.core.homes.medicines import Outcome
from yijia.core.permissions import Actor, Permission
from yijia.core.refusal import Refusal

P = Permission
MOST_TIMES = 12


@action("medicines.add")
def add_medicine(
    *, placement_id: int, name: str, dose: str, route: str, times: Sequence[str], prescriber: str, source: str, from_on: date | None = None,
    until_on: date | None = None, by: Actor, at: datetime,
) -> Medicine:  # fmt: skip
    """Copy one line of a prescription to the list; the same line that stands already is that one.

    Raises      Forbidden; NotFound; Invalid; Refused placements.over
    Source      HOME-09 in docs/rules/homes.md
    """
    need(by, P.HOME_GIVE)
    placement, today = locked(by, placement_id), business_date(at)
    if placement.state == State.LEFT:
        raise Refused(Refusal("placements.over"))
    faults = Faults()
    texts = {"name": (name, 80), "dose": (dose, 60), "route": (route, 20), "prescriber": (prescriber, 80), "source": (source, 80)}  # fmt: skip
    for field, (text, most) in texts.items():
        faults.text(field, text, most, is_needed=True)
    read = core.read_times(times)
    if not read or len(read) > MOST_TIMES:
        faults.add("times", "clock_times", most=MOST_TIMES)
    begins = from_on or today
    if until_on is not None and until_on <= begins:
        faults.add("until_on", "ends_before_start")
    faults.settle()
    facts = {field: text.strip() for field, (text, _most) in texts.items()} | {
        "times": list(read or ()),
        "until_on": until_on,
    }
    same = Medicine.objects.filter(placement=placement, stopped_at__isnull=True, from_on=begins, **facts).first()
    return same or Medicine.objects.create(
        organisation_id=placement.organisation_id, placement=placement, from_on=begins, entered_at=at, entered_by_id=by.user_id, **facts
    )  # fmt: skip


@action("medicines.stop")
def stop_medicine(*, medicine_id: int, reason: str, by: Actor, at: datetime) -> Medicine:
    """The list no longer holds a line from today on; what was given stays. Stopped again, it is as it was.

    Raises      Forbidden; NotFound; Invalid
    Source      HOME-09 in docs/rules/homes.md
    """
    need(by, P.HOME_GIVE)
    medicine = _locked(by, medicine_id)
    if medicine.stopped_at is not None:
        return medicine
    faults = Faults()
    faults.text("reason", reason, 200, is_needed=True)
    faults.settle()
    medicine.until_on, medicine.stop_reason = max(business_date(at), medicine.from_on), reason.strip()
    medicine.stopped_at, medicine.stopped_by_id = at, by.user_id
    medicine.save(update_fields=["until_on", "stop_reason", "stopped_at", "stopped_by"])
    return medicine


@action("medicines.write_dose")
def write_dose(*, medicine_id: int, on: date, slot: str, outcome: str, note: str = "", by: Actor, at: datetime) -> Dose:
    """Write down what became of one dose: given, refused or held, and why not. A slot takes one word; the second hears who was first.

    Raises      Forbidden; NotFound; Invalid; Refused: medicines.written, .not_listed, .not_yet, .too_late, .person_away
    Source      HOME-10, HOME-11 in docs/rules/homes.md
    """
    need(by, P.HOME_GIVE)
    medicine, today = _locked(by, medicine_id), business_date(at)
    said = _said(outcome, note, is_needed=outcome != Outcome.GIVEN)
    standing = queries.standing_dose(medicine, on, slot)
    if standing is not None:
        raise Refused(_written(standing))
    line = core.Line(medicine.pk, tuple(medicine.times), medicine.from_on, medicine.until_on)
    back_days = queries.medicine_terms(medicine.organisation, today)["back_days"]
    is_here = medicine.placement.state == State.LIVING
    refuse_if(
        core.may_write(line, on, slot, today=today, back_days=back_days, is_here=is_here, outcome=Outcome(outcome))
    )
    row = {"organisation_id": medicine.organisation_id, "medicine": medicine, "on": on, "slot": slot}
    try:
        with transaction.atomic():
            return Dose.objects.create(**row, outcome=outcome, note=said, at=at, by_id=by.user_id)
    except IntegrityError as error:
        standing = queries.standing_dose(medicine, on, slot) if "dose_once" in str(error) else None
        if standing is None:
            raise
        raise Refused(_written(standing)) from error


@action("medicines.correct_dose")
def correct_dose(*, dose_id: int, outcome: str, note: str, by: Actor, at: datetime) -> Dose:
    """Put right what was written wrong: a new row with its reason; the old one stays to be read.

    Raises      Forbidden; NotFound; Invalid; Refused: medicines.corrected, .too_late
    Source      HOME-11 in docs/rules/homes.md
    """
    need(by, P.HOME_GIVE)
    home = home_of(by)
    old = Dose.objects.filter(pk=dose_id, organisation=home).select_related("medicine__placement").first()
    if old is None:
        raise NotFound
    said = _said(outcome, note, is_needed=True)
    _locked(by, old.medicine_id)
    today = business_date(at)
    back_days = queries.medicine_terms(home, today)["back_days"]
    if (today - old.on).days > back_days:
        raise Refused(Refusal("medicines.too_late", {"on": old.on, "days": back_days}))
    if Dose.objects.filter(corrects=old).exists():
        raise Refused(Refusal("medicines.corrected"))
    return Dose.objects.create(
        organisation=home, medicine_id=old.medicine_id, on=old.on, slot=old.slot, outcome=outcome, note=said, corrects=old, at=at, by_id=by.user_id
    )  # fmt: skip


def _locked(by: Actor, medicine_id: int) -> Medicine:
    """The line, locked, so that two hands write one after the other. Raises NotFound."""
    rows = Medicine.objects.filter(placement__in=queries.placements_in_sight(by)).select_related(
        "placement", "organisation"
    )
    found = rows.select_for_update(of=("self",)).filter(pk=medicine_id).first()
    if found is None:
        raise NotFound
    return found


def _said(outcome: str, note: str, *, is_needed: bool) -> str:
    faults = Faults()
    if outcome not in set(Outcome):
        faults.add("outcome", "required")
    faults.text("note", note, 200, is_needed=is_needed)
    faults.settle()
    return note.strip()


def _written(standing: Dose) -> Refusal:
    who = standing.by.display_name if standing.by else ""
    clock = local(standing.at).strftime("%H:%M")
    return Refusal(
        "medicines.written", {"outcome": standing.outcome, "who": who, "clock": clock, "slot": standing.slot}
    )
