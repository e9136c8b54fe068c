"""What a day came to: counted in the database after it, with the words of each refusal."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Sum
from django.utils.translation import override

from yijia.apps.care.models import Order
from yijia.apps.measures import queries as measures
from yijia.apps.money.models import Charge, Payment, Refund, Settlement
from yijia.apps.supervision.models import Complaint, EvidenceReview
from yijia.apps.visits.models import Alarm, EvidenceScore, Visit
from yijia.base import scope
from yijia.base.words import sentence
from yijia.core import money
from yijia.core.permissions import Actor, Role
from yijia.core.pricing.facts import Payer
from yijia.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Report:
    """Plain values, ready to be printed or dumped as JSON; money in yuan as text."""

    region: str
    name: str
    day: str
    people: int
    seed: int
    requests: int
    actions: int
    seconds: float
    orders_by_state: dict[str, int]
    visits: dict[str, int]
    refusals: list[dict[str, Any]]
    money: dict[str, Any]
    indicators: list[dict[str, Any]]
    troubles: list[dict[str, str]]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def report(facts: Mapping[str, Any], region: str, name: str, seed: int, on: date) -> Report:
    """The report of a day whose facts were kept with the deployment."""
    day = facts["day"]
    with scope.whole_system():
        return Report(
            region=region, name=name, day=on.isoformat(), people=facts["people"], seed=seed, requests=day["requests"], actions=sum(day["actions"].values()),
            seconds=day["seconds"], orders_by_state=_states(), visits=_visits(), refusals=_refusals(day), money=_money(), indicators=_indicators(region, on),
            troubles=facts.get("troubles", []),
        )  # fmt: skip


def kept(refusal: Refusal) -> dict[str, Any]:
    """A refusal's sentences, to be kept with the day."""
    said = {}
    for field, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[field] = sentence(refusal)
    return said


def _states() -> dict[str, int]:
    return dict(Order.objects.order_by().values_list("state").annotate(n=Count("id")).order_by("-n"))


def _visits() -> dict[str, int]:
    verdicts = dict(EvidenceScore.objects.order_by().values_list("verdict").annotate(n=Count("id")))
    return {
        "planned": Visit.objects.count(), "done": Visit.objects.filter(finished_at__isnull=False).exclude(order__state="aborted").count(),
        "on_time": Visit.objects.filter(arrived_at__lte=F("planned_from")).count(),
        "strong_evidence": verdicts.get("strong", 0), "weak_evidence": verdicts.get("weak", 0), "reviews_open": EvidenceReview.objects.filter(state="open").count(),
        "complaints": Complaint.objects.count(), "alarms": Alarm.objects.count(),
    }  # fmt: skip


def _refusals(day: Mapping[str, Any]) -> list[dict[str, Any]]:
    counted = sorted(day["refusals"].items(), key=lambda entry: (-entry[1], entry[0]))
    return [{"code": code, "count": count, **day["words"].get(code, {})} for code, count in counted]


def _money() -> dict[str, Any]:
    by_payer = {payer.value: 0 for payer in Payer}
    for shares in Charge.objects.values_list("by_payer", flat=True):
        for payer, fen in shares.items():
            by_payer[payer] += fen

    def whole(rows: Any, field: str) -> str:
        return money.show(rows.aggregate(sum=Sum(field))["sum"] or 0)

    return {
        "charged": whole(Charge.objects, "total_fen"), "by_payer": {payer: money.show(fen) for payer, fen in by_payer.items()},
        "paid": whole(Payment.objects, "amount_fen"), "refunded": whole(Refund.objects, "amount_fen"), "settled": whole(Settlement.objects, "amount_fen"),
    }  # fmt: skip


def _indicators(region: str, on: date) -> list[dict[str, Any]]:
    known = measures.definitions(on)
    watcher = Actor(user_id=None, role=Role.REGULATOR, jurisdiction=region)
    rows = []
    for figure in measures.compute_all(known.values(), watcher, on):
        measure = known[figure.measure]
        published = measures.reported(measure, region, on)
        rows.append(
            {
                "measure": measure.id, "zh": measure.zh, "en": measure.en, "numerator": figure.numerator, "denominator": figure.denominator,
                "value": None if not figure.denominator else f"{figure.numerator / figure.denominator:.4f}", "on": on.isoformat(),
                "reported": None if published is None else str(published.value["value"]),
            }
        )  # fmt: skip
    return rows
