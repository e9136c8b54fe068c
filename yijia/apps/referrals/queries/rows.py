"""Referrals in sight: one's own institution's part in them, one's own people's, or a place's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, IntegerField, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from yijia.apps.care.models import EpisodeRecord, Occupancy
from yijia.apps.referrals.models import Document, Referral, ReferralAnswer, ReferralEvent
from yijia.apps.referrals.queries.terms import RECORDS
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation
from yijia.base import scope
from yijia.base.errors import NotFound
from yijia.core.permissions import Actor, Reach, reach
from yijia.core.referrals.lifecycle import BEFORE_ARRIVAL, OPEN, Answer, State

_OPEN = [state.value for state in OPEN]
_STANDING = [Answer.ASKED.value, Answer.OFFERED.value, Answer.ACCEPTED.value]
MOST_ASKABLE = 60


def referrals_in_sight(actor: Actor) -> QuerySet[Referral]:
    """Referrals the actor may know of; out of sight is as good as absent."""
    rows = Referral.objects.all()
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.PEOPLE:
            return rows.filter(resident_id__in=actor.resident_ids)
        case Reach.ORGANISATIONS:
            return rows.filter(parties__overlap=sorted(actor.organisation_ids))
        case Reach.JURISDICTION:
            return rows.filter(registry.within(actor.jurisdiction))
        case _:
            return rows.none()


def get_referral(actor: Actor, referral_id: int) -> Referral:
    """One referral with its person and institutions.

    Raises      NotFound: absent or out of the actor's scope
    """
    rows = referrals_in_sight(actor).select_related(
        "resident", "organisation", "taker", "back_to", "back_episode", "episode"
    )
    found = rows.filter(pk=referral_id).first()
    if found is None:
        raise NotFound
    return found


def answers_of(referral: Referral) -> list[ReferralAnswer]:
    """Who was asked, and what each said."""
    return list(ReferralAnswer.objects.filter(referral=referral).select_related("organisation").order_by("pk"))


def own_answer(actor: Actor, answers: Iterable[ReferralAnswer]) -> ReferralAnswer | None:
    """The answer of the actor's own institution; None when it was not asked."""
    return next((one for one in answers if one.organisation_id in actor.organisation_ids), None)


def events_of(referral: Referral) -> list[ReferralEvent]:
    """Every step, oldest first."""
    rows = ReferralEvent.objects.filter(referral=referral).select_related("by", "organisation")
    return list(rows.order_by("at", "pk"))


def has_document_sight(actor: Actor, referral: Referral, answers: Iterable[ReferralAnswer]) -> bool:
    """Whether the actor may read what was written about the person: who was released, or said no, may not any more.

    Source      REF-06 in docs/rules/referrals.md
    """
    if reach(actor) is not Reach.ORGANISATIONS:
        return reach(actor) in (Reach.PEOPLE, Reach.ALL)
    if actor.organisation_ids & {referral.organisation_id, referral.taker_id, referral.back_to_id}:
        return True
    own = own_answer(actor, answers)
    return own is not None and own.answer in _STANDING and referral.state in _OPEN


def latest_document(referral: Referral) -> Document | None:
    """What was written last; None while nothing was."""
    return (
        Document.objects.filter(referral=referral).select_related("written_by").order_by("-written_at", "-pk").first()
    )


def get_document(actor: Actor, referral_id: int, document_id: int) -> tuple[Referral, Document]:
    """One document of a referral in sight.

    Raises      NotFound: absent, out of scope, or no longer the actor's to read
    """
    referral = get_referral(actor, referral_id)
    found = Document.objects.filter(referral=referral, pk=document_id).first()
    if found is None or not has_document_sight(actor, referral, answers_of(referral)):
        raise NotFound
    return referral, found


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of referrals is narrowed to.

    tab     ours: waits on the actor's institution · theirs: we wait for others · over: ended · all
    """

    tab: str = "all"
    text: str = ""


def _turn(actor: Actor) -> Q:
    """Referrals whose next step is the actor's institution's (core.referrals.clock.WAITS_ON)."""
    mine = sorted(actor.organisation_ids)
    asked = Q(
        state__in=[State.REQUESTED, State.OFFERED],
        answers__organisation_id__in=mine,
        answers__answer__in=[Answer.ASKED, Answer.OFFERED],
    )
    asker = Q(state=State.ACCEPTED, organisation_id__in=mine)
    taker = Q(state__in=[State.ACCEPTED, State.ARRIVED], taker_id__in=mine)
    return asked | asker | taker | Q(state=State.RETURNED, back_to_id__in=mine)


def list_referrals(actor: Actor, filters: Filters, at: datetime, *, page: int | str = 1, size: int = 20) -> Page:
    """One page of referrals in sight: late ones first, then what is due soonest, ended ones last."""
    rows = referrals_in_sight(actor).select_related("resident", "organisation", "taker", "back_to")
    ours = Referral.objects.filter(_turn(actor)).values("pk")
    match filters.tab:
        case "ours":
            rows = rows.filter(pk__in=ours)
        case "theirs":
            rows = rows.filter(state__in=_OPEN).exclude(pk__in=ours)
        case "over":
            rows = rows.exclude(state__in=_OPEN)
    if text := filters.text.replace("\0", "").strip():
        rows = rows.filter(
            Q(number__startswith=text) | Q(resident__name=text) | Q(resident__pinyin_initials__istartswith=text)
        )
    rank = Case(
        When(state__in=_OPEN, due_at__lt=at, then=Value(0)),
        When(state__in=_OPEN, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return Paginator(rows.order_by(rank, F("due_at").asc(nulls_last=True), "-pk"), size).get_page(page)


def waiting_counts(actor: Actor, at: datetime) -> tuple[int, int]:
    """How many referrals wait on the actor's institution, and how many of these are late."""
    due = referrals_in_sight(actor).filter(pk__in=Referral.objects.filter(_turn(actor)).values("pk"))
    found = list(due.values_list("due_at", flat=True))
    return len(found), sum(1 for due_at in found if due_at is not None and due_at < at)


