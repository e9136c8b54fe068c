"""One record a person: who holds which place, the months with their signatures, the trainings, what was settled."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Sum

from yijia.apps.agreements import queries as agreements
from yijia.apps.care.models import EpisodeRecord
from yijia.apps.registry import queries as registry
from yijia.apps.rehab.models import EvaluationSignature, MonthlyEvaluation, MonthSettlement, ParentTraining, Placement
from yijia.apps.rehab.queries.rules import ceiling_value
from yijia.base import scope
from yijia.base.crypto import sm3
from yijia.base.errors import NotFound
from yijia.core.calendar import add_months
from yijia.core.permissions import Actor, Reach, Role, reach
from yijia.core.rehab import Ceiling, Money, Month, month_of

SESSION = "rehab_training"


def placements_in_sight(actor: Actor) -> QuerySet[Placement]:
    """Placements the actor may know of: one's own, one's institution's, one's place's; who judges institutions or audits sees no people.

    Source      REHAB-15 in docs/rules/rehab.md
    """
    rows = Placement.objects.select_related("designation__organisation", "resident", "episode", "organisation")
    match reach(actor):
        case Reach.ALL:
            return rows
        case Reach.PEOPLE:
            return rows.filter(resident_id__in=actor.resident_ids)
        case Reach.ORGANISATIONS:
            return rows.filter(organisation_id__in=actor.organisation_ids)
        case Reach.JURISDICTION if sees_people(actor):
            return rows.filter(registry.within(actor.jurisdiction, "designation__jurisdiction"))
        case _:
            return rows.none()


def sees_people(actor: Actor) -> bool:
    """Whether somebody of the place may read who is trained where; of an expert and an auditor it is not the business."""
    return actor.role not in (Role.EXPERT, Role.AUDITOR)


def get_placement(actor: Actor, placement_id: int) -> Placement:
    """One placement. Raises NotFound."""
    found = placements_in_sight(actor).filter(pk=placement_id).first()
    if found is None:
        raise NotFound
    return found


def list_placements(actor: Actor, *, resident_id: int | None = None, most: int = 200) -> list[Placement]:
    """Placements in sight, running ones first."""
    return list(records_in_order(actor, resident_id=resident_id)[:most])


def records_in_order(actor: Actor, *, resident_id: int | None = None) -> QuerySet[Placement]:
    """As `list_placements`, for a list in pages."""
    rows = placements_in_sight(actor)
    if resident_id is not None:
        rows = rows.filter(resident_id=resident_id)
    return rows.order_by(F("released_at").desc(nulls_first=True), "-id")


def placement_of_episode(episode_id: int) -> Placement | None:
    """The placement an episode runs under."""
    return Placement.objects.select_related("designation").filter(episode_id=episode_id).first()


def changes_in(resident_id: int, list_code: str, year: int) -> int:
    """Changes of institution a guardian wished this year."""
    with scope.whole_system():
        rows = Placement.objects.filter(resident_id=resident_id, list_code=list_code, is_change=True)
        return rows.filter(chosen_at__year=year).count()


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a record.

    evaluation  the latest; earlier ones of the month stay in `former`
    """

    month: Month
    evaluation: MonthlyEvaluation | None
    signature: EvaluationSignature | None
    settlement: MonthSettlement | None
    former: int


def month_rows(placement: Placement, until: date) -> list[MonthRow]:
    """The months of a placement from the choice to its end or a day, the latest first; sessions counted from what was recorded."""
    evaluations: dict[date, list[MonthlyEvaluation]] = {}
    rows = MonthlyEvaluation.objects.filter(placement=placement).select_related("signature", "settlement__taken_back")
    for one in rows.order_by("serial"):
        evaluations.setdefault(one.month, []).append(one)
    known = [one for written in evaluations.values() for one in written]
    signed = {one.pk: one.signature for one in known if hasattr(one, "signature")}
    given = {one.pk: one.settlement for one in known if hasattr(one, "settlement")}
    undone = {pk for pk, made in given.items() if hasattr(made, "taken_back")}
    settled = {made.month: made for pk, made in given.items() if pk not in undone}
    held = _sessions(placement)
    first = month_of(placement.chosen_at.date())
    first = min([first, *evaluations, *held])
    ended = placement.released_at.date() if placement.released_at else until
    last = max([month_of(min(ended, until)), *evaluations])
    found: list[MonthRow] = []
    at = first
    while at <= last:
        written = evaluations.get(at, [])
        latest = written[-1] if written else None
        signature = signed.get(latest.pk) if latest else None
        month = Month(
            at, latest is not None, signature is not None, held.get(at, 0), latest.claimed_fen if latest else None, at in settled,
            latest.minutes if latest else None, latest is not None and latest.pk in undone,
            latest.sessions if latest else 0,
        )  # fmt: skip
        found.append(MonthRow(month, latest, signature, settled.get(at), max(0, len(written) - 1)))
        at = add_months(at, 1)
    return found[::-1]


