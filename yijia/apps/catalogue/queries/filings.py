"""Price filings: what an institution filed, and which price holds on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import override

from yijia.apps.catalogue import words
from yijia.apps.catalogue.models import Filing, FilingEvent
from yijia.apps.catalogue.queries.scope import visible
from yijia.base import editions, scope
from yijia.base.errors import NotFound
from yijia.base.rows import Given, GivenMany, Statement
from yijia.core.calendar import Days
from yijia.core.catalogue.lifecycle import FilingState
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.policy import Value
from yijia.core.pricing import facts as pricing
from yijia.core.pricing.filings import read_bands
from yijia.core.refusal import Refusal

CANCELLATION = "cancellation"
VISIT_FEE = "visit_fee"
ONCE_PUBLISHED = (FilingState.PUBLISHED, FilingState.SUPERSEDED, FilingState.EXPIRED)


def list_filings(
    actor: Actor, *, organisation_id: int | None = None, state: str | None = None, kind: str | None = None
) -> QuerySet[Filing]:
    """Filings in scope, the newest first."""
    rows = Filing.objects.select_related("organisation").filter(visible(actor)).order_by("-created_at", "-id")
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(state=state) if state else rows


def get_filing(actor: Actor, filing_id: int) -> Filing:
    """One filing. Raises NotFound when absent or out of scope."""
    row = Filing.objects.select_related("organisation", "supersedes").filter(visible(actor), pk=filing_id).first()
    if row is None:
        raise NotFound
    return row


def list_filing_events(actor: Actor, filing: Filing) -> list[FilingEvent]:
    """The steps of a filing the actor was given, oldest first."""
    return list(FilingEvent.objects.select_related("by").filter(visible(actor), filing=filing).order_by("at", "id"))


def _in_force(on: date | Given) -> Q:
    return Q(state__in=ONCE_PUBLISHED, effective_from__lte=on) & (
        Q(effective_until__isnull=True) | Q(effective_until__gt=on)
    )


def filings_in_force_for_system(organisation_id: int, on: date) -> dict[str, Filing]:
    """Code → the published filing that holds that day (a later one may have taken its place since)."""
    return in_force_by_organisation([organisation_id], on).get(organisation_id, {})


def in_force_by_organisation(organisation_ids: Sequence[int], on: date) -> dict[int, dict[str, Filing]]:
    """Institution → code → the filing in force that day."""
    found: dict[int, dict[str, Filing]] = {}
    for row in _IN_FORCE.ask(organisation_ids=list(organisation_ids), on=on):
        found.setdefault(row.organisation_id, {})[row.code] = row
    return found


_IN_FORCE = Statement(
    lambda: Filing.objects.filter(_in_force(Given("on")), organisation_id__in=GivenMany("organisation_ids"))
)


def cancellation_terms_for_system(organisation_id: int, on: date) -> Filing | None:
    """The cancellation terms in force that day, or None: then nothing may be kept."""
    return _TERMS.one(organisation_id=organisation_id, on=on)


_TERMS = Statement(
    lambda: Filing.objects.filter(
        _in_force(Given("on")), organisation_id=Given("organisation_id"), kind=Filing.Kind.CANCELLATION
    ).order_by("pk")
)


def cancellation_words(organisation_id: int, on: date) -> dict[str, str]:
    """The cancellation terms in force that day as one sentence, in both languages of a paper."""
    row = cancellation_terms_for_system(organisation_id, on)
    said = {}
    for field, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[field] = words.terms_words(row.terms if row else None, row.number if row else "")
    return said


def priced_filings_for_system(organisation_ids: Sequence[int]) -> dict[int, list[pricing.Filing]]:
    """Institution → every price it has filed, in whatever state, as pricing reads them."""
    found: dict[int, list[pricing.Filing]] = {pk: [] for pk in organisation_ids}
    for row in _PRICED.ask(organisation_ids=list(organisation_ids)):
        found[row.organisation_id].append(_priced(row))
    return found


_PRICED = Statement(
    lambda: (
        Filing.objects.filter(organisation_id__in=GivenMany("organisation_ids"))
        .exclude(kind=CANCELLATION)
        .order_by("id")
    )
)


def _priced(row: Filing) -> pricing.Filing:
    bands = read_bands(row.bands)
    return pricing.Filing(
        kind=pricing.Kind(row.kind), code=row.code, unit=row.unit, state=FilingState(row.state), period=Days(row.effective_from, row.effective_until),
        amount_fen=row.amount_fen, bands=() if isinstance(bands, Refusal) else bands, number=row.number or None, id=row.pk,
    )  # fmt: skip


def list_published_prices(organisation_id: int, on: date) -> list[Filing]:
    """An institution's price list as it must be shown to anybody: what holds that day and what is published to begin later."""
    coming = Q(state=FilingState.PUBLISHED, effective_from__gt=on)
    order = {kind: index for index, kind in enumerate(Filing.Kind.values)}
    with scope.whole_system():  # a published price is public, whoever's tenant it is
        rows = list(Filing.objects.filter(_in_force(on) | coming, organisation_id=organisation_id))
    return sorted(rows, key=lambda row: (order[row.kind], row.code, row.effective_from))


def list_readable_filings(
    actor: Actor, on: date, *, organisation_id: int | None = None, state: str | None = None, kind: str | None = None
) -> QuerySet[Filing]:
    """Filings in scope; people read the published prices of any institution, those of today and those to come."""
    if reach(actor) is not Reach.PEOPLE:
        return list_filings(actor, organisation_id=organisation_id, state=state, kind=kind)
    rows = Filing.objects.filter(_in_force(on) | Q(state=FilingState.PUBLISHED, effective_from__gt=on)).order_by(
        "organisation_id", "kind", "code", "id"
    )
    narrowed = {"organisation_id": organisation_id, "state": state, "kind": kind}
    return rows.filter(**{name: value for name, value in narrowed.items() if value})


def visit_fee_code(jurisdiction: str, on: date) -> str:
    """The code of the visit fee where the province gave it one, else the platform's word for it."""
    value = editions.current().lookup("fee:visit_fee", jurisdiction=jurisdiction, on=on)
    return str((value.value.get("item") if isinstance(value, Value) else None) or VISIT_FEE)


def filed_codes(actor: Actor, organisation_id: int) -> dict[str, dict[str, Any]]:
    """Code → what the newest filing of each code says, for the manager's list of what is still unfiled."""
    found: dict[str, dict[str, Any]] = {}
    for row in list_filings(actor, organisation_id=organisation_id):
        found.setdefault(row.code, {"state": row.state, "id": row.pk, "until": row.effective_until})
    return found
