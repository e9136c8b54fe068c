"""The alarm wall and the dossier of one visit, for those who watch and those who review."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yijia.apps.visits import queries, words
from yijia.apps.visits.queries import Alarm
from yijia.apps.visits.screens.cards import Card, card, house_name
from yijia.apps.visits.screens.nurse import vital_words
from yijia.base import audit, editions
from yijia.base.clock import business_date
from yijia.core.people import masking
from yijia.core.permissions import Actor, Permission, may
from yijia.core.policy import Value
from yijia.core.visits import deadman, evidence, lifecycle


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm on the wall.

    next_at     when it climbs a step further; None once somebody has it
    """

    alarm_id: int
    kind: str
    state: str
    level: int
    party: str
    raised_at: datetime
    next_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None
    waited_s: int | None
    age_s: int
    nurse: str
    badge_no: str
    resident: str
    township: str
    address: str
    institution: str
    number: str
    visit_id: int
    lon: float | None
    lat: float | None
    outcome: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Wall:
    """Open alarms by age, those closed lately, and how fast they were answered."""

    lines: list[AlarmLine]
    closed: list[AlarmLine]
    in_time: int
    answered: int
    may_answer: bool
    without_lead: bool  # an institution of the reader's has nobody on the duty roster now


def wall(*, actor: Actor, at: datetime) -> Wall:
    """The alarm desk."""
    found = list(queries.list_alarms(actor)[:100])
    over = list(queries.list_alarms(actor, is_open=False)[:20])
    everyone = [*found, *over]
    audit.read(
        actor,
        at,
        "visits.alarms",
        subject_type="visits.alarm",
        subject_ids=[a.pk for a in everyone],
        resident_ids=[a.visit.resident_id for a in everyone],
    )
    waits = [int((a.acknowledged_at - a.raised_at).total_seconds()) for a in over if a.acknowledged_at]
    in_time, answered = deadman.answered_in_time(waits, 60)
    return Wall(
        [_line(a, at) for a in found],
        [_line(a, at) for a in over],
        in_time,
        answered,
        may(actor, Permission.SOS_ANSWER),
        bool(actor.organisation_ids) and bool(queries.without_lead(actor, at)),
    )


