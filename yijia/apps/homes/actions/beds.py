"""Beds are put up and taken out of use."""

from datetime import datetime

from yijia.apps.care.actions.faults import Faults
from yijia.apps.homes import queries
from yijia.apps.homes.actions.common import home_of, need
from yijia.apps.homes.models import Bed
from yijia.base.actions import action
from yijia.base.errors import NotFound, Refused
from yijia.core.permissions import Actor, Permission
from yijia.core.refusal import Refusal

P = Permission
MOST_BEDS = 40  # of one room


@action("homes.add_beds")
def add_beds(*, building: str, room: str, numbers: list[str], by: Actor, at: datetime) -> list[Bed]:
    """Put up the beds of a room; one that is there already stays, one out of use comes back.

    Raises      Forbidden; NotFound: no care home; Invalid
    Source      HOME-01 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    home = home_of(by)
    faults = Faults()
    faults.text("building", building, 20, is_needed=True)
    faults.text("room", room, 20, is_needed=True)
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if not wanted:
        faults.add("numbers", "required")
    for number in wanted:
        faults.text("numbers", number, 10)
    if len(wanted) > MOST_BEDS:
        faults.add("numbers", "too_long", most=MOST_BEDS)
    faults.settle()
    found = []
    for number in wanted:
        made, _ = Bed.objects.update_or_create(
            organisation=home, building=building.strip(), room=room.strip(), number=number, defaults={"is_active": True},
            create_defaults={"added_at": at, "added_by_id": by.user_id},
        )  # fmt: skip
        found.append(made)
    return found


@action("homes.close_bed")
def close_bed(*, bed_id: int, by: Actor, at: datetime) -> Bed:
    """Take an empty bed out of use.

    Raises      Forbidden; NotFound; Refused placements.bed_taken: somebody lies in it
    Source      HOME-01 in docs/rules/homes.md
    """
    need(by, P.HOME_RUN)
    home = home_of(by)
    bed = Bed.objects.select_for_update().filter(pk=bed_id, organisation=home).first()
    if bed is None:
        raise NotFound
    if queries.is_taken(bed):
        raise Refused(Refusal("placements.bed_taken", {"bed": str(bed)}))
    bed.is_active = False
    bed.save(update_fields=["is_active"])
    return bed
