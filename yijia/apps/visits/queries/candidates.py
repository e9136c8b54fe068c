"""Who could make a visit, best first with reasons, and why not each other nurse."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yijia.apps.catalogue import queries as catalogue
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Preference, Staff
from yijia.apps.visits.models import Absence, Assignment, Offer
from yijia.apps.visits.queries.gate import (
    GateQuestion,
    gate_question,
    gate_question_for_system,
    gate_questions_for_system,
    planned_span,
)
from yijia.apps.visits.queries.terms import ranking_params, term
from yijia.base.clock import SHANGHAI
from yijia.base.rows import Given, GivenMany, Statement
from yijia.core.calendar import Span, start_of
from yijia.core.dispatch.rank import Busy, Candidate, Ranking, Visit, rank
from yijia.core.gate import check, facts
from yijia.core.geo import Point
from yijia.core.people.identity import Sex
from yijia.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Candidates:
    """The ranking and what it was made from."""

    question: GateQuestion
    ranking: Ranking
    staff: dict[int, Staff]
    facts: dict[int, facts.Staff]
    reports: dict[int, check.GateReport]

    @property
    def needed(self) -> int:
        """How many must go."""
        return self.question.staff_needed


def candidates(actor: Actor, order_id: int, *, from_at: datetime | None = None) -> Candidates:
    """Every active nurse of the order's institution (doctor, where the items ask for one), ranked or excluded with all reasons.

    from_at     as if the visit began then; by default when it is planned or wished

    Raises      NotFound
    """
    question = gate_question(actor, order_id)
    if from_at is not None:
        question = replace(question, span=planned_span(from_at, question.items))
    return _ranked(question)


def candidates_for_system(order_id: int, only: Collection[int] = ()) -> Candidates:
    """See `candidates`.

    only        look at these members of staff alone, and at those who are on the visit already; empty: at everybody
    """
    return _ranked(gate_question_for_system(order_id), only)


def _ranked(question: GateQuestion, only: Collection[int] = ()) -> Candidates:
    order, span = question.order, question.span
    given = {
        "order_id": order.pk, "resident_id": order.resident_id, "organisation_id": order.organisation_id,
        "profession": str(profession_of(question)), "from_at": span.from_at, "until_at": span.until_at,
    }  # fmt: skip
    found = _SOME.ask(**given, only=list(only)) if only else _ALL.ask(**given)
    known = registry.staff_facts_of(found, question.facts.order.visit_on)
    return _weighed(question, {nurse.pk: nurse for nurse in found}, known)


def _nurses(asked: Q) -> QuerySet[Staff]:
    """The institution's people with their papers and what speaks for and against each going to this resident."""
    went = Assignment.objects.filter(staff_id=OuterRef("pk"), is_active=True).order_by().values("staff_id")
    together = went.filter(visit__resident_id=Given("resident_id"), visit__finished_at__isnull=False)
    refused = Q(visit__order_id=Given("order_id"), state="declined")
    away = Absence.objects.filter(away_from__lt=Given("until_at"), away_until__gt=Given("from_at"))
    wishes = Preference.objects.filter(resident_id=Given("resident_id"))
    rows = Staff.objects.filter(
        asked, organisation_id=Given("organisation_id"), profession=Given("profession"), is_active=True
    )
    return registry.with_papers(rows).annotate(
        together=Coalesce(Subquery(together.annotate(found=Count("pk")).values("found")), 0),
        is_away=Exists(away.filter(staff_id=OuterRef("pk"))),
        declined=Exists(Offer.objects.filter(refused, staff_id=OuterRef("pk"))),
        wish=Subquery(wishes.filter(staff_id=OuterRef("pk")).order_by("-pk").values("kind")[:1]),
        stars=Subquery(went.annotate(found=Avg("visit__rating__stars")).values("found")),
    )


def _there() -> QuerySet[Assignment]:
    return Assignment.objects.filter(visit__order_id=Given("order_id"), is_active=True)


_ALL = Statement(lambda: _nurses(Q()))
_SOME = Statement(lambda: _nurses(Q(pk__in=GivenMany("only")) | Q(pk__in=_there().values("staff_id"))))