def _line(alarm: Alarm, at: datetime) -> AlarmLine:
    visit = alarm.visit
    name = "sos" if alarm.kind == Alarm.Kind.PRESS else "deadman"
    rules = queries.ladder(name, visit.order.jurisdiction, business_date(at))
    party = rules.steps[min(alarm.level, len(rules.steps) - 1)].party
    return AlarmLine(
        alarm_id=alarm.pk, kind=str(words.ALARM_KINDS[alarm.kind]), state=alarm.state, level=alarm.level, party=str(words.PARTIES[party.value]),
        raised_at=alarm.raised_at, next_at=deadman.next_at(rules, alarm.raised_at, at) if alarm.state == "raised" else None,
        acknowledged_at=alarm.acknowledged_at, closed_at=alarm.closed_at,
        waited_s=int((alarm.acknowledged_at - alarm.raised_at).total_seconds()) if alarm.acknowledged_at else None, age_s=max(0, int(((alarm.acknowledged_at or at) - alarm.raised_at).total_seconds())),
        nurse=alarm.staff.name,
        badge_no=alarm.staff.badge_no, resident=masking.name(visit.resident.name), township=visit.order.household.township,
        address=visit.order.household.address_masked, institution=house_name(visit), number=visit.order.number, visit_id=visit.pk, lon=alarm.lon,
        lat=alarm.lat, outcome=alarm.outcome, is_late=False,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """One alarm in full, to the second."""

    line: AlarmLine
    card: Card
    events: list[dict[str, Any]]
    home_lon: float
    home_lat: float
    address: str
    moves: frozenset[str]
    nurse_phone: str


def alarm(*, actor: Actor, at: datetime, alarm_id: int) -> AlarmPage:
    """One alarm. Whoever answers it sees where it is in full: a life is worth more than a mask, and the look is audited.

    Raises      NotFound
    """
    found = queries.get_alarm(actor, alarm_id)
    visit = queries.get_visit(actor, found.visit_id)
    audit.read(
        actor, at, "visits.alarm", subject_type="visits.alarm", subject_ids=[found.pk], resident_ids=[visit.resident_id]
    )
    moves = frozenset(
        move.event.value for move in lifecycle.ALARMS.open_moves(lifecycle.AlarmState(found.state), actor)
    )
    is_needed = bool(moves) and found.state != "closed"
    address, phone = (
        queries.rescue_facts(found) if is_needed else (visit.order.household.address_masked, found.staff.phone_masked)
    )
    return AlarmPage(
        _line(found, at), card(actor, visit, at), [_event(e, found.raised_at) for e in queries.alarm_events(found)], visit.order.household.lon,
        visit.order.household.lat, address, moves, phone,
    )  # fmt: skip


def _event(event: Any, raised_at: datetime) -> dict[str, Any]:
    note = str(words.PARTIES.get(event.note, event.note)) if event.event == "escalated" else event.note
    text = str(words.ALARM_EVENTS[event.event]) % {"note": note}
    return {
        "at": event.at, "after_s": int((event.at - raised_at).total_seconds()), "text": text, "by": event.by.display_name if event.by else "",
        "note": "" if event.event == "escalated" else str(words.CLOCKS.get(note, note)),
        "tone": "bad" if event.event in ("raised", "escalated") else "done",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing held against a visit, in words."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything about one visit, to read."""

    card: Card
    score: int | None
    threshold: int | None
    is_weak: bool
    findings: list[Finding]
    evidence: str
    edition: str
    vitals: tuple[str, ...]
    alerts: tuple[str, ...]
    items: list[dict[str, Any]]
    consumables: list[tuple[str, int]]
    notes: str
    advice: str
    waste_returned: bool | None
    files: list[dict[str, Any]]
    fixes: list[dict[str, Any]]
    events: list[dict[str, Any]]
    stars: int | None
    tags: list[str]
    comment: str
    may_see_gate: bool


def dossier(*, actor: Actor, at: datetime, visit_id: int) -> Dossier:
    """The dossier of a visit in sight.

    Raises      NotFound
    """
    visit = queries.get_visit(actor, visit_id)
    audit.read(
        actor, at, "visits.file", subject_type="visits.visit", subject_ids=[visit.pk], resident_ids=[visit.resident_id]
    )
    shown, record, score = card(actor, visit, at), queries.get_record(visit), queries.get_score(visit)
    rating = queries.get_rating(visit)
    value = editions.current().lookup(
        evidence.KEY, jurisdiction=visit.order.jurisdiction, on=business_date(visit.planned_from)
    )
    known = queries.vitals(visit.order.jurisdiction, business_date(visit.planned_from))
    names = {line.code: line.name for line in shown.items}
    return Dossier(
        card=shown,
        score=score.score if score else None, threshold=value.value["threshold"] if isinstance(value, Value) else None,
        is_weak=bool(score and score.verdict == "weak"), findings=_findings(score, value), evidence=value.evidence.value if isinstance(value, Value) else "missing",
        edition=score.edition if score else "", vitals=vital_words(record.vitals, known) if record else (),
        alerts=vital_words({c: v for c, v in record.vitals.items() if v.get("alert", "none") != "none"}, known) if record else (),
        items=[{"name": names.get(c, c), "is_done": e["done"], "note": e["note"]} for c, e in record.items_done.items()] if record else [],
        consumables=_used(visit), notes=record.notes if record else "",
        advice=record.advice if record else "", waste_returned=record.waste_returned if record else None,
        files=[f | {"kind_words": words.FILES[f["kind"]], "has_image": f["file_id"] is not None} for f in visit.file_rows],
        fixes=[fix | {"kind_words": words.FIXES[fix["kind"]], "error_words": words.FIX_ERRORS.get(fix["error"], "")} for fix in queries.list_fixes(visit)], events=_events(visit), stars=rating.stars if rating else None,
        tags=words.tags(rating.tags, visit.order.jurisdiction, business_date(at)) if rating else [], comment=rating.words if rating else "",
        may_see_gate=may(actor, Permission.GATE_VIEW),
    )  # fmt: skip


def _used(visit: Any) -> list[tuple[str, int]]:
    """Consumables by name in the reader's language: the record keeps the Chinese one, the filing has the other."""
    english = words.is_english() and bool(visit.consumable_rows)
    filed = queries.consumables_filed(visit, english=True) if english else {}
    return [(filed.get(row["code"], row["name"]), row["quantity"]) for row in visit.consumable_rows]


def _findings(score: Any, value: Any) -> list[Finding]:
    if score is None or not isinstance(value, Value):
        return []
    said = value.value["findings"]
    language = "en" if words.is_english() else "zh"
    return [Finding(said[f["code"]][language] if f["code"] in said else f["code"], f["points"]) for f in score.findings]


def _events(visit: Any) -> list[dict[str, Any]]:
    return [
        {
            "at": e.at,
            "text": str(words.ORDER_EVENTS.get(e.event, e.event)),
            "by": e.by.display_name if e.by else "",
            "note": e.facts.get("reason", ""),
        }
        for e in queries.order_events(visit)
        if e.event in words.ORDER_EVENTS
    ]