def list_of_resident(actor: Actor, resident_id: int) -> list[Referral]:
    """A resident's referrals in sight, the newest first."""
    rows = referrals_in_sight(actor).filter(resident_id=resident_id)
    return list(rows.select_related("resident", "organisation", "taker", "back_to").order_by("-pk"))


def askable(asker: Organisation) -> list[Organisation]:
    """Institutions of the same place that may be asked to take somebody: with a licence, and no care home.

    Source      REF-01 in docs/rules/referrals.md
    """
    rows = Organisation.objects.filter(registry.within(asker.jurisdiction), is_active=True).exclude(pk=asker.pk)
    rows = rows.exclude(kind=Organisation.Kind.CARE_HOME).exclude(licence_no="")
    return list(rows.order_by(F("level").desc(nulls_last=True), "name")[:MOST_ASKABLE])


def is_care_home(house: Organisation) -> bool:
    """Whether an institution is a care home alone, without medicine of its own."""
    return house.kind == Organisation.Kind.CARE_HOME


def stay_of(resident_id: int) -> Occupancy | None:
    """The hospital stay that is open for a person; needs the whole system's sight."""
    rows = Occupancy.objects.filter(resident_id=resident_id, kind=Occupancy.Kind.HOSPITAL, is_active=True)
    return rows.filter(during__endswith=None).first()


def open_before_arrival_for_system(resident_id: int) -> list[Referral]:
    """A person's referrals that have not led anywhere yet."""
    states = [state.value for state in BEFORE_ARRIVAL]
    return list(Referral.objects.filter(resident_id=resident_id, state__in=states).select_related("taker"))


def open_for_system(resident_id: int) -> list[Referral]:
    """A person's referrals in which somebody still waits."""
    return list(Referral.objects.filter(resident_id=resident_id, state__in=_OPEN))


def open_of_episode() -> Subquery:
    """A column over episodes: the newest referral under way from it, as JSON; null where there is none."""
    told = JSONObject(pk="pk", number="number", state="state", due_at="due_at")
    rows = Referral.objects.filter(episode=OuterRef("pk"), state__in=_OPEN).order_by("-pk")
    return Subquery(rows.values(told=told)[:1], output_field=JSONField())


def course_of(actor: Actor, referral: Referral) -> list[EpisodeRecord]:
    """What the asking institution wrote in the person's programmes, the newest first: for the institution that took the person, as long as it has them.

    Source      REF-13 in docs/rules/referrals.md
    """
    if referral.taker_id not in actor.organisation_ids or referral.state not in (State.ACCEPTED, State.ARRIVED):
        return []
    with scope.whole_system():
        rows = EpisodeRecord.objects.filter(organisation_id=referral.organisation_id, resident_id=referral.resident_id)
        rows = rows.filter(is_void=False, corrected_by__isnull=True).exclude(kind=EpisodeRecord.Kind.SETTLEMENT)
        return list(rows.select_related("episode").order_by("-on", "-pk")[:RECORDS])


def handed_over_for_system(client_id: Any) -> list[tuple[int, datetime]]:
    """The episode elsewhere a person was referred from, and until when its records go along to the one that goes on from it.

    Source      PROG-29 in docs/rules/programmes.md
    """
    rows = Referral.objects.filter(client_id=client_id, episode__isnull=False, back_episode__isnull=False)
    return list(rows.exclude(back_episode=F("episode")).values_list("episode_id", "state_at"))
