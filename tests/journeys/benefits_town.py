"""Moves the cast of a town to Liangping, and runs its night; a program of the benefits journey."""

import sys
from datetime import date

from yijia.base.local.django import setup


def main(what: str) -> None:
    setup()

    from tests.factories.benefits import LIANGPING
    from yijia.apps.benefits import jobs
    from yijia.apps.registry import actions
    from yijia.apps.registry.models import Household, Resident
    from yijia.base import clock, outbox, scope
    from yijia.base.models import RoleGrant
    from yijia.core.permissions import SYSTEM

    now = clock.now()
    with scope.whole_system():
        if what == "make":
            elder = Resident.objects.get(name="测试elder")
            RoleGrant.objects.filter(role__in=["agency_clerk", "regulator"]).update(jurisdiction=LIANGPING)
            Household.objects.filter(pk=elder.household_id).update(jurisdiction=LIANGPING)
            Resident.objects.filter(pk=elder.pk).update(jurisdiction=LIANGPING, born_on=date(1945, 6, 20))
            for kind, code, level in (("hukou", LIANGPING, None), ("disability", "limb", 2)):
                actions.record_fact(
                    resident_id=elder.pk, kind=kind, code=code, level=level, from_on=date(2020, 1, 1), source="证件", by=SYSTEM, at=now
                )  # fmt: skip
            outbox.drain(at=now)
        jobs.run_pass(LIANGPING, now)


if __name__ == "__main__":
    main(sys.argv[1])
