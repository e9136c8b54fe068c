"""Fills the journey's town with a morning of signed orders, or, when it reads a line, with one that cannot wait; run as a program."""

import sys
from datetime import timedelta

from yijia.base.local.django import setup


def main() -> None:
    setup()

    from tests.cast import NOW, Cast, resident, staff
    from tests.factories import visits as factory
    from yijia.apps.registry.models import Organisation
    from yijia.base import scope

    scope.set_tenants(scope.ALL)
    house = Organisation.objects.get(name_en="Harbour Hospital")
    cast = Cast(house, house)
    if "urgent" in sys.argv:
        sys.stdin.readline()  # ready, until it is called for
        cast.residents["urgent"] = resident("急诊", 90, house)
        print(factory.signed(cast, part="urgent", wanted_from=NOW).number)
        return
    staff("王敏", 80, house)
    for i in range(5):
        cast.residents[f"home{i}"] = resident(f"住户{i}", 70 + i, house)
        begins = NOW + timedelta(hours=2 + i)
        factory.signed(cast, part=f"home{i}", wanted_from=begins, is_assessed=i != 4)


if __name__ == "__main__":
    main()
