"""What was found and done: the record by item, photos, and both signatures under it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from yijia.apps.care.models import OrderItem
from yijia.apps.registry.actions import unmask
from yijia.apps.visits import words
from yijia.apps.visits.actions.common import (
    local_words,
    locked,
    masked_name,
    must_be,
    number,
    own_assignment,
    tell_house,
)
from yijia.apps.visits.models import Consumable, Record, Visit, VisitFile
from yijia.apps.visits.queries import consumables_filed, is_duty, questions_for_system
from yijia.apps.visits.queries import vitals as known_vitals
from yijia.base import files, outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.crypto import sm3
from yijia.base.errors import Invalid, NotFound, Refused, Stale
from yijia.base.messages import in_chinese
from yijia.base.words import say, sentence
from yijia.core.orders.lifecycle import Event
from yijia.core.permissions import Actor
from yijia.core.policy import plain
from yijia.core.programmes.vocabulary import READING
from yijia.core.refusal import Refusal
from yijia.core.visits.plausible import Alert, Reading, judge_all

SIGNATURES = (VisitFile.Kind.NURSE_SIGNATURE, VisitFile.Kind.FAMILY_SIGNATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One filled-in record.

    vitals          code → (amount, unit)
    items           item code → (done, note)
    consumables     filed consumable code → quantity used
    answers         column of `care_reading` → what was asked for a follow-up that is due
    """

    vitals: Mapping[str, tuple[Decimal | int, str]]
    items: Mapping[str, tuple[bool, str]]
    consumables: Mapping[str, int]
    notes: str = ""
    advice: str = ""
    waste_returned: bool | None = None
    answers: Mapping[str, bool | int | Decimal] = field(default_factory=dict)


@action("visits.record")
def write_record(*, visit_id: int, sheet: Sheet, version: int | None = None, by: Actor, at: datetime) -> Record:
    """Write or correct the record, until somebody has signed it. A critical value is told at once, in the same transaction.

    version     of the record as the caller read it

    Raises      NotFound, Stale, Invalid: an implausible value, a unit mixed up, an item or consumable not on the order or not
                filed; Refused: visits.record_signed, orders.wrong_status
    """
    visit = locked(by, visit_id)
    own_assignment(by, visit)
    must_be(visit, Event.COMPLETE, "in_service")
    before = Record.objects.select_for_update().filter(visit=visit).first()
    if before is not None and version is not None and before.version != version:
        raise Stale
    if VisitFile.objects.filter(visit=visit, kind__in=SIGNATURES).exists():
        raise Refused(Refusal("visits.record_signed"))
    readings = _readings(visit, sheet, at)
    names = _consumables(visit, sheet)
    record = before or Record(organisation_id=visit.organisation_id, visit=visit, version=0)
    record.vitals = {r.code: {"value": str(r.amount), "unit": r.unit, "alert": r.alert.value} for r in readings}
    record.items_done = _items(visit, sheet)
    record.answers = _answers(visit, sheet, at)
    record.notes, record.advice, record.waste_returned = sheet.notes.strip(), sheet.advice.strip(), sheet.waste_returned
    record.written_at, record.written_by_id, record.version = at, by.user_id, record.version + 1
    record.save()
    record.consumables.all().delete()
    Consumable.objects.bulk_create(
        Consumable(organisation_id=visit.organisation_id, record=record, code=code, name=names[code], quantity=quantity)
        for code, quantity in sheet.consumables.items()
    )
    _alert(visit, readings, at)
    return record


def _readings(visit: Visit, sheet: Sheet, at: datetime) -> tuple[Reading, ...]:
    readings, refusals = judge_all(sheet.vitals, known_vitals(visit.order.jurisdiction, business_date(at)))
    if refusals:
        said: dict[str, list[str]] = {}
        rules: dict[str, list[str]] = {}
        for refusal in refusals:
            field = f"vitals.{refusal.facts.get('code', 'diastolic')}"
            said.setdefault(field, []).append(sentence(refusal))
            rules.setdefault(field, []).append(refusal.code)
        raise Invalid(said, rules)
    return readings


def _items(visit: Visit, sheet: Sheet) -> dict[str, Any]:
    ordered = set(OrderItem.objects.filter(order_id=visit.order_id).values_list("item_code", flat=True))
    strange = sorted(set(sheet.items) - ordered)
    if strange:
        raise Invalid({f"items.{strange[0]}": [say("服务单里没有这个项目")]})
    if set(sheet.items) != ordered:
        raise Invalid({"items": [say("每个项目都要填：做了，或没做及原因")]})
    for code, (is_done, note) in sheet.items.items():
        if not is_done and not note.strip():
            raise Invalid({f"items.{code}": [say("没做的项目请写原因")]})
    return {code: {"done": is_done, "note": note.strip()} for code, (is_done, note) in sheet.items.items()}


def _answers(visit: Visit, sheet: Sheet, at: datetime) -> dict[str, Any]:
    """What was asked for follow-ups; a question nobody's follow-up asks is refused."""
    asked = {question.code for question in questions_for_system(visit, at)}
    for name, given in sheet.answers.items():
        if name not in asked or not READING[name].accepts(given):
            raise Invalid({f"answers.{name}": [say("这一项不在要问的问题里，或者填的内容不对")]})
    return {name: plain(given) for name, given in sheet.answers.items()}


