"""Agreements between institutions: who sees them, whether they stand, what is owed and what was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.db.models import Count, Q, QuerySet

from yijia.apps.agreements.models import Cooperation, PartySignature
from yijia.apps.agreements.queries.papers import NO_IMAGE
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation
from yijia.base import editions, sm2
from yijia.base.crypto import sm3
from yijia.base.errors import NotFound
from yijia.core.agreements import duties as measuring
from yijia.core.agreements import terms
from yijia.core.agreements.duties import Duty
from yijia.core.agreements.lifecycle import BINDING, BreachState, State
from yijia.core.agreements.paper import canonical
from yijia.core.agreements.terms import Party
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.policy import Value
from yijia.core.refusal import Refusal

RUNNING = (State.IN_FORCE, State.SUSPENDED)
WAITING = (BreachState.OPEN, BreachState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Standing:
    """A cooperation that holds on a day, for whoever wants to work under it.

    blocked     why no new work may begin under it now (suspended, a licence that ran out), or None
    duties      what each side owes, with the agreed numbers
    """

    id: int
    number: str
    kind: str
    state: State
    organisation_id: int
    partner_id: int | None
    force_from: date
    valid_until: date
    terms: dict[str, Any]
    duties: tuple[Duty, ...]
    blocked: Refusal | None


def in_sight(actor: Actor) -> Q:
    """Both parties, and the authority of either party's place."""
    match reach(actor):
        case Reach.ALL:
            return Q()
        case Reach.ORGANISATIONS:
            return Q(organisation__in=actor.organisation_ids) | Q(partner__in=actor.organisation_ids)
        case Reach.JURISDICTION:
            first = registry.within(actor.jurisdiction, "organisation__jurisdiction")
            return first | registry.within(actor.jurisdiction, "partner__jurisdiction")
        case _:
            return Q(pk__in=())


def list_cooperations(
    actor: Actor, *, kind: str = "", state: str = "", organisation_id: int | None = None, breached: bool = False
) -> QuerySet[Cooperation]:
    """Cooperations in sight, those that still ask for something first; each with its open breaches counted.

    organisation_id     either side
    breached            only those with a breach nobody settled
    """
    rows = (
        Cooperation.objects.select_related("organisation", "partner")
        .filter(in_sight(actor))
        .annotate(open_breaches=Count("breaches", filter=Q(breaches__state__in=WAITING)))
    )
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    if organisation_id is not None:
        rows = rows.filter(Q(organisation=organisation_id) | Q(partner=organisation_id))
    if breached:
        rows = rows.filter(open_breaches__gt=0)
    return rows.order_by("-open_breaches", "valid_until", "id")


