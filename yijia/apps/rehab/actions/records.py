"""One record a person: the month is evaluated, signed by the guardian, settled by the federation; parents are trained."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from yijia.apps.care import actions as care
from yijia.apps.care import queries as episodes
from yijia.apps.care.actions.submit import demand_proxy
from yijia.apps.rehab import queries
from yijia.apps.rehab.actions.common import need, perform, publish, text_of
from yijia.apps.rehab.models import (
    Designation,
    EvaluationSignature,
    MonthlyEvaluation,
    MonthSettlement,
    MonthTakenBack,
    ParentTraining,
    Placement,
)
from yijia.base import files, scope
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Invalid, Refused, refuse_if
from yijia.base.words import say
from yijia.core import rehab
from yijia.core.calendar import age_on
from yijia.core.permissions import SYSTEM, Actor, Permission, Role, may
from yijia.core.refusal import Refusal

P = Permission
MOST_FEN = 10**11
EVALUATION, TRAINING = "rehab_evaluation", "parent_training"


@action("rehab.evaluate")
def evaluate_month(
    *, placement_id: int, month: date, progress: str, goals: str, minutes: int | None = None, claimed_fen: int | None = None,
    own_fen: int = 0, by: Actor, at: datetime,
) -> MonthlyEvaluation:  # fmt: skip
    """Write a month's evaluation; written again it is the next of the month, and needs a new signature.

    month       any day of it
    minutes     of training in the month, where the place limits hours
    own_fen     what the family pays itself for the month, beside what is asked of the federation

    Raises      NotFound; Forbidden; Invalid; Refused: rehab.not_begun, .settled, .month_outside
    Source      REHAB-10 in docs/rules/rehab.md
    """
    need(by, P.REHAB_RECORD)
    found = queries.get_placement(by, placement_id)
    placement = Placement.objects.select_for_update(of=("self",)).select_related("episode").get(pk=found.pk)
    first, today = rehab.month_of(month), business_date(at)
    if placement.episode.activated_at is None:
        raise Refused(Refusal("rehab.not_begun", {"number": placement.episode.number}))
    begun = rehab.month_of(business_date(placement.episode.activated_at))
    ended = business_date(placement.released_at) if placement.released_at else today
    if not begun <= first <= rehab.month_of(ended):
        raise Refused(Refusal("rehab.month_outside", {"month": f"{first:%Y-%m}"}))
    row = next(one for one in queries.month_rows(placement, today) if one.month.first == first)
    if row.settlement is not None:
        raise Refused(Refusal("rehab.settled", {"month": f"{first:%Y-%m}"}))
    wrong: dict[str, list[str]] = {}
    if claimed_fen is not None and not 0 <= claimed_fen <= MOST_FEN:
        wrong["claimed_fen"] = [say("金额不对")]
    if not 0 <= own_fen <= MOST_FEN:
        wrong["own_fen"] = [say("金额不对")]
    if minutes is not None and not 0 <= minutes <= 60 * 24 * 31:
        wrong["minutes"] = [say("分钟数不对")]
    if wrong:
        raise Invalid(wrong)
    made = MonthlyEvaluation.objects.create(
        organisation_id=placement.organisation_id, placement=placement, month=first, serial=row.former + (row.evaluation is not None) + 1,
        progress=text_of(progress, "progress", 2000), goals=text_of(goals, "goals", 2000), sessions=row.month.sessions, minutes=minutes,
        claimed_fen=claimed_fen, own_fen=own_fen, written_at=at, written_by_id=by.user_id,
    )  # fmt: skip
    _note(placement, EVALUATION, f"{first:%Y-%m}", by, at)
    publish("rehab.evaluated", placement, at, evaluation_id=made.pk, month=f"{first:%Y-%m}")
    return made


def _note(placement: Placement, activity: str, note: str, by: Actor, at: datetime) -> None:
    """What the plan asks for is done: one line in the episode, where it still runs and somebody of the house stands for it."""
    episode = placement.episode
    programme = episodes.programme_for(episode.programme, episode.jurisdiction, business_date(at))
    line = None if isinstance(programme, Refusal) else programme.activity(activity)
    person = episodes.first_fit(line, (by.staff_id, episode.lead_id, episode.nurse_id)) if line else None
    if person is None:
        return
    if episode.state in episodes.RUNNING:
        acting = by if may(by, P.EPISODE_RECORD) else SYSTEM
        care.record_service(
            episode_id=episode.pk, activity=activity, persons=[person], note=note, by=acting, at=at
        )  # fmt: skip


@action("rehab.sign")
def sign_month(
    *, evaluation_id: int, name: str, relation: str = "", image: str, by: Actor, at: datetime
) -> EvaluationSignature:
    """The guardian signs the latest evaluation of a month, by hand in the browser; a grown-up signs alone.

    Raises      NotFound; Forbidden; Invalid; Refused: rehab.signed, .newer_evaluation, .guardian_signs, orders.proxy_scope
    Source      REHAB-10 in docs/rules/rehab.md
    """
    need(by, P.REHAB_CHOOSE)
    row = queries.get_evaluation(by, evaluation_id)
    placement = Placement.objects.select_for_update(of=("self",)).select_related("resident").get(pk=row.placement_id)
    demand_proxy(by, placement.resident_id, "sign", at)
    born_on, today = placement.resident.born_on, business_date(at)
    until = queries.record_rules(placement.resident.jurisdiction, today).get("guardian_signs_until_age")
    if by.role is Role.RESIDENT and until is not None and born_on is not None and age_on(born_on, today) < until:
        raise Refused(Refusal("rehab.guardian_signs", {}))
    if EvaluationSignature.objects.filter(evaluation=row).exists():
        raise Refused(Refusal("rehab.signed", {"month": f"{row.month:%Y-%m}"}))
    if MonthlyEvaluation.objects.filter(placement=placement, month=row.month, serial__gt=row.serial).exists():
        raise Refused(Refusal("rehab.newer_evaluation", {"month": f"{row.month:%Y-%m}"}))
    made = EvaluationSignature.objects.create(
        organisation_id=row.organisation_id, evaluation=row, name=text_of(name, "name", 60),
        relation=text_of(relation, "relation", 20, is_needed=False), text_sm3=queries.evaluation_sm3(row),
        image=files.keep_data_url(image, field="image", by=by, at=at, organisation_id=row.organisation_id), signed_at=at,
        signed_by_id=by.user_id,
    )  # fmt: skip
    perform(placement, "evaluations", "rehab.evaluation", row.pk, at)
    publish("rehab.signed", placement, at, evaluation_id=row.pk)
    return made


@action("rehab.train")
def train_parents(
    *,
    client_id: UUID,
    placement_id: int,
    held_on: date,
    minutes: int,
    topic: str,
    attendee: str,
    by: Actor,
    at: datetime,
) -> ParentTraining:
    """Write a training of parents down; one shorter than the place's least is kept and does not count.

    Raises      NotFound; Forbidden; Invalid; Refused rehab.not_begun
    Source      REHAB-13 in docs/rules/rehab.md
    """
    need(by, P.REHAB_RECORD)
    placement = queries.get_placement(by, placement_id)
    first = ParentTraining.objects.filter(client_id=client_id, placement=placement).first()
    if first is not None:
        return first
    if placement.episode.activated_at is None:
        raise Refused(Refusal("rehab.not_begun", {"number": placement.episode.number}))
    today = business_date(at)
    wrong: dict[str, list[str]] = {}
    if not business_date(placement.chosen_at) <= held_on <= today:
        wrong["held_on"] = [say("日期不在这份档案的时间里")]
    if not 0 < minutes <= 60 * 24:
        wrong["minutes"] = [say("分钟数不对")]
    if wrong:
        raise Invalid(wrong)
    least = queries.record_rules(placement.designation.jurisdiction, today).get("parent_training_min")
    made = ParentTraining.objects.create(
        organisation_id=placement.organisation_id, placement=placement, client_id=client_id, held_on=held_on, minutes=minutes,
        topic=text_of(topic, "topic", 200), attendee=text_of(attendee, "attendee", 60), counts=least is None or minutes >= least, written_at=at,
        written_by_id=by.user_id,
    )  # fmt: skip
    if made.counts:
        _note(placement, TRAINING, made.topic, by, at)
        perform(placement, "parent_trainings", "rehab.training", made.pk, at)
    return made


@action("rehab.settle")
def settle_month(*, placement_id: int, month: date, by: Actor, at: datetime) -> MonthSettlement:
    """The federation settles a month within every ceiling; of two settlements at once the second sees what the first took.

    Raises      NotFound; Forbidden; Refused: what core.rehab.settle refuses, policy.* where nobody good enough says who pays
    Source      REHAB-10, REHAB-11, REHAB-14 in docs/rules/rehab.md
    """
    need(by, P.REHAB_HANDLE)
    found = queries.get_placement(by, placement_id)
    first, today = rehab.month_of(month), business_date(at)
    with scope.whole_system():
        list(Designation.objects.select_for_update().filter(organisation_id=found.organisation_id).order_by("pk"))
        list(Placement.objects.select_for_update().filter(resident_id=found.resident_id).order_by("pk"))
    placement = queries.get_placement(by, placement_id)
    row = next((one for one in queries.month_rows(placement, today) if one.month.first == first), None)
    if row is None:
        raise Refused(Refusal("rehab.month_outside", {"month": f"{first:%Y-%m}"}))
    money = queries.ceilings_for(placement, first, today)
    refuse_if(rehab.settle(row.month, money, today))
    ceilings = [
        {"of": one.ceiling.of, "fen": one.ceiling.fen, "source": one.ceiling.source, "before_fen": one.settled_fen} for one in money
    ]  # fmt: skip
    payers = refuse_if(queries.payers_of_month(placement.designation.jurisdiction, today))
    asked, own = row.month.claimed_fen or 0, row.evaluation.own_fen if row.evaluation else 0
    shares = {payers.value["assistance"]: asked, payers.value["own_part"]: own, "edition": payers.edition}
    serial = MonthSettlement.objects.filter(placement=placement, month=first).count() + 1
    try:
        with transaction.atomic():
            made = MonthSettlement.objects.create(
                organisation_id=placement.organisation_id, placement=placement, resident_id=placement.resident_id, evaluation=row.evaluation,
                month=first, serial=serial, amount_fen=asked, shares=shares, minutes=row.month.minutes, ceilings=ceilings, settled_at=at,
                settled_by_id=by.user_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(Refusal("rehab.settled", {"month": f"{first:%Y-%m}"})) from error
    perform(placement, "settlement_ceiling", "rehab.settlement", made.pk, at, made.amount_fen // 100)
    publish(
        "rehab.month_settled", placement, at, settlement_id=made.pk, amount_fen=made.amount_fen, month=f"{first:%Y-%m}"
    )
    return made


@action("rehab.take_back_month")
def take_back_month(*, settlement_id: int, why: str, by: Actor, at: datetime) -> MonthTakenBack:
    """The federation takes a settled month back with its reason; the month is written, signed and settled anew.

    Raises      NotFound; Forbidden; Invalid; Refused: rehab.taken_back
    Source      REHAB-14 in docs/rules/rehab.md
    """
    need(by, P.REHAB_HANDLE)
    row = queries.get_settlement(by, settlement_id)
    placement = Placement.objects.select_for_update(of=("self",)).get(pk=row.placement_id)
    said = text_of(why, "why", 500)
    if MonthTakenBack.objects.filter(settlement=row).exists():
        raise Refused(Refusal("rehab.taken_back", {"month": f"{row.month:%Y-%m}"}))
    made = MonthTakenBack.objects.create(
        organisation_id=row.organisation_id, settlement=row, why=said, at=at, by_id=by.user_id
    )
    publish("rehab.month_taken_back", placement, at, settlement_id=row.pk, month=f"{row.month:%Y-%m}")
    return made
