"""Fills a fresh database with the cast and an institution that is open for orders; run as a program by the fixture."""

from decimal import Decimal

from yijia.base.local.django import setup


def main() -> None:
    setup()

    from tests import cast as tests_cast
    from tests.factories import catalogue
    from yijia.base import scope

    scope.set_tenants(scope.ALL)
    cast = tests_cast.assemble()
    catalogue.open_shop(cast, cast.harbour)
    catalogue.area(cast, cast.harbour, radius_km=Decimal(30))


if __name__ == "__main__":
    main()
