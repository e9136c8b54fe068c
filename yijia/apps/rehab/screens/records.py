"""One record a person: the months, the hands under them, the trainings, the money; the forms that add to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yijia.apps.registry import queries as registry
from yijia.apps.rehab import forms, queries, words
from yijia.apps.rehab.screens.listing import PlacementRow, placement_row
from yijia.apps.rehab.screens.shared import category_name, house_name
from yijia.base import audit, editions
from yijia.base.clock import business_date
from yijia.base.errors import NotFound
from yijia.base.templatetags.yijia import yuan
from yijia.base.words import sentence
from yijia.core import rehab
from yijia.core.permissions import Permission, Reach, may, reach
from yijia.core.policy import Value


@dataclass(frozen=True, slots=True)
class OfResident:
    """A person's records, and the way to a choice."""

    resident_id: int
    who: str
    rows: list[PlacementRow]
    to_sign: list[tuple[int, str]]
    may_choose: bool
    is_own: bool


def of_resident(request: HttpRequest, resident_id: int) -> OfResident:
    """The records of one person."""
    actor, on = request.actor, business_date(request.at)
    if not queries.sees_people(actor):
        raise NotFound
    resident = registry.get_resident(actor, resident_id)
    audit.read(actor, request.at, "rehab.of_resident", subject_type="registry.resident", resident_ids=[resident_id])
    rows = queries.list_placements(actor, resident_id=resident_id)
    waiting = queries.months_to_sign(actor) if may(actor, Permission.REHAB_CHOOSE) else []
    return OfResident(
        resident_id, resident.name, [placement_row(row, on) for row in rows],
        [(one.pk, f"{one.month:%Y-%m}") for one in waiting if one.placement.resident_id == resident_id],
        may(actor, Permission.REHAB_CHOOSE), reach(actor) is Reach.PEOPLE,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mine:
    """One person one acts for."""

    resident_id: int
    who: str
    house: str
    waiting: int


def mine(request: HttpRequest) -> list[Mine]:
    """Everybody with a disability on record whom the reader acts for."""
    actor = request.actor
    people = [one for one in registry.list_my_residents(actor) if one.disability_kind]
    audit.read(
        actor, request.at, "rehab.mine", subject_type="registry.resident", resident_ids=[one.pk for one in people]
    )
    running = {row.resident_id: row for row in queries.list_placements(actor) if row.released_at is None}
    waiting = queries.months_to_sign(actor)
    return [
        Mine(
            one.pk, one.name, house_name(running[one.pk].organisation) if one.pk in running else "",
            sum(row.placement.resident_id == one.pk for row in waiting),
        )
        for one in people
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month as a page shows it."""

    month: str
    first: date
    sessions: int
    minutes: int | None
    claimed_fen: int | None
    progress: str
    goals: str
    tone: str
    word: str
    signed: str
    signed_at: Any
    former: int
    evaluation_id: int | None
    may_sign: bool
    may_settle: bool
    why_not: str
    amount_fen: int | None
    own_fen: int
    may_write: bool
    back_id: int | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record whole."""

    row: Any
    who: str
    house: str
    category: str
    head: PlacementRow
    is_own: bool
    months: list[MonthLine]
    trainings: list[Any]
    training_said: str
    money: list[tuple[str, str, str]]
    ceiling_gap: str
    write_month: date | None
    may_write: bool
    may_train: bool
    may_choose: bool
    to_sign: int | None


def record_page(request: HttpRequest, placement_id: int) -> RecordPage:
    """One record: the plan's episode, months, trainings, ceilings."""
    actor, on = request.actor, business_date(request.at)
    row = queries.get_placement(actor, placement_id)
    audit.read(
        actor, request.at, "rehab.record", subject_type="rehab.placement", subject_ids=[row.pk], resident_ids=[row.resident_id]
    )  # fmt: skip
    settles = may(actor, Permission.REHAB_HANDLE)
    money = (queries.money_of(row, on.year, on),) if settles else ()
    signs = may(actor, Permission.REHAB_CHOOSE)
    has_begun = row.episode.activated_at is not None
    found = queries.month_rows(row, on) if has_begun else []
    writes = may(actor, Permission.REHAB_RECORD) and has_begun
    lines = [_line(one, row, money, on, settles=settles, signs=signs, writes=writes) for one in found]
    open_months = [one.month.first for one in found if not one.month.is_evaluated]
    trainings = queries.training_rows(row)
    return RecordPage(
        row, row.resident.name, house_name(row.organisation), category_name(row.category, row.designation.jurisdiction, on),
        placement_row(row, on), reach(actor) is Reach.PEOPLE, lines, trainings, _training_said(row, trainings, on), [_money(one) for one in money],
        _("没有人读到限额的原文，结算先停下。") if any(one.ceiling.fen is None for one in money) else "",
        (open_months or [found[0].month.first if found else on.replace(day=1)])[-1] if writes else None, writes, writes,
        signs and row.released_at is None, next((one.evaluation_id for one in lines if one.may_sign), None),
    )  # fmt: skip


def _line(
    one: queries.MonthRow, row: Any, money: Any, on: date, *, settles: bool, signs: bool, writes: bool
) -> MonthLine:
    refusal = rehab.settle(one.month, money, on) if one.settlement is None else None
    latest, signature = one.evaluation, one.signature
    tone, word = (
        ("done", _("已结算")) if one.settlement else ("go", _("已签字")) if signature
        else ("wait", _("等您签字") if signs else _("等监护人签字")) if latest else ("idle", _("没有评估"))
    )  # fmt: skip
    if signs and refusal is not None and refusal.code == "rehab.not_signed":
        refusal = None
    return MonthLine(
        f"{one.month.first:%Y-%m}", one.month.first, one.month.sessions, one.month.minutes, one.month.claimed_fen, latest.progress if latest else "",
        latest.goals if latest else "", tone, word, signature.name if signature else "", signature.signed_at if signature else None, one.former,
        latest.pk if latest else None, signs and latest is not None and signature is None,
        settles and refusal is None and one.settlement is None, sentence(refusal) if refusal is not None else _changed(one),
        one.settlement.amount_fen if one.settlement else None, latest.own_fen if latest else 0, writes and one.month.was_taken_back,
        one.settlement.pk if settles and one.settlement else None,
    )  # fmt: skip


def _changed(one: queries.MonthRow) -> str:
    """A settled month whose sessions were put right since: said to whoever may take it back."""
    told = one.evaluation.sessions if one.evaluation else 0
    if one.month.sessions >= told:
        return ""
    return _("结算时训练 %(told)d 次，更正以后是 %(n)d 次。残联可以撤回结算。") % {
        "told": told,
        "n": one.month.sessions,
    }


def _money(one: rehab.Money) -> tuple[str, str, str]:
    of = str(_("每人每年") if one.ceiling.of == "person" else _("机构协议期"))
    most = _("没有人读到原文") if one.ceiling.fen is None else yuan(one.ceiling.fen)
    return of, most, yuan(one.settled_fen)


def _training_said(row: Any, trainings: list[Any], on: date) -> str:
    rules = queries.record_rules(row.designation.jurisdiction, on)
    first = rehab.quarter_of(on)
    held = sum(one.counts and one.held_on >= first for one in trainings)
    least = rules.get("parent_trainings_a_quarter")
    if least is None:
        return _("本季度已办 %(n)d 次。") % {"n": held}
    return _("本季度已办 %(n)d 次，至少 %(least)d 次，每次不少于 %(min)d 分钟。") % {
        "n": held,
        "least": least,
        "min": rules["parent_training_min"],
    }


def evaluate_page(request: HttpRequest, placement_id: int, data: Any = None) -> tuple[RecordPage, forms.EvaluateForm]:
    """The form of a month's evaluation, with what the month before aimed at."""
    screen = record_page(request, placement_id)
    wanted = request.GET.get("month") or (screen.write_month.isoformat() if screen.write_month else "")
    return screen, forms.EvaluateForm(data, initial={"month": wanted})


def train_page(request: HttpRequest, placement_id: int, data: Any = None) -> tuple[RecordPage, forms.TrainForm]:
    """The form of a training of parents."""
    return record_page(request, placement_id), forms.TrainForm(data, initial={"held_on": business_date(request.at)})


@dataclass(frozen=True, slots=True)
class SignPage:
    """One evaluation to read and sign."""

    row: Any
    who: str
    month: str
    grounds: str
    form: Any


def sign_page(request: HttpRequest, evaluation_id: int, data: Any = None) -> SignPage:
    """What the guardian signs."""
    row = queries.get_evaluation(request.actor, evaluation_id)
    audit.read(
        request.actor, request.at, "rehab.sign_page", subject_type="rehab.monthlyevaluation", subject_ids=[row.pk],
        resident_ids=[row.placement.resident_id],
    )  # fmt: skip
    value = editions.current().lookup(
        "rehab:record", jurisdiction=row.placement.designation.jurisdiction, on=business_date(request.at)
    )
    grounds = words.two(value.value["zh"], value.value["en"]) if isinstance(value, Value) else ""
    start = {"name": request.user.display_name}
    return SignPage(
        row, row.placement.resident.name, f"{row.month:%Y-%m}", grounds, forms.SignForm(data, initial=start)
    )
