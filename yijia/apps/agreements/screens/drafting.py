"""The form of terms: a new agreement, a draft worded anew, a renewal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

from yijia.apps.agreements import cooperation_words as words
from yijia.apps.agreements import forms, queries
from yijia.apps.registry import queries as registry
from yijia.base.clock import business_date
from yijia.base.errors import NotFound, refuse_if
from yijia.core.agreements import terms
from yijia.core.calendar import add_months
from yijia.core.permissions import Reach, reach
from yijia.core.policy import Value


@dataclass(frozen=True, slots=True)
class Draft:
    """The form, and what the text is and stands on."""

    title: str
    kind: str
    form: Any
    client_id: UUID
    note: str
    evidence: str
    edition: str
    target: int | None
    number: str


def new(request: HttpRequest, kind: str, form: Any = None) -> Draft:
    """A new agreement of one kind. Raises NotFound for a kind nobody knows."""
    if kind not in words.KINDS:
        raise NotFound
    template = _template(request, kind, request.actor.jurisdiction or "CN")
    return _draft(request, kind, template, form or new_form(request, kind), None)


def new_form(request: HttpRequest, kind: str, data: Any = None) -> forms.TermsForm:
    """The form of a new agreement for whoever drafts it: the sides their institution may take, the partners of the other."""
    template, actor = _template(request, kind, request.actor.jurisdiction or "CN"), request.actor
    sides, others = _own_sides(request, template.value), set()
    for side in sides:
        others |= set(template.value["parties"][_other(side)]["kinds"])
    if reach(actor) is Reach.JURISDICTION:
        sides, others = [terms.SECOND], set(template.value["parties"]["first"]["kinds"])
    partners = [(str(house.pk), _name(house)) for house in queries.partners_for(actor, others - {"authority"})]
    designated = kind == "designation" and reach(actor) is Reach.ORGANISATIONS
    today = business_date(request.at)
    return forms.TermsForm(
        data, template=template.value, sides=[(s, f"{words.SIDES[s]} · {template.value['parties'][s][_tongue()]}") for s in sides],
        partners=() if designated else [("", "—"), *partners],
        initial={"valid_from": today, "valid_until": add_months(today, template.value["valid_months"]), "side": sides[0] if sides else ""},
    )  # fmt: skip


def parties(request: HttpRequest, kind: str, data: Mapping[str, Any]) -> dict[str, int | None]:
    """The two organisations a form names, first and second; the drafter's own institution stands on the side it chose."""
    own = min(request.actor.organisation_ids, default=0)
    chosen = int(data["partner"]) if data.get("partner") else None
    if reach(request.actor) is Reach.JURISDICTION:
        return {"organisation_id": chosen or 0, "partner_id": None}
    if data["side"] == terms.FIRST:
        return {"organisation_id": own, "partner_id": chosen}
    return {"organisation_id": chosen or 0, "partner_id": own}


def anew(request: HttpRequest, cooperation_id: int, form: Any = None) -> Draft:
    """A draft worded anew in the text of today."""
    row = queries.get_cooperation(request.actor, cooperation_id)
    template = _template(request, row.kind, row.jurisdiction)
    return _draft(request, row.kind, template, form or anew_form(request, row), row)


def anew_form(request: HttpRequest, row: Any, data: Any = None) -> forms.TermsForm:
    initial = row.terms | {"valid_from": row.valid_from, "valid_until": row.valid_until, "version": row.version}
    return forms.TermsForm(data, template=_template(request, row.kind, row.jurisdiction).value, initial=initial)


def renewal(request: HttpRequest, cooperation_id: int, form: Any = None) -> Draft:
    """What follows an agreement: the old terms, from the day the old one ends."""
    row = queries.get_cooperation(request.actor, cooperation_id)
    template = _template(request, row.kind, row.jurisdiction)
    return _draft(request, row.kind, template, form or renewal_form(request, row), row)


def renewal_form(request: HttpRequest, row: Any, data: Any = None) -> forms.TermsForm:
    template = _template(request, row.kind, row.jurisdiction).value
    start = max(row.ended_on or row.valid_until, business_date(request.at))
    initial = row.terms | {"valid_from": start, "valid_until": add_months(start, template["valid_months"])}
    return forms.TermsForm(data, template=template, initial=initial)


def _draft(request: HttpRequest, kind: str, template: Value, form: Any, row: Any) -> Draft:
    posted = request.POST.get("client_id", "")
    return Draft(
        str(words.KINDS[kind]), kind, form, _uuid(posted) or uuid4(), template.note or "", template.evidence.value, template.edition,
        row.pk if row else None, row.number if row else "",
    )  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def client_id(request: HttpRequest) -> UUID:
    """The draft's own key out of the form; a broken one is a new draft."""
    return _uuid(request.POST.get("client_id", "")) or uuid4()


def _template(request: HttpRequest, kind: str, jurisdiction: str) -> Value:
    return refuse_if(queries.template_for(kind, jurisdiction, business_date(request.at)))


def _own_sides(request: HttpRequest, template: Mapping[str, Any]) -> list[str]:
    kinds = {house.kind for house in registry.organisations_for_system(request.actor.organisation_ids).values()}
    return [side for side in terms.SIDES if kinds & set(template["parties"][side]["kinds"])]


def _other(side: str) -> str:
    return terms.SECOND if side == terms.FIRST else terms.FIRST


def _tongue() -> str:
    return "en" if words.is_english() else "zh"


def _name(house: Any) -> str:
    return str(house.name_en or house.name) if words.is_english() else str(house.name)