def _weighed(question: GateQuestion, nurses: dict[int, Staff], known: dict[int, facts.Staff]) -> Candidates:
    """The ranking of nurses read with what speaks for and against each."""
    order, span = question.order, question.span
    reports = {pk: question.of_nurse(known[pk]) for pk in nurses if pk in known}
    busy, gone = _busy(order.pk, list(nurses), span)
    most = term("travel", order.jurisdiction, question.facts.order.visit_on)["most_load_min"]
    people = [
        Candidate(
            staff_id=pk,
            gate_reds=tuple(dict.fromkeys(red.key for red in reports[pk].reds))
            if pk in reports
            else ("gate:nurse_registration",),
            hours=working_hours(nurse, span),
            busy=tuple(busy[pk]),
            base=Point(nurse.lat, nurse.lon),
            is_absent=nurse.is_away,
            has_declined=nurse.declined or pk in gone,
            resident_refuses=nurse.wish == Preference.Kind.REFUSED_BY_RESIDENT,
            nurse_refuses=nurse.wish == Preference.Kind.REFUSED_BY_STAFF,
            visits_together=nurse.together,
            load_min=sum(one.span.length_s for one in busy[pk]) // 60,
            most_load_min=most,
            rating=None if nurse.stars is None else Fraction(round(nurse.stars * 10), 10),
            sex=_sex(nurse.sex),
            languages=frozenset(nurse.speaks),
        )
        for pk, nurse in nurses.items()
    ]
    wanted = Visit(
        span=span,
        place=Point(order.household.lat, order.household.lon),
        sex=_sex(order.resident.preferred_sex),
        languages=frozenset(order.resident.speaks),
    )
    ranking = rank(people, wanted, ranking_params(order.jurisdiction, question.facts.order.visit_on))
    return Candidates(question, ranking, nurses, known, reports)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Many orders and the few who would go to each, read in a handful of statements however many they are."""

    questions: Mapping[int, GateQuestion]
    staff: Mapping[int, Staff]
    known: Mapping[date, Mapping[int, facts.Staff]]
    wishes: Mapping[tuple[int, int], str]
    away: Mapping[int, tuple[Span, ...]]

    def of(self, order_id: int, staff_ids: Iterable[int], span: Span) -> Candidates:
        """What gate, clock, refusals and absences say of these nurses at this time; who usually comes, and what they
        declined before, are not asked here."""
        question = replace(self.questions[order_id], span=span)
        order, profession = question.order, profession_of(question)
        nurses = {}
        for pk in staff_ids:
            one = self.staff.get(pk)
            if one is None or (one.organisation_id, one.profession) != (order.organisation_id, profession):
                continue
            one.together, one.declined, one.stars = 0, False, None
            one.is_away = any(
                away.from_at < span.until_at and span.from_at < away.until_at for away in self.away.get(pk, ())
            )
            one.wish = self.wishes.get((order.resident_id, pk))
            nurses[pk] = one
        known = self.known.get(question.facts.order.visit_on, {})
        return _weighed(question, nurses, {pk: known[pk] for pk in nurses if pk in known})


def sheet_for_system(teams: Mapping[int, Iterable[int]]) -> Sheet:
    """Order → who would go there, as one sheet."""
    questions = gate_questions_for_system(teams)
    wanted = {pk for team in teams.values() for pk in team}
    staff = {one.pk: one for one in Staff.objects.filter(pk__in=wanted, is_active=True)}
    people = list(staff.values())
    days = {question.facts.order.visit_on for question in questions.values()}
    residents = {question.order.resident_id for question in questions.values()}
    said = Preference.objects.filter(resident_id__in=residents, staff_id__in=staff).order_by("pk")
    away: dict[int, tuple[Span, ...]] = {}
    if days:
        first, last = start_of(min(days)), start_of(max(days)) + timedelta(days=2)
        gone = Absence.objects.filter(staff_id__in=staff, away_from__lt=last, away_until__gt=first)
        for pk, begin, end in gone.values_list("staff_id", "away_from", "away_until"):
            away[pk] = (*away.get(pk, ()), Span(begin, end))
    return Sheet(
        questions, staff, {on: registry.staff_facts_of(people, on) if people else {} for on in days},
        {(resident, pk): kind for resident, pk, kind in said.values_list("resident_id", "staff_id", "kind")}, away,
    )  # fmt: skip


def profession_of(question: GateQuestion) -> str:
    """Whose work the items are: a doctor's where one of them asks for it, as on a family-bed round."""
    known = catalogue.items(question.facts.order.visit_on, question.order.jurisdiction)
    roles = {known[item.item_code].staff_role for item in question.items if item.item_code in known}
    return Staff.Profession.DOCTOR if "doctor" in roles else Staff.Profession.NURSE


def working_hours(nurse: Staff, span: Span) -> tuple[Span, ...]:
    """The nurse's hours on the Shanghai day the visit begins; none on a day off."""
    day = span.from_at.astimezone(SHANGHAI).date()
    if day.isoweekday() not in nurse.works_on:
        return ()
    begin = start_of(day)
    return (Span(begin + timedelta(minutes=nurse.works_from_min), begin + timedelta(minutes=nurse.works_until_min)),)


def _busy(order_id: int, staff_ids: list[int], span: Span) -> tuple[defaultdict[int, list[Busy]], set[int]]:
    """Each nurse's other visits on the days around, and those who were already released from this one."""
    day = start_of(span.from_at.astimezone(SHANGHAI).date())
    busy: defaultdict[int, list[Busy]] = defaultdict(list)
    gone = set()
    for one in _TAKEN.ask(order_id=order_id, staff_ids=staff_ids, begin=day, end=day + timedelta(days=1)):
        visit, other = one.visit, one.visit.order
        if not one.is_active:
            gone.add(one.staff_id)
        elif other.pk != order_id and other.state not in ("aborted", "cancelled"):
            home = Point(other.household.lat, other.household.lon)
            busy[one.staff_id].append(Busy(Span(visit.planned_from, visit.planned_until), home))
    return busy, gone


_TAKEN = Statement(
    lambda: (
        Assignment.objects.filter(
            Q(is_active=True, visit__planned_from__lt=Given("end"), visit__planned_until__gt=Given("begin"))
            | Q(is_active=False, visit__order_id=Given("order_id")),
            staff_id__in=GivenMany("staff_ids"),
        )
        .select_related("visit__order__household")
        .only(
            "staff_id", "is_active", "visit__planned_from", "visit__planned_until", "visit__order__state",
            "visit__order__household__lat", "visit__order__household__lon",
        )
    )
)  # fmt: skip


def _sex(code: str) -> Sex | None:
    return {"1": Sex.MALE, "2": Sex.FEMALE}.get(code)
