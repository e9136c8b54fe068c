"""Past orders and visits as rows: steps, assessment, offer, fixes, record, signatures, evidence, rating."""

import base64
import json
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yijia.apps.care import queries as care
from yijia.apps.care.models import Assessment, Contact, HomeRisk, Order, OrderEvent, OrderItem
from yijia.apps.visits.models import Assignment, EvidenceScore, Fix, Offer, Rating, Record, Visit, VisitFile
from yijia.apps.visits.queries.sight import DOOR_CODE
from yijia.base import crypto, editions
from yijia.base.crypto import sm3
from yijia.base.models import StoredFile
from yijia.core.calendar import business_date, local
from yijia.core.policy import Value
from yijia.core.visits import evidence
from yijia.demo import bulk
from yijia.demo.county.history.papers import Papers
from yijia.demo.county.history.past import CLOSES_AFTER, Past
from yijia.demo.county.plan import County
from yijia.demo.drawing import signature

ANSWERS = {
    "stable": True, "suits_home": True, "allergic": False, "infectious": False, "aggressive": False, "doctor_order": "seen",
}  # fmt: skip
HOME = {
    "violence": "never", "intoxication": "no", "animals": "none", "companion": "present", "access": "safe", "signal": "good", "environment": "fit",
}  # fmt: skip
MODELS = (
    Order, OrderItem, OrderEvent, Assessment, HomeRisk, Visit, Offer, Assignment, Fix, Record, VisitFile, EvidenceScore, Rating, Contact,
)  # fmt: skip
BUFFER = timedelta(minutes=10)
REACHES = {  # state → how far its steps went
    "rejected": 1, "cancelled": 2, "completed": 9, "settled": 12, "rated": 13, "closed": 14,
}  # fmt: skip