def _consumables(visit: Visit, sheet: Sheet) -> dict[str, str]:
    filed = consumables_filed(visit)
    for code, quantity in sheet.consumables.items():
        if code not in filed:
            raise Invalid({f"consumables.{code}": [say("这种耗材本机构没有公示价格，不能计入")]})
        if not 1 <= quantity <= 99:
            raise Invalid({f"consumables.{code}": [say("数量在 1 到 99 之间")]})
    return filed


def _alert(visit: Visit, readings: tuple[Reading, ...], at: datetime) -> None:
    critical = [r for r in readings if r.alert is not Alert.NONE]
    if not critical:
        return
    vitals = known_vitals(visit.order.jurisdiction, business_date(at))
    values = "，".join(
        f"{vitals[r.code].zh} {r.amount} {r.unit}（{in_chinese(words.ALERTS[r.alert.value])}）" for r in critical
    )
    tell_house(
        visit.organisation,
        "critical",
        at=at,
        name=masked_name(visit),
        number=number(visit),
        values=values,
        when=local_words(at),
    )
    outbox.publish(
        "visits.critical_vital", {"visit_id": visit.pk, "order_id": visit.order_id, "codes": [r.code for r in critical]},
        at=at, organisation_id=visit.organisation_id,
    )  # fmt: skip


@action("visits.photo")
def add_photo(*, visit_id: int, content: bytes, by: Actor, at: datetime) -> VisitFile:
    """A photo of the wound, the tube, the place; PNG or JPEG by content.

    Raises      NotFound, Invalid, Refused: orders.wrong_status
    """
    visit = locked(by, visit_id)
    own_assignment(by, visit)
    must_be(visit, Event.COMPLETE, "arrived", "in_service")
    kept = files.keep(content, field="photo", by=by, at=at, organisation_id=visit.organisation_id)
    return VisitFile.objects.create(
        organisation_id=visit.organisation_id,
        visit=visit,
        kind=VisitFile.Kind.PHOTO,
        file=kept,
        added_at=at,
        added_by_id=by.user_id,
    )


@action("visits.sign")
def sign_record(
    *, visit_id: int, kind: str, signer: str = "", image: str = "", witness: str = "", by: Actor, at: datetime
) -> VisitFile:
    """Put one signature under the record as it stands: the nurse's own, or the resident's side, on glass or before a witness.

    kind        nurse_signature or family_signature
    image       the pad's data URL; empty with a witness

    Raises      NotFound, Invalid, Refused: orders.no_record, visits.already_signed, visits.not_own_name, visits.own_witness
    """
    visit = locked(by, visit_id)
    mine = own_assignment(by, visit)
    must_be(visit, Event.COMPLETE, "in_service")
    if kind not in SIGNATURES:
        raise Invalid({"kind": [say("请选谁签名")]})
    record = Record.objects.filter(visit=visit).first()
    if record is None:
        raise Refused(Refusal("orders.no_record"))
    if VisitFile.objects.filter(visit=visit, kind=kind).exists():
        raise Refused(Refusal("visits.already_signed"))
    signer, witness = signer.strip()[:60], witness.strip()[:60]
    if kind == VisitFile.Kind.NURSE_SIGNATURE:
        if signer and signer != mine.staff.name:
            raise Refused(Refusal("visits.not_own_name", {"name": mine.staff.name}))
        signer = mine.staff.name
    elif not signer:
        raise Invalid({"signer": [say("请写签名人的姓名")]})
    if witness and witness in {signer, mine.staff.name}:
        raise Refused(Refusal("visits.own_witness"))
    if not image and (not witness or kind == VisitFile.Kind.NURSE_SIGNATURE):
        raise Invalid({"image": [say("请在框内签名，或请见证人代记。")]})
    kept = (
        files.keep_data_url(image, field="image", by=by, at=at, organisation_id=visit.organisation_id)
        if image
        else None
    )
    return VisitFile.objects.create(
        organisation_id=visit.organisation_id, visit=visit, kind=kind, file=kept, signer=signer, witness=witness,
        record_sm3=record_sm3(record), added_at=at, added_by_id=by.user_id,
    )  # fmt: skip


def record_sm3(record: Record) -> bytes:
    """The SM3 of the record as it stands, consumables included."""
    used = sorted(record.consumables.values_list("code", "quantity"))
    content = [
        record.vitals,
        record.items_done,
        record.notes,
        record.advice,
        record.waste_returned,
        used,
        record.version,
        *([record.answers] if record.answers else []),
    ]
    return sm3(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


@action("visits.reveal_phone")
def reveal_phone(*, visit_id: int, purpose: str, note: str = "", by: Actor, at: datetime) -> str:
    """The family's number in clear, for the nurse of the visit on its day; counted and written down like any unmasking.

    Raises      NotFound: not on the visit, or not its day; Invalid: no purpose; Refused: registry.unmask_too_often
    """
    visit = locked(by, visit_id)
    own_assignment(by, visit)
    if not is_duty(visit, at):
        raise NotFound
    return str(
        unmask(
            subject="resident", subject_id=visit.resident_id, field="phone", purpose=purpose, note=note, by=by, at=at
        )
    )
