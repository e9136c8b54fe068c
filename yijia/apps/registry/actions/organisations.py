"""What an institution keeps right about itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yijia.apps.registry import queries
from yijia.apps.registry.actions.faults import Faults
from yijia.apps.registry.models import Organisation
from yijia.base.actions import action
from yijia.core.permissions import Actor
from yijia.core.refusal import Refusal

CORRECTABLE = frozenset({"licence_no", "licence_valid_until", "service_modes", "phone"})
MODES = ("home_bed", "home_round", "internet_nursing")


@action("organisations.correct")
def correct_organisation(*, organisation_id: int, changes: Mapping[str, Any], by: Actor, at: datetime) -> Organisation:
    """Put licence, registered modes or telephone right; only what `changes` names is touched.

    Raises      NotFound: out of sight; Invalid
    """
    seen = queries.get_organisation(by, organisation_id)
    house = Organisation.objects.select_for_update().get(pk=seen.pk)
    faults = Faults()
    for field in set(changes) - CORRECTABLE:
        faults.add(field, Refusal("registry.not_correctable"))
    for field, longest in (("licence_no", 40), ("phone", 20)):
        if field in changes:
            faults.text(field, changes[field], longest)
    for mode in changes.get("service_modes", ()):
        faults.choice("service_modes", mode, MODES)
    faults.settle()
    for field, value in changes.items():
        setattr(house, field, [m for m in MODES if m in value] if field == "service_modes" else value)
    house.save(update_fields=sorted(changes))
    return house
