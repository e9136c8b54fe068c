"""Who can come, and what it would cost: institutions that publish the items, serve the home and filed their prices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yijia.apps.catalogue.models import OfferedItem
from yijia.apps.catalogue.queries.area import areas_for_system
from yijia.apps.catalogue.queries.filings import priced_filings_for_system
from yijia.apps.catalogue.queries.items import items
from yijia.apps.registry.models import Household, Organisation, Resident
from yijia.base import editions, scope
from yijia.base.errors import NotFound
from yijia.base.rows import Given, Statement
from yijia.core.catalogue.area import Area, distance_km, serves
from yijia.core.catalogue.lifecycle import ItemState
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.pricing import facts as pricing
from yijia.core.pricing.quote import quote as price
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Offer:
    """One institution's answer: what it would do, from how far, for how much, or why not.

    item_codes      of those asked for, the ones it has published
    away_km         straight line from the institution to the home
    outside         why the home is not served; None when it is
    bill            the breakdown, or why it cannot be priced
    """

    organisation: Organisation
    item_codes: tuple[str, ...]
    away_km: Decimal
    area: Area | None
    outside: Refusal | None
    bill: pricing.Breakdown | Refusal

    @property
    def is_open(self) -> bool:
        """Whether it can be ordered."""
        return self.outside is None and not isinstance(self.bill, Refusal)


def offers_for(
    actor: Actor,
    need: str | None,
    household: Household,
    resident: Resident | None,
    on: date,
    *,
    item_codes: Mapping[str, int] | Iterable[str] = (),
) -> list[Offer]:
    """The institutions near a home that publish what is asked for: those that can be ordered first, then by distance.

    need            a need code; an institution answers with the items for it that it has published (the cheapest first is priced)
    item_codes      instead of a need: every one of them must be published, code → quantity
    """
    asked = dict(item_codes) if isinstance(item_codes, Mapping) else dict.fromkeys(item_codes, 1)
    known = items(on, household.jurisdiction)
    wanted = set(asked) or {code for code, item in known.items() if need in item.needs and item.is_home_allowed}
    with scope.whole_system():  # what is published is public
        found = _publishers(actor, household, wanted, all_of=bool(asked))
        areas, filings = areas_for_system(list(found)), priced_filings_for_system(list(found))
    insured = resident.insured_class if resident else None
    offers = [
        _offer(organisation, codes, asked, areas.get(pk), filings[pk], household, on, insured)
        for pk, (organisation, codes) in found.items()
    ]
    return sorted(offers, key=lambda offer: (not offer.is_open, offer.away_km, offer.organisation.pk))


def _publishers(
    actor: Actor, household: Household, wanted: set[str], *, all_of: bool
) -> dict[int, tuple[Organisation, tuple[str, ...]]]:
    """Active institutions of the home's place, or wider within the actor's own, and what of the wanted they have published."""
    rows = OfferedItem.objects.select_related("organisation").filter(
        state=ItemState.PUBLISHED,
        item_code__in=wanted,
        organisation__is_active=True,
        organisation__jurisdiction=household.jurisdiction,
    )
    if reach(actor) is Reach.ORGANISATIONS:
        rows = rows.filter(organisation_id__in=actor.organisation_ids)
    found: dict[int, tuple[Organisation, tuple[str, ...]]] = {}
    for row in rows.order_by("organisation_id", "item_code"):
        found[row.organisation_id] = (row.organisation, (*found.get(row.organisation_id, (None, ()))[1], row.item_code))
    return {pk: held for pk, held in found.items() if not all_of or wanted <= set(held[1])}


def _offer(
    organisation: Organisation, codes: tuple[str, ...], asked: Mapping[str, int], area: Area | None, filings: list[pricing.Filing],
    household: Household, on: date, insured_class: str | None,
) -> Offer:  # fmt: skip
    away = distance_km(organisation.lon, organisation.lat, household.lon, household.lat)
    outside = serves(area, township=household.township, lon=household.lon, lat=household.lat)
    if asked:
        bill = _bill(organisation, asked, filings, away, on, insured_class)
    else:
        bills = [_bill(organisation, {code: 1}, filings, away, on, insured_class) for code in codes]
        priced = [bill for bill in bills if not isinstance(bill, Refusal)]
        bill = min(priced, key=lambda bill: bill.total_fen) if priced else bills[0]
    return Offer(organisation, codes, away, area, outside, bill)


def quote(
    at: Organisation | int, item_codes: Mapping[str, int], household: Household, on: date, insured_class: str | None = None, *,
    consumables: Mapping[str, int] | None = None, staff_count: int = 1, booked: pricing.Breakdown | None = None,
    paid_by: Iterable[str] = (), must_be_published: bool = True,
) -> pricing.Breakdown | Refusal:  # fmt: skip
    """What these items would cost at an institution on a day, with every line's filing and policy, or the reason why not.

    at                  the institution, read already or by its id
    item_codes          code → quantity
    consumables         code → quantity
    booked              the quote the resident was shown, when the bill is made
    must_be_published   before ordering; a service already given is billed even if the item was withdrawn since

    Refuses     catalogue.item_not_published, and the codes of core.pricing.quote and of policy
    Raises      NotFound: no such institution
    """
    with scope.whole_system():
        organisation = at if isinstance(at, Organisation) else Organisation.objects.filter(pk=at).first()
        if organisation is None:
            raise NotFound
        if must_be_published:
            published = {row.item_code for row in _PUBLISHED.ask(organisation_id=organisation.pk)}
            missing = sorted(set(item_codes) - published)
            if missing:
                return Refusal("catalogue.item_not_published", {"item_code": missing[0]})
        filings = priced_filings_for_system([organisation.pk])[organisation.pk]
    away = distance_km(organisation.lon, organisation.lat, household.lon, household.lat)
    return _bill(
        organisation,
        item_codes,
        filings,
        away,
        on,
        insured_class,
        consumables or {},
        staff_count,
        booked,
        frozenset(paid_by),
    )


_PUBLISHED = Statement(
    lambda: OfferedItem.objects.only("item_code").filter(
        organisation_id=Given("organisation_id"), state=ItemState.PUBLISHED
    )
)


def _bill(
    organisation: Organisation, item_codes: Mapping[str, int], filings: list[pricing.Filing], away_km: Decimal, on: date, insured_class: str | None,
    consumables: Mapping[str, int] | None = None, staff_count: int = 1, booked: pricing.Breakdown | None = None, paid_by: frozenset[str] = frozenset(),
) -> pricing.Breakdown | Refusal:  # fmt: skip
    known = items(on, organisation.jurisdiction)
    services = [known[code].service for code in item_codes if code in known]
    visit = pricing.Visit(
        jurisdiction=organisation.jurisdiction, on=on, items=_uses(item_codes), consumables=_uses(consumables or {}),
        service=services[0] if services else "home_nursing", staff_count=staff_count, distance_km=away_km, insured_class=_class(insured_class), paid_by=paid_by,
    )  # fmt: skip
    return price(visit, editions.current(), filings, booked=booked)


def _uses(quantities: Mapping[str, int]) -> tuple[pricing.Use, ...]:
    return tuple(pricing.Use(code, Decimal(quantity)) for code, quantity in quantities.items())


def _class(insured_class: str | None) -> str | None:
    """A resident without insurance asks policy without a class."""
    return None if insured_class in (None, "", "none") else insured_class
