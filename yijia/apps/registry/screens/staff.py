"""Staff: who there is, what runs out, and what the gate would say."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import get_language

from yijia.apps.registry import queries, words
from yijia.apps.registry.screens.residents import Masked, masked
from yijia.base import editions
from yijia.base.clock import business_date
from yijia.core.gate.check import Finding
from yijia.core.gate.vocabulary import VISIT_GATE
from yijia.core.permissions import Actor, Permission, Reach, may, reach

PER_PAGE = 25
SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class ExpiryRow:
    """Something that runs out: whose, what, when, how near."""

    name: str
    what: str
    url: str
    until_on: date
    days: int
    tone: str


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff in a list; `reds` counts what the gate would hold against them today, None when not asked."""

    url: str
    name: str
    badge_no: str
    profession: str
    title: str
    house: str
    is_active: bool
    reds: int | None


@dataclass(frozen=True, slots=True)
class People:
    """The staff page."""

    rows: tuple[StaffRow, ...]
    page: Page
    text: str
    profession: str
    professions: tuple[tuple[str, str], ...]
    expired: int
    soon: int
    later: int
    expiries: tuple[ExpiryRow, ...]
    may_edit: bool
    shows_house: bool
    has_calendar: bool


@dataclass(frozen=True, slots=True)
class Expiries:
    """What runs out within 90 days, in groups: expired, 30, 60, 90 days."""

    groups: tuple[tuple[str, str, tuple[ExpiryRow, ...]], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A credential or an insurance of one person."""

    credential_id: int | None
    what: str
    detail: str
    number: Masked
    from_on: date
    until_on: date | None
    state: str
    may_check: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff's page."""

    staff_id: int
    version: int
    name: str
    badge_no: str
    profession: str
    title: str
    sex: str
    house: str
    house_url: str
    department: str
    since: date | None
    phone: Masked
    speaks: str
    hours: str
    days: str
    is_active: bool
    has_account: bool
    gates: tuple[dict[str, Any], ...]
    reds: int
    is_asked: bool
    papers: tuple[Paper, ...]
    covers: tuple[Paper, ...]
    may_edit: bool


def people(
    actor: Actor,
    at: datetime,
    *,
    text: str = "",
    profession: str = "",
    page: str | int = 1,
    organisation_id: int | None = None,
) -> People:
    """A page of staff with the gate's verdict on each, and the expiry calendar of one institution."""
    on = business_date(at)
    wanted = profession if profession in words.PROFESSIONS else ""
    shown = Paginator(queries.list_staff(actor, organisation_id, text=text, profession=wanted), PER_PAGE).get_page(page)
    gates = queries.staff_gates_for_system(list(shown), on)
    house = _one_house(actor, organisation_id)
    soon = [_expiry(e, on) for e in queries.list_expiries(actor, on, organisation_id=house)] if house else []
    return People(
        rows=tuple(_row(person, len(gates[person.pk].reds) if person.pk in gates else None) for person in shown),
        page=shown, text=text, profession=wanted, professions=tuple((code, str(name)) for code, name in words.PROFESSIONS.items()),
        expired=sum(e.days <= 0 for e in soon), soon=sum(0 < e.days <= SOON_DAYS for e in soon), later=sum(e.days > SOON_DAYS for e in soon),
        expiries=tuple(soon[:8]), may_edit=may(actor, Permission.STAFF_EDIT), shows_house=reach(actor) is not Reach.ORGANISATIONS,
        has_calendar=house is not None,
    )  # fmt: skip


def expiries(actor: Actor, at: datetime, organisation_id: int | None = None) -> Expiries:
    """The expiry calendar of one institution, red first.

    Raises      NotFound: no institution is named, or it is out of sight
    """
    on = business_date(at)
    rows = [
        _expiry(e, on)
        for e in queries.list_expiries(actor, on, organisation_id=_one_house(actor, organisation_id) or 0)
    ]
    bounds = ((None, 1, "bad", "expired"), (1, 31, "bad", "30"), (31, 61, "wait", "60"), (61, 91, "idle", "90"))
    groups = tuple(
        (
            str(words.EXPIRY_GROUPS[code]),
            tone,
            tuple(r for r in rows if (least is None or r.days >= least) and r.days < most),
        )
        for least, most, tone, code in bounds
    )
    return Expiries(groups, len(rows))


def person(actor: Actor, staff_id: int, at: datetime) -> Person:
    """One member of staff: what the gate would say today, papers, insurances.

    Raises      NotFound
    """
    on = business_date(at)
    staff = queries.get_staff(actor, staff_id)
    report = queries.staff_gates_for_system([staff], on).get(staff.pk)
    findings = sorted(report.findings, key=lambda f: not f.is_red) if report else []
    may_edit = may(actor, Permission.STAFF_EDIT)
    return Person(
        staff_id=staff.pk, version=staff.version, name=staff.name, badge_no=staff.badge_no, profession=words.name_of(words.PROFESSIONS, staff.profession),
        title=words.name_of(words.TITLES, staff.title), sex=words.name_of(words.SEX, staff.sex), house=words.house_name(staff.organisation),
        house_url=reverse("registry:organisation", args=[staff.organisation_id]), department=staff.department.name if staff.department else "",
        since=staff.practising_since, phone=masked(actor, "staff", staff.pk, "phone", staff.phone_masked), speaks=words.listed(staff.speaks),
        hours=f"{_clock(staff.works_from_min)}–{_clock(staff.works_until_min)}", days=words.weekdays(staff.works_on), is_active=staff.is_active,
        has_account=staff.user_id is not None, gates=tuple(_gate(f, staff, may_edit) for f in findings), reds=len(report.reds) if report else 0,
        is_asked=report is not None, papers=tuple(_paper(actor, p, on, may_edit) for p in queries.list_credentials(staff)),
        covers=tuple(
            Paper(None, words.name_of(words.COVERS, c.kind), "" if c.staff_id else str(words.WHOLE_HOUSE), Masked(c.policy_no, None), c.valid_from,
                  c.valid_until, _state(c.valid_from, c.valid_until, True, on), False)
            for c in queries.list_covers(staff)
        ),
        may_edit=may_edit,
    )  # fmt: skip


def _one_house(actor: Actor, organisation_id: int | None) -> int | None:
    if organisation_id is None and len(actor.organisation_ids) == 1:
        return next(iter(actor.organisation_ids))
    return organisation_id


def _row(staff: Any, reds: int | None) -> StaffRow:
    return StaffRow(
        reverse("registry:staff_one", args=[staff.pk]), staff.name, staff.badge_no, words.name_of(words.PROFESSIONS, staff.profession),
        words.name_of(words.TITLES, staff.title), words.house_name(staff.organisation), staff.is_active, reds,
    )  # fmt: skip


def _expiry(expiry: queries.Expiry, on: date) -> ExpiryRow:
    days = (expiry.until_on - on).days
    url = (
        reverse("registry:staff_one", args=[expiry.staff_id])
        if expiry.staff_id
        else reverse("registry:organisation", args=[expiry.organisation_id])
    )
    return ExpiryRow(
        expiry.name,
        words.paper_name(expiry.kind, expiry.what),
        url,
        expiry.until_on,
        days,
        "bad" if days <= SOON_DAYS else "wait",
    )


def _paper(actor: Actor, paper: Any, on: date, may_edit: bool) -> Paper:
    is_checked = paper.checked_at is not None
    return Paper(
        paper.pk, words.name_of(words.CREDENTIALS, paper.kind), paper.detail, masked(actor, "credential", paper.pk, "number", paper.number_masked),
        paper.valid_from, paper.valid_until, _state(paper.valid_from, paper.valid_until, is_checked, on), may_edit and not is_checked,
    )  # fmt: skip


def _state(from_on: date, until_on: date | None, is_checked: bool, on: date) -> str:
    if until_on is not None and until_on <= on:
        return "expired"
    if not is_checked or on < from_on:
        return "pending"
    return "expiring" if until_on is not None and (until_on - on).days < 90 else "valid"


def _gate(finding: Finding, staff: Any, may_edit: bool) -> dict[str, Any]:
    """A finding as `parts/gates.html` shows it."""
    rule, is_english = finding.rule, (get_language() or "").startswith("en")
    current = editions.current()
    sources = [current.sources[s] for s in rule.sources]
    anchor = {
        "gate:nurse_registration": "registry:add_credential",
        "gate:nurse_pre_service_training": "registry:add_credential",
    }
    door = anchor.get(
        rule.key, "registry:add_cover" if rule.key.startswith("gate:insurance") else "registry:correct_staff"
    )
    verdict: bool | None = not finding.is_red
    if finding.is_red and all(part.verdict is None for part in finding.failed):
        verdict = None
    return {
        "label": (rule.en if is_english else rule.zh) or rule.key,
        "verdict": verdict,
        "text": "" if not finding.is_red else words.seen(finding.failed, VISIT_GATE, is_english),
        "remedy": words.name_of(words.REMEDIES, rule.key) if rule.key in words.REMEDIES else "",
        "url": reverse(door, args=[staff.pk]) if may_edit else "",
        "who": words.listed(
            words.role_name(role, rule.jurisdiction or "CN", current, is_english) for role in rule.who_mends
        ),
        "rule": rule.rule.text if rule.rule else "",
        "sources": [
            {"title": s.title, "clause": rule.clause, "url": s.url, "evidence": rule.evidence} for s in sources
        ],
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
