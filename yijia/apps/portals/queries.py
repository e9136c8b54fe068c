"""Counts of what waits, by role, in one statement a page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from yijia.apps.care.models import Order
from yijia.apps.registry import queries as registry
from yijia.apps.registry.models import Organisation, Resident, ResidentLink, Staff
from yijia.apps.visits.models import Assignment
from yijia.core.permissions import Actor, Reach, Role, reach

_SCOPED = "({table}.organisation_id = ANY (%(organisations)s) OR %(organisations)s IS NULL AND {table}.organisation_id IN (SELECT id FROM registry_organisation WHERE jurisdiction LIKE %(places)s))"

_TURN = """(t.state IN ('requested', 'offered') AND EXISTS (SELECT 1 FROM referrals_referralanswer a WHERE a.referral_id = t.id
                    AND a.answer IN ('asked', 'offered') AND a.organisation_id = ANY (%(organisations)s))
             OR t.state = 'accepted' AND t.organisation_id = ANY (%(organisations)s)
             OR t.state IN ('accepted', 'arrived') AND t.taker_id = ANY (%(organisations)s)
             OR t.state = 'returned' AND t.back_to_id = ANY (%(organisations)s))"""

_COUNTS: dict[str, str] = {
    "to_assess": "SELECT count(*) FROM care_order t WHERE t.state = 'submitted' AND {scope}",
    "to_sign": "SELECT count(*) FROM care_order t WHERE t.state = 'accepted' AND {scope}",
    "green_calls": "SELECT count(*) FROM referrals_emergencycall t WHERE t.state NOT IN ('handed_over', 'stood_down') AND t.parties && %(organisations)s::bigint[]",
    "referrals_waiting": "SELECT count(*) FROM referrals_referral t WHERE {turn}",
    "referrals_late": "SELECT count(*) FROM referrals_referral t WHERE t.due_at < %(at)s AND {turn}",
    "breaches_to_decide": "SELECT count(*) FROM agreements_breach t JOIN agreements_cooperation c ON c.id = t.cooperation_id WHERE t.state IN ('open', 'answered') AND c.jurisdiction LIKE %(places)s",
    "breaches_open": "SELECT count(*) FROM agreements_breach t WHERE t.state IN ('open', 'answered') AND (t.organisation_id = ANY (%(organisations)s) OR t.partner_id = ANY (%(organisations)s))",
    "to_dispatch": "SELECT count(*) FROM care_order t WHERE t.state IN ('signed', 'dispatching') AND {scope}",
    "under_way": "SELECT count(*) FROM care_order t WHERE t.state IN ('assigned', 'departed', 'arrived', 'in_service') AND {scope}",
    "to_collect": "SELECT count(*) FROM care_order t WHERE t.state = 'priced' AND {scope}",
    "call_backs": "SELECT count(*) FROM care_order t WHERE t.state = 'draft' AND t.need = 'unsure' AND {scope}",
    "offers": "SELECT count(*) FROM visits_offer t WHERE t.state = 'offered' AND t.staff_id = %(staff)s",
    "alarms": "SELECT count(*) FROM visits_alarm t WHERE t.state <> 'closed' AND {scope}",
    "reviews": "SELECT count(*) FROM supervision_evidencereview t WHERE t.state = 'open' AND {scope}",
    "complaints": "SELECT count(*) FROM supervision_complaint t WHERE t.state NOT IN ('closed') AND {scope}",
    "complaints_late": "SELECT count(*) FROM supervision_complaint t WHERE t.state IN ('filed', 'assigned', 'reopened') AND t.due_on < %(today)s AND {scope}",
    "no_lead": """SELECT count(*) FROM registry_organisation t WHERE t.is_active AND t.id = ANY (%(organisations)s)
                    AND NOT EXISTS (SELECT 1 FROM visits_dutylead d WHERE d.organisation_id = t.id AND d.is_active AND d.during @> %(at)s)""",
    "holds": "SELECT count(*) FROM money_hold t WHERE t.lifted_at IS NULL AND {scope}",
    "filings": "SELECT count(*) FROM catalogue_filing t WHERE t.state IN ('draft', 'returned') AND {scope}",
    "to_review": """SELECT (SELECT count(*) FROM catalogue_filing t WHERE t.state IN ('submitted', 'reviewed') AND {scope})
                         + (SELECT count(*) FROM catalogue_offereditem t WHERE t.state = 'submitted' AND {scope})""",
    "expiring": """SELECT count(DISTINCT t.staff_id) FROM registry_credential t JOIN registry_staff s ON s.id = t.staff_id AND s.is_active
                    WHERE t.kind IN ('registration', 'pre_service_training') AND t.valid_until < %(soon)s AND {scope}
                      AND NOT EXISTS (SELECT 1 FROM registry_credential n WHERE n.staff_id = t.staff_id AND n.kind = t.kind
                                       AND (n.valid_until IS NULL OR n.valid_until >= %(soon)s))""",
    "licences": "SELECT count(*) FROM registry_organisation t WHERE t.is_active AND t.licence_valid_until < %(soon)s AND t.jurisdiction LIKE %(places)s",
    "benefits_waiting": "SELECT count(*) FROM benefits_entitlement t WHERE t.state IN ('found', 'checking', 'agreed', 'told') AND t.office LIKE %(places)s",
    "benefits_held": "SELECT count(*) FROM benefits_paymentorder t WHERE t.state = 'held' AND t.office LIKE %(places)s",
    "cases_waiting": "SELECT count(*) FROM cases_case t WHERE t.state IN ('submitted', 'assessing', 'review', 'objected', 'appealed') AND t.resident_id IS NOT NULL AND t.jurisdiction LIKE %(places)s",
    "cases_late": "SELECT count(*) FROM cases_case t WHERE t.is_open AND t.resident_id IS NOT NULL AND t.due_on < %(today)s AND t.jurisdiction LIKE %(places)s",
    "cases_to_assess": "SELECT count(*) FROM cases_entry t JOIN cases_case c ON c.id = t.case_id AND c.round = t.round AND c.state = 'assessing' WHERE t.assessor_id = %(user)s AND t.submitted_at IS NULL",
    "cases_to_vote": "SELECT count(*) FROM cases_case t WHERE t.state = 'voting' AND t.resident_id IS NOT NULL AND t.jurisdiction LIKE %(places)s AND NOT EXISTS (SELECT 1 FROM cases_vote v WHERE v.case_id = t.id AND v.round = t.round AND v.expert_id = %(user)s)",
    "rehab_waiting": "SELECT count(*) FROM cases_case t WHERE t.organisation_id IS NOT NULL AND t.state IN ('submitted', 'visiting', 'review', 'notice', 'objected') AND t.jurisdiction LIKE %(places)s",
    "rehab_late": "SELECT count(*) FROM cases_case t WHERE t.organisation_id IS NOT NULL AND t.is_open AND t.due_on < %(today)s AND t.state <> 'notice' AND t.jurisdiction LIKE %(places)s",
    "rehab_to_settle": """SELECT count(*) FROM rehab_monthlyevaluation e JOIN rehab_evaluationsignature g ON g.evaluation_id = e.id
                           JOIN rehab_placement p ON p.id = e.placement_id JOIN rehab_designation d ON d.id = p.designation_id
                          WHERE d.jurisdiction LIKE %(places)s AND NOT EXISTS (SELECT 1 FROM rehab_monthsettlement s WHERE s.evaluation_id = e.id)
                            AND NOT EXISTS (SELECT 1 FROM rehab_monthlyevaluation n WHERE n.placement_id = e.placement_id AND n.month = e.month AND n.serial > e.serial)""",
    "rehab_to_vote": """SELECT count(*) FROM cases_case t JOIN rehab_expertseat x ON x.case_id = t.id AND x.expert_id = %(user)s AND x.stood_down_at IS NULL
                         WHERE t.state = 'voting' AND t.organisation_id IS NOT NULL AND t.jurisdiction LIKE %(places)s
                           AND NOT EXISTS (SELECT 1 FROM cases_vote v WHERE v.case_id = t.id AND v.round = t.round AND v.expert_id = %(user)s)""",
    "outbox_late": "SELECT count(*) FROM base_outboxdelivery t WHERE t.done_at IS NULL AND t.attempts > 0",
    "messages": "SELECT count(*) FROM base_message t WHERE t.at >= %(since)s",
    "users": "SELECT count(*) FROM base_user t WHERE t.is_active",
}

WANTED: dict[Role, tuple[str, ...]] = {
    Role.NURSE: ("offers",),
    Role.DOCTOR: ("green_calls", "to_assess", "to_sign", "referrals_waiting", "referrals_late"),
    Role.DISPATCHER: ("green_calls", "to_dispatch", "under_way", "alarms"),
    Role.MANAGER: (
        "green_calls",
        "to_assess",
        "referrals_waiting",
        "referrals_late",
        "to_dispatch",
        "under_way",
        "alarms",
        "no_lead",
        "to_collect",
        "holds",
        "reviews",
        "complaints",
        "complaints_late",
        "expiring",
        "filings",
    ),
    Role.HOME_MANAGER: ("green_calls", "referrals_waiting", "referrals_late", "breaches_open"),
    Role.CLERK: ("call_backs", "alarms", "to_collect", "to_sign", "complaints", "complaints_late"),
    Role.REGULATOR: (
        "to_review",
        "complaints",
        "complaints_late",
        "breaches_to_decide",
        "reviews",
        "licences",
        "expiring",
        "alarms",
    ),
    Role.AGENCY_CLERK: ("cases_waiting", "cases_late", "benefits_waiting", "benefits_held", "breaches_to_decide"),
    Role.ASSESSOR: ("cases_to_assess",),
    Role.EXPERT: ("cases_to_vote", "rehab_to_vote"),
    Role.FEDERATION: ("rehab_waiting", "rehab_late", "rehab_to_settle"),
    Role.AUDITOR: ("holds", "reviews"),
    Role.ADMIN: ("users", "messages", "outbox_late"),
}


def counts(actor: Actor, at: datetime, today: date) -> dict[str, int]:
    """How many of each thing wait for this actor; one statement."""
    wanted = WANTED.get(actor.role, ()) if actor.role else ()
    if not wanted:
        return {}
    parts = [f"({_COUNTS[name].format(scope=_SCOPED.format(table='t'), turn=_TURN)})" for name in wanted]
    organisations = sorted(actor.organisation_ids) if reach(actor) is Reach.ORGANISATIONS else None
    parameters = {
        "organisations": organisations, "places": registry.like(actor.jurisdiction or "CN-000000"), "staff": actor.staff_id, "user": actor.user_id, "today": today,
        "soon": today + timedelta(days=30), "since": at - timedelta(days=1), "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        return dict(zip(wanted, cursor.fetchone(), strict=True))


@dataclass(frozen=True, slots=True)
class House:
    """An organisation's names, for the top bar."""

    name: str
    name_en: str