class Rows:
    """Gathers the rows of one batch and writes them in the order of their foreign keys."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.drawings: dict[str, int] = {}
        value = editions.current().lookup(evidence.KEY, jurisdiction=county.plan.place.code, on=county.plan.on)
        self.scored_by = value.edition if isinstance(value, Value) else ""

    def write(self, batch: list[Past], papers: Papers) -> None:
        """Insert everything of the batch but money; order and visit ids go into `past.ids`."""
        self.rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in MODELS}
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('care_order_number') FROM generate_series(1, %s)", [len(batch)])
            numbers = [row[0] for row in cursor.fetchall()]
        visits = bulk.draw_ids(Visit, len(batch))
        self._draw(batch)
        for past, order, visit, number in zip(batch, bulk.draw_ids(Order, len(batch)), visits, numbers, strict=True):
            past.ids |= {"order": order, "visit": visit}
            self._order(past, number)
            self._steps(past)
            if past.is_visited:
                self._visit(past)
                self._record(past)
        for model in MODELS:
            bulk.load(model, self.rows[model])

    def _draw(self, batch: list[Past]) -> None:
        """One picture a person, kept once."""
        names = {name for past in batch for name in (past.staff.name, past.client.signer)} - set(self.drawings)
        rows = []
        for name, pk in zip(sorted(names), bulk.draw_ids(StoredFile, len(names)), strict=True):
            content = base64.b64decode(signature(name).partition(",")[2])
            self.drawings[name] = pk
            rows.append(
                {
                    "id": pk,
                    "sm3": sm3(content),
                    "media_type": "image/png",
                    "size": len(content),
                    "content": content,
                    "created_at": self.county.plan.at,
                }
            )
        bulk.load(StoredFile, rows)

    def _order(self, past: Past, number: int) -> None:
        client, is_signed = past.client, past.state not in ("cancelled", "rejected")
        self.rows[Order].append(
            {
                "id": past.ids["order"], "organisation_id": client.house.id, "number": f"{local(past.asked_at):%y%m%d}-{number:05d}", "client_id": past.client_id,
                "jurisdiction": self.county.plan.place.code, "resident_id": client.id, "household_id": client.household_id, "state": past.state,
                "channel": past.channel, "need": past.need, "description": "演示：历史服务单", "prescription": "演示：按医嘱执行",
                "wanted_from": past.planned_from, "wanted_until": past.planned_from + timedelta(hours=1), "guardian_present": True,
                "quote": care.quote_json(past.breakdown), "quote_total_fen": past.breakdown.total_fen, "requester_id": client.user_id,
                "requester_name": client.signer, "requester_relation": client.relation, "service_agreement_id": past.ids["service"] if is_signed else None,
                "consent_id": past.ids["consent"] if is_signed else None, "cancel_reason": "家里有别的安排" if past.state == "cancelled" else "",
                "created_at": past.asked_at, "created_by_id": client.user_id, "state_at": self._ends(past), "version": REACHES[past.state] + 1,
            }
        )  # fmt: skip
        common = {"organisation_id": client.house.id, "order_id": past.ids["order"]}
        self.rows[OrderItem].append(
            {**common, "item_code": past.item, "quantity": 1, "duration_min": past.duration_min}
        )
        self.rows[HomeRisk].append(
            {**common, "answers": HOME, "answered_at": past.asked_at, "answered_by_id": client.user_id}
        )
        if past.state != "cancelled":
            self.rows[Assessment].append(
                {
                    **common, "kind": "first", "is_passed": past.state != "rejected", "answers": ANSWERS if past.state != "rejected" else {},
                    "note": "演示评估", "assessed_at": past.asked_at + timedelta(minutes=30), "assessed_by_id": client.house.doctors[0].user_id,
                }
            )  # fmt: skip

    def _ends(self, past: Past) -> datetime:
        match past.state:
            case "rejected":
                return past.asked_at + timedelta(minutes=30)
            case "cancelled":
                return past.asked_at + timedelta(minutes=20)
            case "completed":
                return past.planned_until
            case "settled":
                return past.paid_at
            case "rated":
                return past.rated_at
        return past.rated_at + CLOSES_AFTER

    def _steps(self, past: Past) -> None:
        """Each step with who made it, as the moves would have written it."""
        client, staff, asked, start = past.client, past.staff, past.asked_at, past.planned_from
        family = (client.user_id, "family" if client.is_family else "resident")
        doctor, dispatcher = (client.house.doctors[0].user_id, "doctor"), (client.house.dispatcher, "dispatcher")
        nurse, system = (staff.user_id, staff.profession), (None, "system")
        steps = [("submit", "draft", "submitted", asked, family)]
        if past.state == "rejected":
            steps.append(("reject", "submitted", "rejected", asked + timedelta(minutes=30), doctor))
        elif past.state == "cancelled":
            steps.append(("cancel", "submitted", "cancelled", asked + timedelta(minutes=20), family))
        else:
            steps += [
                ("accept", "submitted", "accepted", asked + timedelta(minutes=30), doctor), ("sign", "accepted", "signed", asked + timedelta(minutes=60), family),
                ("dispatch", "signed", "dispatching", asked + timedelta(minutes=70), dispatcher),
                ("assign", "dispatching", "assigned", asked + timedelta(minutes=85), nurse),
                ("depart", "assigned", "departed", start - timedelta(minutes=35), nurse), ("arrive", "departed", "arrived", past.arrived_at, nurse),
                ("pass_reassessment", "arrived", "in_service", past.started_at, nurse), ("complete", "in_service", "completed", past.planned_until, nurse),
            ]  # fmt: skip
        if past.is_priced:
            steps += [
                ("confirm", "completed", "confirmed", past.confirmed_at, family), ("price", "confirmed", "priced", past.confirmed_at, system),
                ("settle", "priced", "settled", past.paid_at, system),
            ]  # fmt: skip
        last = "settled"
        if past.stars is not None:
            steps.append(("rate", "settled", "rated", past.rated_at, family))
            last = "rated"
        if past.state == "closed":
            steps.append(("close", last, "closed", past.rated_at + CLOSES_AFTER, system))
        self.rows[OrderEvent] += [
            {
                "organisation_id": client.house.id, "order_id": past.ids["order"], "event": event, "from_state": before, "to_state": after, "at": at,
                "by_id": by[0], "role": by[1],
            }
            for event, before, after, at, by in steps
        ]  # fmt: skip

    def _visit(self, past: Past) -> None:
        client, staff, start, end = past.client, past.staff, past.planned_from, past.planned_until
        rng, user = self.county.plan.rng, past.staff.user_id
        common = {"organisation_id": client.house.id, "visit_id": past.ids["visit"]}
        is_confirmed = past.is_priced
        self.rows[Visit].append(
            {
                "id": past.ids["visit"], "organisation_id": client.house.id, "order_id": past.ids["order"], "resident_id": client.id, "planned_from": start,
                "planned_until": end, "door_code_enc": crypto.seal(f"{rng.randrange(1_000_000):06d}", DOOR_CODE), "is_door_code_given": True,
                "departed_at": start - timedelta(minutes=35), "departed_by_id": user, "arrived_at": past.arrived_at, "arrived_by_id": user,
                "started_at": past.started_at, "started_by_id": user, "finished_at": end, "finished_by_id": user,
                "confirmed_at": past.confirmed_at if is_confirmed else None, "confirmed_by_id": client.user_id if is_confirmed else None,
                "is_confirmed_by_family": True if is_confirmed else None, "version": 7,
            }
        )  # fmt: skip
        offered = past.asked_at + timedelta(minutes=75)
        self.rows[Offer].append(
            {
                **common, "staff_id": staff.id, "state": "accepted", "rank": 1, "offered_at": offered, "offered_by_id": client.house.dispatcher,
                "answer_until": offered + timedelta(minutes=30), "answered_at": offered + timedelta(minutes=10), "answered_by_id": user,
            }
        )  # fmt: skip
        self.rows[Assignment].append(
            {
                **common, "staff_id": staff.id, "during": DateTimeTZRange(start - BUFFER, end, "[)"), "assigned_at": offered + timedelta(minutes=10),
                "assigned_by_id": user,
            }
        )  # fmt: skip
        for kind, at, lon, lat in (
            ("depart", start - timedelta(minutes=35), client.house.lon, client.house.lat), ("arrive", past.arrived_at, client.lon, client.lat),
            ("finish", end, client.lon, client.lat),
        ):  # fmt: skip
            self.rows[Fix].append(
                {
                    **common,
                    "staff_id": staff.id,
                    "kind": kind,
                    "at": at,
                    "lon": _off(rng, lon),
                    "lat": _off(rng, lat),
                    "accuracy_m": float(rng.randint(6, 40)),
                }
            )
        self.rows[EvidenceScore].append(
            {**common, "score": 100, "verdict": "strong", "edition": self.scored_by, "scored_at": past.confirmed_at}
        )
        if past.stars is not None:
            self.rows[Rating].append(
                {**common, "stars": past.stars, "rated_at": past.rated_at, "rated_by_id": client.user_id}
            )
        if is_confirmed:
            self.rows[Contact].append(
                {
                    "organisation_id": client.house.id,
                    "resident_id": client.id,
                    "kind": "home_visit",
                    "order_id": past.ids["order"],
                    "on": business_date(start),
                }
            )

    def _record(self, past: Past) -> None:
        rng, staff, at = self.county.plan.rng, past.staff, past.planned_until - timedelta(minutes=5)
        systolic = rng.randint(112, 156)
        vitals = {
            "temperature": _vital(f"36.{rng.randint(1, 9)}", "degC"), "pulse": _vital(str(rng.randint(62, 95)), "/min"),
            "systolic": _vital(str(systolic), "mmHg"), "diastolic": _vital(str(systolic - rng.randint(38, 58)), "mmHg"),
        }  # fmt: skip
        done = {past.item: {"done": True, "note": ""}}
        notes, advice = "演示记录：操作顺利，无不适。", "演示：按时复诊。"
        common = {"organisation_id": past.client.house.id, "visit_id": past.ids["visit"]}
        self.rows[Record].append(
            {
                **common, "vitals": vitals, "items_done": done, "notes": notes, "advice": advice, "waste_returned": True, "written_at": at,
                "written_by_id": staff.user_id,
            }
        )  # fmt: skip
        content = json.dumps(
            [vitals, done, notes, advice, True, [], 1], ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        for kind, name in (("nurse_signature", staff.name), ("family_signature", past.client.signer)):
            self.rows[VisitFile].append(
                {
                    **common, "kind": kind, "file_id": self.drawings[name], "signer": name, "record_sm3": sm3(content.encode()), "added_at": at,
                    "added_by_id": staff.user_id,
                }
            )  # fmt: skip


def _off(rng: Random, degrees: float) -> float:
    return round(degrees + rng.gauss(0, 0.0002), 6)


def _vital(value: str, unit: str) -> dict[str, str]:
    return {"value": value, "unit": unit, "alert": "none"}
