"""The list: an institution applies, the federation takes the steps, a designation begins and ends, a ban is lifted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from yijia.apps.agreements import actions as agreements
from yijia.apps.agreements import queries as papers
from yijia.apps.cases import actions as cases
from yijia.apps.cases.models import Case
from yijia.apps.registry import queries as registry
from yijia.apps.rehab import queries, words
from yijia.apps.rehab.actions.common import need, publish, release, tell_guardian, text_of
from yijia.apps.rehab.models import Ban, Designation, Placement
from yijia.base import outbox, scope
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Invalid, NotFound, Refused
from yijia.base.words import say
from yijia.core import rehab
from yijia.core.permissions import Actor, Permission
from yijia.core.refusal import Refusal

P = Permission
PROCEDURE = "rehab_designation"
MOST_PLACES = 2000
MOVED = "institution_left"


@action("rehab.apply")
def apply_for_list(
    *, client_id: UUID, organisation_id: int, list_code: str, category: str, places: int, contact: str, statement: str, by: Actor, at: datetime,
) -> Case:  # fmt: skip
    """An institution applies to be designated for one category; the same client_id gives the first application back.

    places      how many people it can take at a time

    Raises      NotFound; Forbidden; Invalid; Refused: rehab.ban_stands, cases.already_open, policy.unknown
    Source      REHAB-03, REHAB-06 in docs/rules/rehab.md
    """
    need(by, P.REHAB_APPLY)
    house, today = registry.get_organisation(by, organisation_id), business_date(at)
    known = {one.id: one for one in queries.categories_in(house.jurisdiction, today)}
    list_zh, list_en = queries.list_name(list_code, house.jurisdiction, today)
    wrong: dict[str, list[str]] = {}
    if category not in known:
        wrong["category"] = [say("没有这个类别")]
    if not list_zh:
        wrong["list_code"] = [say("没有这份名单")]
    if not 0 < places <= MOST_PLACES:
        wrong["places"] = [say("请填 1 到 2000 的整数")]
    if wrong:
        raise Invalid(wrong)
    _refuse_banned(organisation_id, today)
    form = {
        "places": places, "contact": text_of(contact, "contact", 60), "statement": text_of(statement, "statement", 2000),
        "list_zh": list_zh, "list_en": list_en, "category_zh": known[category].zh, "category_en": known[category].en,
    }  # fmt: skip
    return cases.apply_house(
        client_id=client_id, organisation_id=house.pk, procedure=PROCEDURE, scheme=list_code, category=category, form=form, by=by, at=at
    )  # fmt: skip


def _refuse_banned(organisation_id: int, today: Any) -> None:
    ban = rehab.standing_ban(queries.bans_of([organisation_id]).get(organisation_id, ()), today)
    if ban is not None:
        raise Refused(Refusal("rehab.ban_stands", {"until": ban.until_on.isoformat() if ban.until_on else ""}))


@action("rehab.move_case")
def move_case(
    *, case_id: int, event: str, note: str = "", reason: str = "", version: int | None = None, by: Actor, at: datetime
) -> Case:
    """A step of an evaluation; designating puts the institution on the list.

    Raises      as `cases.move_house`
    Source      REHAB-04, REHAB-05 in docs/rules/rehab.md
    """
    facts: Mapping[str, bool] = {}
    if event == "designate":
        facts = {"no_ban": _is_free(case_id, by, at)}
    case = cases.move_house(
        case_id=case_id, event=event, note=note, reason=reason, facts=facts, version=version, by=by, at=at
    )
    if event == "designate":
        _list(case, by, at)
    return case


def _is_free(case_id: int, by: Actor, at: datetime) -> bool:
    from_case = Case.objects.filter(pk=case_id).values_list("organisation_id", flat=True).first() or 0
    return rehab.standing_ban(queries.bans_of([from_case]).get(from_case, ()), business_date(at)) is None


def _list(case: Case, by: Actor, at: datetime) -> Designation:
    """A new designation; one that still stands for the same category is replaced, and its people stay where they are."""
    older = Designation.objects.select_for_update().filter(
        organisation_id=case.organisation_id, list_code=case.scheme, category=case.category, ended_on__isnull=True
    ).first()  # fmt: skip
    if older is not None:
        older.ended_on, older.ended_at, older.ended_by_id, older.end_reason = case.valid_from, at, by.user_id, "renewed"
        older.save()
    if case.organisation_id is None or case.valid_from is None or case.valid_until is None:
        raise NotFound
    held = Placement.objects.filter(designation=older, released_at__isnull=True) if older else Placement.objects.none()
    with scope.whole_system():
        most = max(held.values_list("place_no", flat=True), default=0)
        made = Designation.objects.create(
            case=case, organisation_id=case.organisation_id, jurisdiction=case.jurisdiction, list_code=case.scheme, category=case.category,
            places=max(int(case.self_answers["places"]), most), valid_from=case.valid_from, valid_until=case.valid_until, created_at=at,
            created_by_id=by.user_id,
        )  # fmt: skip
        held.update(designation=made)
    return made


@action("rehab.end_designation")
def end_designation(*, designation_id: int, reason: str, note: str, by: Actor, at: datetime) -> Designation:
    """Take an institution off the list. A ground that bans takes every category of it off; who is there is told and may choose anew.

    Raises      NotFound; Forbidden; Invalid; Refused rehab.ended
    Source      REHAB-06, REHAB-12 in docs/rules/rehab.md
    """
    need(by, P.REHAB_HANDLE)
    row = queries.get_designation(by, designation_id)
    today, said = business_date(at), text_of(note, "note", 1000)
    grounds, edition = queries.exits_in(row.jurisdiction, today)
    if reason not in grounds:
        raise Invalid({"reason": [say("请选一条列明的理由")]})
    locked = Designation.objects.select_for_update().select_related("organisation")
    rows = locked.filter(organisation_id=row.organisation_id, ended_on__isnull=True).order_by("pk")
    ending = [one for one in rows if grounds[reason].bans or one.pk == row.pk]
    if row.pk not in {one.pk for one in ending}:
        raise Refused(Refusal("rehab.ended", {**row.organisation.called("house"), "on": str(row.ended_on)}))
    ban = None
    if grounds[reason].bans:
        ban = Ban.objects.create(
            organisation_id=row.organisation_id, jurisdiction=row.jurisdiction, reason=reason, note=said, from_on=today,
            until_on=rehab.ban_until(grounds[reason], today), ground=edition[:120], at=at, by_id=by.user_id,
        )  # fmt: skip
    for one in ending:
        one.ended_on, one.ended_at, one.ended_by_id, one.end_reason, one.end_note = today, at, by.user_id, reason, said
        one.save()
        _move_people(one, by, at)
    if not rows.exclude(pk__in=[one.pk for one in ending]).exists():
        _end_agreement(row.organisation_id, said, by, at)
    told = {
        "designation_id": row.pk,
        "organisation_id": row.organisation_id,
        "reason": reason,
        "is_banned": ban is not None,
    }
    outbox.publish("rehab.designation_ended", told, at=at, organisation_id=row.organisation_id)
    row.refresh_from_db()
    return row


def _move_people(row: Designation, by: Actor, at: datetime) -> None:
    with scope.whole_system():
        for placement in Placement.objects.select_for_update().filter(designation=row, released_at__isnull=True):
            release(placement, MOVED, by, at)
            tell_guardian(placement, words.SMS["institution_left"], {"house": row.organisation.name}, at)
            publish("rehab.must_choose", placement, at)


def _end_agreement(organisation_id: int, why: str, by: Actor, at: datetime) -> None:
    standing = papers.cooperation_between_for_system(organisation_id, None, "designation", business_date(at))
    if standing is not None:
        agreements.move_cooperation(cooperation_id=standing.id, event="end", reason=why[:200], by=by, at=at)


@action("rehab.lift_ban")
def lift_ban(*, ban_id: int, why: str, by: Actor, at: datetime) -> Ban:
    """Lift a ban in writing; the institution may apply again.

    Raises      NotFound; Forbidden; Invalid; Refused rehab.ban_over
    Source      REHAB-06 in docs/rules/rehab.md
    """
    need(by, P.REHAB_HANDLE)
    found = queries.get_ban(by, ban_id)
    row = Ban.objects.select_for_update().select_related("organisation").get(pk=found.pk)
    said = text_of(why, "why", 1000)
    if row.lifted_at is not None or (row.until_on is not None and row.until_on <= business_date(at)):
        raise Refused(Refusal("rehab.ban_over", {}))
    row.lifted_at, row.lifted_by_id, row.lifted_why = at, by.user_id, said
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    return row