def get_cooperation(actor: Actor, cooperation_id: int) -> Cooperation:
    """One cooperation. Raises NotFound when absent or out of scope."""
    row = (
        Cooperation.objects.select_related("organisation", "partner", "renews")
        .filter(in_sight(actor), pk=cooperation_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def cooperation_of(client_id: Any) -> Cooperation | None:
    """The cooperation a draft made before, so that the same request twice is one draft."""
    return Cooperation.objects.filter(client_id=client_id).first()


def cooperation_between_for_system(
    first_organisation_id: int, second_organisation_id: int | None, kind: str, on: date
) -> Standing | None:
    """The cooperation of a kind that binds the two that day, whichever side either stands on; None when there is none.

    second_organisation_id  None for a designation, whose other side is an authority

    A suspended one, and one whose party's licence has run out, is found too: `blocked` says why nothing new may begin.
    """
    pair = (
        Q(organisation=first_organisation_id, partner__isnull=True)
        if second_organisation_id is None
        else Q(organisation=first_organisation_id, partner=second_organisation_id)
        | Q(organisation=second_organisation_id, partner=first_organisation_id)
    )
    row = (
        Cooperation.objects.select_related("organisation", "partner")
        .filter(pair, kind=kind, state__in=BINDING, force_from__lte=on, valid_until__gt=on)
        .first()
    )
    return None if row is None else standing_of(row, on)


def cooperations_of_for_system(organisation_id: int, kind: str, on: date) -> list[Standing]:
    """Every cooperation of a kind that binds an institution that day, the first to run out first."""
    rows = (
        Cooperation.objects.select_related("organisation", "partner")
        .filter(
            Q(organisation=organisation_id) | Q(partner=organisation_id),
            kind=kind, state__in=BINDING, force_from__lte=on, valid_until__gt=on,
        )
        .order_by("valid_until", "id")
    )  # fmt: skip
    return [standing_of(row, on) for row in rows]


def standing_of(row: Cooperation, on: date) -> Standing:
    """A binding row as its users need it."""
    return Standing(
        row.pk, row.number, row.kind, State(row.state), row.organisation_id, row.partner_id, row.force_from or row.valid_from, row.valid_until,
        row.terms, duties_of(row), blocked(row, on),
    )  # fmt: skip


def blocked(row: Cooperation, on: date) -> Refusal | None:
    """Why no new work may begin under a cooperation that day, or None."""
    if row.state == State.SUSPENDED:
        return Refusal("cooperations.suspended", {"number": row.number})
    return terms.licence_gap(list(parties_of(row).values()), on)


def duties_for_system(agreement_id: int) -> tuple[Duty, ...]:
    """What each side owes under a cooperation. Raises NotFound."""
    row = Cooperation.objects.filter(pk=agreement_id).first()
    if row is None:
        raise NotFound
    return duties_of(row)


def duties_of(row: Cooperation) -> tuple[Duty, ...]:
    """The duties as frozen in the paper."""
    return measuring.read(row.text.get("duties", ()))


def party(organisation: Organisation) -> Party:
    """An institution as the terms judge it."""
    return Party(
        organisation.kind, organisation.name, organisation.is_nonprofit, organisation.is_active, organisation.licence_valid_until
    )  # fmt: skip


def parties_of(row: Cooperation) -> dict[str, Party]:
    """Both sides; an authority is never without its licence."""
    second = party(row.partner) if row.partner is not None else Party("authority", (row.authority or {}).get("zh", ""))
    return {terms.FIRST: party(row.organisation), terms.SECOND: second}


def side_of(row: Cooperation, actor: Actor) -> str | None:
    """The side an actor stands on: their institution's, or, for an authority's designation, the authority's; else None.

    Who manages both institutions stands on the first until a door says otherwise.
    """
    if reach(actor) is Reach.ORGANISATIONS:
        if row.organisation_id in actor.organisation_ids:
            return terms.FIRST
        return terms.SECOND if row.partner_id in actor.organisation_ids else None
    if reach(actor) is Reach.JURISDICTION and row.authority is not None:
        return terms.SECOND
    return None


def overlapping(row: Cooperation, from_on: date) -> Cooperation | None:
    """Another binding cooperation of the kind between the two that shares a day with this one."""
    ends = Q(organisation=row.organisation_id, partner=row.partner_id)
    if row.partner_id is not None:
        ends |= Q(organisation=row.partner_id, partner=row.organisation_id)
    return (
        Cooperation.objects.filter(ends, kind=row.kind, state__in=BINDING)
        .filter(force_from__lt=row.valid_until, valid_until__gt=from_on)
        .exclude(pk=row.pk)
        .first()
    )


def template_for(kind: str, jurisdiction: str, on: date) -> Value | Refusal:
    """The place's model text of a kind of cooperation on a day; what the law refuses is read into it."""
    found = editions.current().lookup(f"agreement:{kind}", jurisdiction=jurisdiction, on=on)
    if isinstance(found, Refusal):
        return Refusal("cooperations.no_template", {"kind": kind, "jurisdiction": jurisdiction})
    return found


def rules_of(template: Value, on: date) -> dict[str, Any]:
    """The template with the law's own refusals beside its rules."""
    law = editions.current().lookup(f"{template.key}_law", jurisdiction=template.jurisdiction, on=on)
    of_law = () if isinstance(law, Refusal) else law.value["refused_when"]
    return {**template.value, "refused_when": (*of_law, *template.value.get("refused_when", ()))}


def partners_for(actor: Actor, kinds: Iterable[str]) -> QuerySet[Organisation]:
    """Institutions of the register that may stand on the other side: any active one of these kinds but the actor's own."""
    rows = Organisation.objects.filter(is_active=True, kind__in=list(kinds)).exclude(pk__in=actor.organisation_ids)
    return (rows.filter(registry.within(actor.jurisdiction)) if reach(actor) is Reach.JURISDICTION else rows).order_by(
        "name", "pk"
    )


# --- signatures


def list_party_signatures(row: Cooperation) -> list[PartySignature]:
    """Every signature under every wording, oldest first; those under another wording no longer count."""
    return list(PartySignature.objects.select_related("signed_by", "image").filter(cooperation=row).order_by("id"))


def counting_signatures(row: Cooperation) -> dict[str, PartySignature]:
    """The signature of each side under the present wording."""
    rows = PartySignature.objects.filter(cooperation=row, text_sm3=row.text_sm3).order_by("id")
    return {signature.side: signature for signature in rows}


def is_whole(row: Cooperation) -> bool:
    """Whether the words, the duties and the terms are still those that were frozen."""
    return sm3(canonical(row.text)) == bytes(row.text_sm3) and row.text.get("terms") == row.terms


def party_signature_sm3(signature: PartySignature) -> bytes:
    """SM3 over the frozen text, the picture or certificate, the instant, and who signed for which side, where, before whom.

    Source  AGREEMENT-12 in docs/rules/agreements.md
    """
    facts = {
        "text": bytes(signature.text_sm3).hex(), "cooperation": signature.cooperation_id, "side": signature.side,
        "image": (bytes(signature.image.sm3) if signature.image else NO_IMAGE).hex(),
        "certificate": bytes(signature.certificate or b"").hex(), "sealed": bytes(signature.sealed or b"").hex(),
        "at": signature.signed_at.astimezone(UTC).isoformat(timespec="microseconds"), "name": signature.name, "post": signature.post,
        "method": signature.method, "witness": signature.witness, "lon": signature.lon, "lat": signature.lat,
    }  # fmt: skip
    return sm3(canonical(facts))


def get_party_signature(actor: Actor, signature_id: int) -> PartySignature:
    """One signature with its picture. Raises NotFound when absent, out of scope, or without a picture."""
    row = (
        PartySignature.objects.select_related("image")
        .filter(in_sight(actor), pk=signature_id, image__isnull=False)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def is_sound(signature: PartySignature) -> bool:
    """Whether a signature still fits what was signed: its seal, and, for a certificate, the SM2 signature itself."""
    if bytes(signature.sm3) != party_signature_sm3(signature):
        return False
    if signature.certificate is None:
        return signature.image is not None and sm3(bytes(signature.image.content)) == bytes(signature.image.sm3)
    return sm2.stands(bytes(signature.certificate), bytes(signature.sealed or b""), bytes(signature.text_sm3))


def certificate_words(signature: PartySignature) -> str:
    """Serial number and issuer of the certificate a party signed with; empty without one."""
    if signature.certificate is None:
        return ""
    serial, issuer = sm2.names(bytes(signature.certificate))
    return f"{serial} · {issuer}"


def renewal_of(row: Cooperation) -> Cooperation | None:
    """The agreement that follows this one, unless it came to nothing."""
    return row.renewals.exclude(state__in=[State.ENDED, State.EXPIRED], force_from__isnull=True).first()


def allied_for_system(part: str, on: date) -> tuple[frozenset[int], ...]:
    """The circles of institutions that share a leading institution for one part of a consortium, the leading one included, as they bind that day.

    Needs the whole system's sight.
    """
    rows = Cooperation.objects.filter(
        kind=Cooperation.Kind.CONSORTIUM, state=State.IN_FORCE, terms__member_role=part, force_from__lte=on, valid_until__gt=on, partner__isnull=False
    )  # fmt: skip
    circles: dict[int, set[int]] = {}
    for member, lead in rows.values_list("organisation", "partner"):
        circles.setdefault(lead, {lead}).add(member)
    return tuple(frozenset(circle) for circle in circles.values())