def _sessions(placement: Placement) -> dict[date, int]:
    """Sessions by month as recorded in the episode, by visits or at the institution; what was taken back does not count."""
    rows = EpisodeRecord.objects.filter(
        episode_id=placement.episode_id, kind=EpisodeRecord.Kind.SERVICE, activity=SESSION, corrected_by__isnull=True, is_void=False
    )  # fmt: skip
    found: dict[date, int] = {}
    for on in rows.values_list("on", flat=True):
        found[month_of(on)] = found.get(month_of(on), 0) + 1
    return found


def get_evaluation(actor: Actor, evaluation_id: int) -> MonthlyEvaluation:
    """One evaluation. Raises NotFound."""
    mine = placements_in_sight(actor)
    rows = MonthlyEvaluation.objects.select_related(
        "placement__designation", "placement__resident", "placement__episode"
    )
    found = rows.filter(pk=evaluation_id, placement__in=mine).first()
    if found is None:
        raise NotFound
    return found


def evaluation_sm3(row: MonthlyEvaluation) -> bytes:
    """The fingerprint of exactly the words a guardian signs."""
    said = (
        row.placement_id,
        f"{row.month:%Y-%m}",
        row.serial,
        row.progress,
        row.goals,
        row.sessions,
        row.minutes,
        row.claimed_fen,
        *((row.own_fen,) if row.own_fen else ()),
    )
    return sm3("\n".join(str(part) for part in said).encode())


def months_to_sign(actor: Actor) -> list[MonthlyEvaluation]:
    """Evaluations that wait for the guardian's hand: the latest of a month, not signed."""
    rows = MonthlyEvaluation.objects.filter(placement__in=placements_in_sight(actor)).select_related(
        "placement__resident", "signature"
    )
    latest: dict[tuple[int, date], MonthlyEvaluation] = {}
    for one in rows.order_by("serial"):
        latest[one.placement_id, one.month] = one
    return [one for one in latest.values() if not hasattr(one, "signature")]


def training_rows(placement: Placement) -> list[ParentTraining]:
    """Trainings of parents, the latest first."""
    return list(ParentTraining.objects.filter(placement=placement).order_by("-held_on", "-id"))


def standing_settlements() -> QuerySet[MonthSettlement]:
    """Settlements that nobody took back."""
    return MonthSettlement.objects.filter(taken_back__isnull=True)


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled month as the books read it; `shares` is payer → fen."""

    id: int
    key: str
    number: str
    organisation_id: int
    resident_id: int
    shares: dict[str, int]
    is_taken_back: bool


def settled_for_system(settlement_id: int) -> Settled | None:
    """A settlement by its id, with the business fact it is booked under; None where there is none."""
    rows = MonthSettlement.objects.select_related("placement__episode", "taken_back")
    row = rows.filter(pk=settlement_id).first()
    if row is None:
        return None
    episode = row.placement.episode
    shares = {payer: fen for payer, fen in row.shares.items() if payer != "edition"}
    return Settled(
        row.pk, f"rehab:{episode.pk}:{row.month:%Y-%m}:{row.serial}", episode.number, row.organisation_id, row.resident_id, shares,
        hasattr(row, "taken_back"),
    )  # fmt: skip


def get_settlement(actor: Actor, settlement_id: int) -> MonthSettlement:
    """One settlement. Raises NotFound."""
    rows = MonthSettlement.objects.select_related("placement").filter(placement__in=placements_in_sight(actor))
    found = rows.filter(pk=settlement_id).first()
    if found is None:
        raise NotFound
    return found


def settled_by(resident_id: int, year: int) -> tuple[int, int]:
    """What was settled for a person in a year, in fen and minutes, as far as the reader sees institutions."""
    rows = standing_settlements().filter(resident_id=resident_id, month__year=year)
    found: dict[str, Any] = rows.aggregate(fen=Sum("amount_fen"), minutes=Sum("minutes"))
    return int(found["fen"] or 0), int(found["minutes"] or 0)


def money_of(placement: Placement, year: int, on: date) -> Money:
    """The ceiling of the person and year, with what was settled so far; for whoever sees every institution."""
    fen, minutes = settled_by(placement.resident_id, year)
    return Money(ceiling_value(placement.designation.jurisdiction, on), fen, minutes)


def ceilings_for(placement: Placement, month: date, on: date) -> tuple[Money, ...]:
    """Every ceiling that holds for a month, with what it let through: the person's year, and the term of the house's agreement.

    Source      REHAB-11 in docs/rules/rehab.md
    """
    with scope.whole_system():
        found = [money_of(placement, month.year, on)]
        standing = agreements.cooperation_between_for_system(placement.organisation_id, None, "designation", on)
        if standing is not None and (yuan := standing.terms.get("ceiling_yuan")):
            rows = standing_settlements().filter(
                organisation_id=placement.organisation_id, month__gte=standing.force_from.replace(day=1), month__lt=standing.valid_until
            )  # fmt: skip
            done = rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0
            found.append(Money(Ceiling("agreement", int(yuan) * 100, standing.number), int(done)))
    return tuple(found)


def has_yearly_agreement(organisation_id: int, on: date) -> bool:
    """Whether an institution's yearly agreement with the federation binds on a day."""
    with scope.whole_system():
        return agreements.cooperation_between_for_system(organisation_id, None, "designation", on) is not None
