"""Record once: a visit's record becomes the record of every programme it serves, and is put right for all of them together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yijia.apps.care import queries
from yijia.apps.care.actions.episode_account import recount_settlement
from yijia.apps.care.actions.episode_duties import count_record, judged_reading, refresh, running_of, weighed
from yijia.apps.care.actions.episode_moves import locked_episode, need, note_event, programme_of
from yijia.apps.care.actions.faults import Faults
from yijia.apps.care.actions.moves import locked
from yijia.apps.care.models import Contact, Duty, Episode, EpisodeRecord, Order
from yijia.base import scope
from yijia.base.actions import action
from yijia.base.errors import NotFound, Refused
from yijia.core.permissions import SYSTEM, Actor, Permission
from yijia.core.policy import plain
from yijia.core.programmes.model import Activity, Cadence, Programme
from yijia.core.programmes.verdicts import Judged
from yijia.core.programmes.visited import Told, finished_by, reading_of, typed
from yijia.core.programmes.vocabulary import READING
from yijia.core.refusal import Refusal

P = Permission


@action("episodes.record_visit")
def record_visit(*, order_id: int, told: Told, by: Actor, at: datetime) -> list[EpisodeRecord]:
    """Take a confirmed visit's own record over for every programme of the person at that institution; asked again, nothing new.

    Raises      Forbidden: not the platform; NotFound
    Source      PROG-14 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_RECORD)
    order = locked(by, order_id)
    if EpisodeRecord.objects.filter(order=order).exists():
        return []
    duty = queries.duty_of_order_for_system(order_id)
    made: list[EpisodeRecord] = []
    waiting: set[str] = set()
    for episode, programme in _followed_first(order, told):
        ordered = duty.activity if duty is not None and duty.episode_id == episode.pk else None
        for line in finished_by(programme, told, ordered):
            if line.code in waiting or any(line.code in record.serves for record in made):
                continue  # this same visit has finished the kind already, or its follow-up lacks a value
            if line.code != ordered and not _is_due(episode, line, told):
                continue
            reading = reading_of(told)
            try:
                judged = judged_reading(episode, programme, line, reading, told.on)
            except Refused:  # the follow-up stays due, and its form shows what the visit measured
                waiting.add(line.code)
                continue
            made.append(_taken(episode, programme, line, order, told, reading, judged, at))
    return made


def _followed_first(order: Order, told: Told) -> list[tuple[Episode, Programme]]:
    """The person's running programmes at the institution; those that judge a reading come before those that only count it."""
    found = []
    for row in queries.running_at_for_system(order.resident_id, order.organisation_id):
        programme = queries.programme_for(row.programme, row.jurisdiction, told.on)
        if isinstance(programme, Programme):
            found.append((locked_episode(SYSTEM, row.pk), programme))
    return sorted(found, key=lambda pair: (pair[1].follow_up is None, pair[0].pk))


def _is_due(episode: Episode, line: Activity, told: Told) -> bool:
    rows = Duty.objects.filter(episode=episode, activity=line.code, state=Duty.State.OPEN, opens_on__lte=told.on)
    return bool(rows.exists())


def _taken(
    episode: Episode, programme: Programme, line: Activity, order: Order, told: Told, reading: Mapping[str, Any], judged: Judged | None, at: datetime
) -> EpisodeRecord:  # fmt: skip
    """One programme's record of the visit."""
    record = EpisodeRecord.objects.create(
        organisation_id=episode.organisation_id, episode=episode, resident_id=episode.resident_id, kind=EpisodeRecord.Kind.SERVICE,
        activity=line.code, serves=[line.code, *line.resolves], cycle_no=episode.cycle_no, on=told.on, persons=list(told.persons),
        content=_content(told, order, reading) | _beyond(episode, programme, line, told), order=order, verdict=judged.verdict.id if judged else "",
        is_controlled=judged.verdict.is_controlled if judged else None, next_on=judged.next_on if judged else None,
        written_at=at, written_by_id=told.written_by_id,
    )  # fmt: skip
    count_record(episode, programme, record, bool(judged and judged.verdict.refers), at)
    return record


def _beyond(episode: Episode, programme: Programme, line: Activity, told: Told) -> dict[str, bool]:
    """A visit that was made is never refused; what lies beyond the week's ceiling is marked and not counted against it."""
    if line.cadence is not Cadence.WEEKLY:
        return {}
    return {"is_beyond": weighed(episode, programme, line.code, told.on, told.minutes or 0) is not None}


def _content(told: Told, order: Order, reading: Mapping[str, Any]) -> dict[str, Any]:
    items = dict.fromkeys(sorted(told.done), True) | dict.fromkeys(sorted(told.not_done), False)
    source = {
        "visit_id": told.visit_id, "order_id": order.pk, "number": order.number, "who": list(told.names),
        "at": told.finished_at.isoformat() if told.finished_at else told.on.isoformat(),
    }  # fmt: skip
    return {
        "note": told.notes, "advice": told.advice, "reading": plain(dict(reading)), "is_worse": False, "vitals": plain(dict(told.vitals)),
        "items": items, "minutes": told.minutes, "began_at": told.started_at.isoformat() if told.started_at else "", "source": source,
    }  # fmt: skip