_houses: dict[int, House] = {}  # names hardly ever change; one process reads each once


def house(organisation_id: int) -> House | None:
    if organisation_id not in _houses:
        row = Organisation.objects.filter(pk=organisation_id).values_list("name", "name_en").first()
        if row is None:
            return None
        _houses[organisation_id] = House(*row)
    return _houses[organisation_id]


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A family's open order with its visit's time and who comes."""

    order: Order
    visit_id: int | None
    starts_at: datetime
    until: datetime
    staff: str
    badge_no: str

    @property
    def is_coming(self) -> bool:
        """Whether the visit is still to come or going on; a finished one may still ask for a word or a payment."""
        return self.order.state not in _DONE


_DONE = ("completed", "confirmed", "under_review", "priced", "settled")
_CLOSED = ("rejected", "cancelled", "closed", "aborted", "rated", "draft")


def open_orders(actor: Actor, most: int = 10) -> list[OpenOrder]:
    """Orders of the actor's residents that are not over: what is to come, soonest first, then what is done but open."""
    orders = list(
        Order.objects.filter(resident_id__in=actor.resident_ids)
        .exclude(state__in=_CLOSED)
        .select_related("organisation", "resident", "visit")
        .order_by("wanted_from")[:most]
    )
    leads = {
        a.visit_id: a.staff
        for a in Assignment.objects.filter(visit__order__in=orders, is_active=True, is_lead=True).select_related(
            "staff"
        )
    }
    return sorted((_open(order, leads) for order in orders), key=lambda row: (not row.is_coming, row.starts_at))


def _open(order: Order, leads: dict[int, Staff]) -> OpenOrder:
    visit = getattr(order, "visit", None)
    lead = leads.get(visit.pk) if visit else None
    return OpenOrder(
        order=order,
        visit_id=visit.pk if visit else None, starts_at=visit.planned_from if visit else order.wanted_from, until=visit.planned_until if visit else order.wanted_until,
        staff=lead.name if lead else "", badge_no=lead.badge_no if lead else "",
    )  # fmt: skip


def keeper_phone(actor: Actor) -> str:
    """The telephone of the institution that keeps the resident's record; empty when nobody does."""
    link = (
        ResidentLink.objects.filter(resident_id__in=actor.resident_ids, kind="record_keeper", until_on__isnull=True)
        .select_related("organisation")
        .first()
    )
    return link.organisation.phone if link else ""


def needs_rehab(actor: Actor) -> bool:
    """Whether somebody the actor acts for has a disability on record."""
    return Resident.objects.filter(pk__in=actor.resident_ids).exclude(disability_kind="").exists()
