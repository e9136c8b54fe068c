"""An agreement between institutions is drafted from the place's text, offered, suspended, resumed, ended and renewed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from yijia.apps.agreements import queries
from yijia.apps.agreements.actions.common import invalid, locked, next_number, step_to, text_of, who
from yijia.apps.agreements.models import Cooperation, CooperationEvent
from yijia.apps.registry.models import Organisation
from yijia.base import policy_names
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import sm3
from yijia.base.errors import NotFound, Refused, Stale, refuse_if
from yijia.core.agreements import paper, terms
from yijia.core.agreements.lifecycle import TABLE, Event, State
from yijia.core.agreements.paper import Fields
from yijia.core.calendar import add_months
from yijia.core.permissions import Actor, Reach, in_scope, reach
from yijia.core.policy import Value
from yijia.core.refusal import Refusal


@action("cooperations.draft")
def draft_cooperation(
    *, kind: str, organisation_id: int, partner_id: int | None, fields: Mapping[str, Any], valid_from: date, valid_until: date,
    client_id: UUID, by: Actor, at: datetime,
) -> Cooperation:  # fmt: skip
    """Draft an agreement in the place's text of today; the same `client_id` gives the first draft back.

    organisation_id, partner_id     the first and the second party; None as partner where the template names an authority
    fields                          what the template asks, see `core.agreements.terms.read`

    Raises      Invalid, by field; NotFound: neither party is the actor's; Refused: cooperations.no_template, .wrong_party,
                .closed_party, .unlawful, agreements.field_missing
    """
    known = queries.cooperation_of(client_id)
    if known is not None:
        return queries.get_cooperation(by, known.pk)
    return _draft(kind, organisation_id, partner_id, fields, valid_from, valid_until, client_id, None, by, at)


def _draft(
    kind: str, organisation_id: int, partner_id: int | None, fields: Mapping[str, Any], valid_from: date, valid_until: date,
    client_id: UUID, renews: Cooperation | None, by: Actor, at: datetime,
) -> Cooperation:  # fmt: skip
    if kind not in Cooperation.Kind.values:
        invalid({"kind": "unknown_kind"})
    houses = Organisation.objects.in_bulk([pk for pk in (organisation_id, partner_id) if pk is not None])
    first, second = houses.get(organisation_id), houses.get(partner_id or 0)
    if first is None or (partner_id is not None and second is None):
        raise NotFound
    if not any(in_scope(by, organisation_id=h.pk, jurisdiction=h.jurisdiction) for h in (first, second) if h):
        raise NotFound
    if reach(by) is Reach.JURISDICTION and second is not None:  # an authority bargains for nobody
        raise Refused(Refusal("cooperations.not_a_party", {"number": ""}))
    template = refuse_if(queries.template_for(kind, first.jurisdiction, business_date(at)))
    row = Cooperation(
        kind=kind, client_id=client_id, organisation=first, partner=second, authority=_authority(template, first, second),
        jurisdiction=first.jurisdiction, state=State.DRAFTED.value, state_at=at, renews=renews, created_at=at, created_by_id=by.user_id,
    )  # fmt: skip
    _freeze(row, template, fields, valid_from, valid_until, at)
    row.drafted_side = queries.side_of(row, by) or terms.FIRST
    row.number = f"HZ{business_date(at):%y%m%d}{next_number():05d}"
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as clash:
        known = queries.cooperation_of(
            client_id
        )  # the same request twice in the same instant: the first draft is the draft
        if known is None:
            raise
        if known.created_by_id != by.user_id:
            raise NotFound from clash
        return known
    _note(row, "draft", who(row, by), by, at)
    return row


def _authority(template: Value, first: Organisation, second: Organisation | None) -> dict[str, str] | None:
    if second is not None:
        return None
    if "authority" not in template.value:
        invalid({"partner": "required"})
    zh, en = policy_names.of_place(first.jurisdiction)
    said = template.value["authority"]
    return {"zh": said["zh"].replace("{place}", zh), "en": said["en"].replace("{place}", en)}


def _freeze(
    row: Cooperation, template: Value, fields: Mapping[str, Any], valid_from: date, valid_until: date, at: datetime
) -> None:
    """Read the fields, ask the law, fill the words, and freeze all of it under one SM3."""
    rules = queries.rules_of(template, business_date(at))
    read, faults = terms.read(rules, fields)
    invalid(faults | _period_faults(template, valid_from, valid_until, business_date(at)))
    parties = queries.parties_of(row)
    for refusal in (terms.wrong_party(rules, parties), terms.unlawful(rules, read, list(parties.values()))):
        refuse_if(refusal)
    merged = _merged(row, rules, read, valid_from, valid_until)
    filled = refuse_if(paper.fill(terms.standing(rules, read), Fields(merged, {})))
    row.terms, row.valid_from, row.valid_until = read, valid_from, valid_until
    row.template_key, row.template_edition = template.key, template.edition
    row.text = {
        **filled, "duties": terms.duties_of(rules, read), "terms": read,
        "parties": [row.organisation.code, row.partner.code if row.partner else ""],
        "period": [valid_from.isoformat(), valid_until.isoformat()],
        "template": {
            "key": template.key, "edition": template.edition, "jurisdiction": template.jurisdiction, "evidence": template.evidence.value,
            "mandatory": terms.mandatory(rules),
        },
    }  # fmt: skip
    row.text_sm3 = sm3(paper.canonical(row.text))


def _period_faults(template: Value, valid_from: date, valid_until: date, today: date) -> dict[str, str]:
    if valid_until <= valid_from:
        return {"valid_until": "until_before_from"}
    if valid_until <= today:
        return {"valid_until": "already_over"}
    longest = template.value.get("longest_months")
    if longest is not None and valid_until > add_months(valid_from, longest):
        return {"valid_until": "too_long_a_term"}
    return {}


def _merged(
    row: Cooperation, template: Mapping[str, Any], read: Mapping[str, Any], valid_from: date, valid_until: date
) -> dict[str, dict[str, str]]:
    first, second = row.organisation, row.partner
    merged = {
        "first": _names(first), "first_code": _same(first.code), "first_licence": _same(first.licence_no),
        "second": _names(second) if second is not None else dict(row.authority or {}),
        "second_code": _same(second.code if second else ""), "second_licence": _same(second.licence_no if second else ""),
        "date": _same(valid_from.isoformat()), "until": _same(valid_until.isoformat()),
    }  # fmt: skip
    for field in template["fields"]:
        value = read[field["code"]]
        if value is not None:
            merged[field["code"]] = dict(field["options"][value]) if field["type"] == "choice" else _same(str(value))
    return merged


def _names(house: Organisation) -> dict[str, str]:
    return {"zh": house.name, "en": house.name_en or house.name}


def _same(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _note(row: Cooperation, event: str, side: str, by: Actor, at: datetime, reason: str = "") -> None:
    """A line of the history that moves nothing: drafted, worded anew, signed by one side."""
    CooperationEvent.objects.create(
        organisation_id=row.organisation_id, partner_id=row.partner_id, cooperation=row, event=event, from_state=row.state,
        to_state=row.state, side=side, reason=reason, at=at, by_id=by.user_id,
    )  # fmt: skip


@action("cooperations.redraft")
def redraft_cooperation(
    *, cooperation_id: int, fields: Mapping[str, Any], valid_from: date, valid_until: date, version: int | None = None,
    by: Actor, at: datetime,
) -> Cooperation:  # fmt: skip
    """Word a draft anew, in the place's text of today; signatures under the old wording count no more.

    An offered paper goes back to drafted: whoever signed has to sign the new words.

    Raises      Invalid; NotFound; Stale; Refused: cooperations.wrong_status, .over, .not_a_party, and those of drafting
    """
    row = locked(by, cooperation_id)
    if version is not None and version != row.version:
        raise Stale
    side = queries.side_of(row, by)
    if side is None:
        raise Refused(Refusal("cooperations.not_a_party", {"number": row.number}))
    if row.state == State.OFFERED:
        step_to(row, Event.DECLINE, State.DRAFTED, side=side, reason="", by=by, at=at)
    elif row.state != State.DRAFTED:
        code = "cooperations.over" if TABLE.is_over(State(row.state)) else "cooperations.wrong_status"
        raise Refused(Refusal(code, {"status": row.state, "event": "redraft"}))
    template = refuse_if(queries.template_for(row.kind, row.jurisdiction, business_date(at)))
    _freeze(row, template, fields, valid_from, valid_until, at)
    row.version += 1
    row.save()
    _note(row, "redraft", side, by, at)
    return row


@action("cooperations.move")
def move_cooperation(*, cooperation_id: int, event: str, reason: str = "", by: Actor, at: datetime) -> Cooperation:
    """One step by a person: offer, decline, suspend, resume, end. The platform itself takes into force and lets expire.

    Raises      Invalid: event; NotFound; Refused: the codes of core.agreements.lifecycle.TABLE, cooperations.not_a_party
    """
    if event not in {Event.OFFER, Event.DECLINE, Event.SUSPEND, Event.RESUME, Event.END}:
        invalid({"event": "unknown_event"})
    row, wanted = locked(by, cooperation_id), Event(event)
    side, said = who(row, by), text_of(reason, "reason", 200)
    if side == "authority" and wanted in (Event.OFFER, Event.DECLINE):  # the terms are the parties' own business
        raise Refused(Refusal("cooperations.not_a_party", {"number": row.number}))
    on = business_date(at)
    licence = terms.licence_gap(list(queries.parties_of(row).values()), on)
    facts = {
        "reason_given": bool(said), "licences_stand": licence is None, "words_current": not reworded(row, on),
        "alone": queries.overlapping(row, terms.force_from(row.valid_from, on)) is None,
        "suspended_by_us": _suspender(row) in (side, "system") or side == "authority",
    }  # fmt: skip
    target = TABLE.attempt(State(row.state), wanted, by, facts)
    if isinstance(target, Refusal) and target.code == "cooperations.licence_expired" and licence is not None:
        target = licence
    target = refuse_if(target)
    if wanted is Event.END:
        row.ended_on = on
    step_to(row, wanted, target, side=side, reason=said, by=by, at=at)
    return row


def reworded(row: Cooperation, on: date) -> tuple[str, ...]:
    """The mandatory clauses that the place has reworded since this paper was frozen."""
    template = queries.template_for(row.kind, row.jurisdiction, on)
    if isinstance(template, Refusal):
        return ()
    return terms.changed(row.text["template"]["mandatory"], queries.rules_of(template, on))


def _suspender(row: Cooperation) -> str:
    last = CooperationEvent.objects.filter(cooperation=row, event=Event.SUSPEND.value).order_by("-id").first()
    return last.side if last is not None else ""


@action("cooperations.renew")
def renew_cooperation(
    *, cooperation_id: int, fields: Mapping[str, Any] | None = None, valid_from: date, valid_until: date, client_id: UUID,
    by: Actor, at: datetime,
) -> Cooperation:  # fmt: skip
    """Draft what follows an agreement: a paper of its own, in today's text, with the old terms unless others are given.

    Signed after the old one ran out it binds from the day both have signed; the days between stay uncovered.

    Raises      Invalid; NotFound; Refused: cooperations.never_bound, .renewed_already, .not_a_party, and those of drafting
    """
    known = queries.cooperation_of(client_id)
    if known is not None:
        return queries.get_cooperation(by, known.pk)
    old = locked(by, cooperation_id)
    if queries.side_of(old, by) is None:
        raise Refused(Refusal("cooperations.not_a_party", {"number": old.number}))
    if old.force_from is None:
        raise Refused(Refusal("cooperations.never_bound", {"number": old.number}))
    open_one = queries.renewal_of(old)
    if open_one is not None:
        raise Refused(Refusal("cooperations.renewed_already", {"number": open_one.number}))
    last = old.ended_on or old.valid_until
    if valid_from < last:
        invalid({"valid_from": "before_the_old_ends"})
    given = old.terms if fields is None else fields
    return _draft(old.kind, old.organisation_id, old.partner_id, given, valid_from, valid_until, client_id, old, by, at)