@action("episodes.correct_record")
def correct_record(
    *, record_id: int, note: str = "", reading: Mapping[str, Any] | None = None, is_void: bool = False, reason: str, by: Actor, at: datetime
) -> EpisodeRecord:  # fmt: skip
    """Put a record right, or take it back: the old one stays readable, and what was counted follows the new one.

    What came from one visit is put right in every programme that took it from there; taking back concerns the one record.

    Raises      Forbidden; NotFound; Invalid: no reason; Refused: episodes.already_corrected, programmes.*
    Source      PROG-15 in docs/rules/programmes.md
    """
    need(by, P.EPISODE_RECORD)
    old = queries.records_in_sight(by).filter(pk=record_id, kind=EpisodeRecord.Kind.SERVICE).first()
    if old is None:
        raise NotFound
    faults = Faults()
    faults.text("reason", reason, 200, is_needed=True)
    faults.text("note", note, 4000)
    faults.settle()
    locked_episode(by, old.episode_id)
    if EpisodeRecord.objects.filter(corrects=old).exists():
        raise Refused(Refusal("episodes.already_corrected"))
    together = [old]
    if old.order_id is not None and not is_void:
        same = EpisodeRecord.objects.filter(order_id=old.order_id, kind=EpisodeRecord.Kind.SERVICE).exclude(pk=old.pk)
        together += queries.standing_records(same).order_by("episode_id", "id")
    new = [
        _corrected(row, note.strip(), dict(reading or {}), is_void=is_void, reason=reason.strip(), by=by, at=at)
        for row in together
    ]
    return new[0]


def _corrected(
    old: EpisodeRecord, note: str, given: dict[str, Any], *, is_void: bool, reason: str, by: Actor, at: datetime
) -> EpisodeRecord:
    episode = locked_episode(by, old.episode_id)
    programme = programme_of(episode, at)
    line = programme.activity(old.activity)
    reading = _kept_reading(old) | given
    is_judged = line is not None and not is_void and bool(given)
    judged = judged_reading(episode, programme, line, reading, old.on, before=old) if is_judged and line else None
    new = EpisodeRecord.objects.create(
        organisation_id=old.organisation_id, episode=episode, resident_id=old.resident_id, kind=old.kind, activity=old.activity,
        serves=[] if is_void else old.serves, cycle_no=old.cycle_no, on=old.on, persons=old.persons, corrects=old, is_void=is_void,
        content=_changed(old, note, given, reading, reason), order_id=old.order_id,
        verdict=judged.verdict.id if judged else "" if is_void else old.verdict,
        is_controlled=judged.verdict.is_controlled if judged else None if is_void else old.is_controlled,
        next_on=judged.next_on if judged else None if is_void else old.next_on, written_at=at, written_by_id=by.user_id,
    )  # fmt: skip
    if is_void:
        _uncount(old, programme)
    _recount(episode, programme, old, at)
    note_event(
        episode, "correct_record", episode.state, {"record": old.pk, "is_void": is_void, "reason": reason}, by, at
    )
    return new


def _kept_reading(old: EpisodeRecord) -> dict[str, Any]:
    return {
        name: typed(READING[name].kind, value)
        for name, value in old.content.get("reading", {}).items()
        if name in READING
    }


def _changed(
    old: EpisodeRecord, note: str, given: dict[str, Any], reading: dict[str, Any], reason: str
) -> dict[str, Any]:
    """The new content, and beside it what each changed field said before."""
    before = {name: old.content.get("reading", {}).get(name) for name in given}
    if note and note != old.content.get("note", ""):
        before["note"] = old.content.get("note", "")
    vitals = {
        code: {**kept, "value": str(given[code])} if code in given else kept
        for code, kept in old.content.get("vitals", {}).items()
    }
    return {
        **old.content, "note": note or old.content.get("note", ""), "reading": plain(reading), "vitals": plain(vitals), "reason": reason,
        "before": plain(before),
    }  # fmt: skip


def _uncount(old: EpisodeRecord, programme: Programme) -> None:
    """Take one contact of the day back."""
    if programme.counts and programme.counts.contact:
        counted = Contact.objects.filter(
            resident_id=old.resident_id, kind=programme.counts.contact, on=old.on, order=None
        )
        counted.filter(pk__in=counted.values("pk")[:1]).delete()


def _recount(episode: Episode, programme: Programme, old: EpisodeRecord, at: datetime) -> None:
    """What was computed from the record: due lists, whether it goes worse, and the account where one was made."""
    latest = queries.standing_records(
        EpisodeRecord.objects.filter(episode=episode, kind=EpisodeRecord.Kind.SERVICE)
    ).order_by("-on", "-id")
    newest = latest.first()
    refers = (
        {verdict.id for verdict in programme.follow_up.verdicts if verdict.refers} if programme.follow_up else set()
    )
    is_worse = newest is not None and (newest.verdict in refers or bool(newest.content.get("is_worse")))
    if is_worse != episode.is_worsening:
        episode.is_worsening = is_worse
        episode.save(update_fields=["is_worsening"])
    with scope.whole_system():
        refresh(running_of(episode), at)
    recount_settlement(episode, programme, old.cycle_no, at)
