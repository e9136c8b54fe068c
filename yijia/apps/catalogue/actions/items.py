"""An institution chooses items by the written criteria; its authority publishes or returns the choice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yijia.apps.catalogue import queries, words
from yijia.apps.catalogue.actions.guards import locked, moved, own_organisation
from yijia.apps.catalogue.models import OfferedItem
from yijia.base import editions, outbox
from yijia.base.actions import action
from yijia.base.clock import business_date
from yijia.base.errors import Invalid, Refused, refuse_if
from yijia.core.catalogue import choice
from yijia.core.catalogue.lifecycle import ITEMS, ItemEvent, ItemState
from yijia.core.permissions import Actor, Permission
from yijia.core.refusal import Refusal

FRESH = {"criteria": {}, "state": ItemState.PICKED, "reviewed_at": None, "reviewed_by_id": None, "review_note": ""}


@action("catalogue.pick")
def pick_item(*, organisation_id: int, item_code: str, by: Actor, at: datetime) -> OfferedItem:
    """Choose one item of the catalogue; one that was withdrawn may be chosen anew.

    Raises      Refused: catalogue.unknown_item, .not_visited, .forbidden_at_home, .already_picked; NotFound; Forbidden
    """
    organisation = own_organisation(by, organisation_id, Permission.CATALOGUE_PICK)
    refuse_if(_may_offer(organisation.jurisdiction, item_code, at))
    row = OfferedItem.objects.select_for_update().filter(organisation=organisation, item_code=item_code).first()
    if row is None:
        row, is_new = OfferedItem.objects.get_or_create(
            organisation=organisation,
            item_code=item_code,
            defaults={**FRESH, "picked_at": at, "picked_by_id": by.user_id},
        )
        if is_new:
            return row
    if row.state != ItemState.WITHDRAWN:
        raise Refused(Refusal("catalogue.already_picked", {"item_code": item_code, "state": row.state}))
    for name, value in {**FRESH, "picked_at": at, "picked_by_id": by.user_id, "version": row.version + 1}.items():
        setattr(row, name, value)
    row.save()
    return row


@action("catalogue.submit_item")
def submit_item(
    *,
    offered_item_id: int,
    criteria: Mapping[str, Mapping[str, Any]],
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> OfferedItem:
    """Answer each written criterion with yes and a reason, and hand the choice to the authority.

    criteria    criterion code → {met, why}

    Raises      Refused: catalogue.criteria_not_met (the unmet ones are named), .no_criteria, or the moves' own;
                Invalid: an unknown criterion, a reason too long; NotFound; Stale
    """
    row = locked(OfferedItem.objects, by, offered_item_id, version)
    written, source = queries.criteria(business_date(at), row.organisation.jurisdiction)
    if isinstance(source, Refusal):
        raise Refused(Refusal("catalogue.no_criteria", {"jurisdiction": row.organisation.jurisdiction}))
    answers = _answers([c.code for c in written], criteria)
    left = choice.unmet([c.code for c in written], answers)
    outcome = ITEMS.attempt(ItemState(row.state), ItemEvent.SUBMIT, by, {"criteria_met": not left})
    if isinstance(outcome, Refusal) and outcome.code == "catalogue.criteria_not_met":
        named = [c for c in written if c.code in left]
        outcome = Refusal(
            outcome.code,
            {"unmet": left, "unmet_zh": tuple(c.zh for c in named), "unmet_en": tuple(c.en for c in named)},
        )
    row.state = moved(outcome)
    refuse_if(_may_offer(row.organisation.jurisdiction, row.item_code, at))
    row.criteria = {code: {"met": answer.is_met, "why": answer.why.strip()} for code, answer in answers.items()}
    row.version += 1
    row.save(update_fields=["state", "criteria", "version"])
    return row


@action("catalogue.review_item")
def review_item(
    *, offered_item_id: int, is_published: bool, note: str = "", version: int | None = None, by: Actor, at: datetime
) -> OfferedItem:
    """The authority publishes the choice, or returns it with what must be mended.

    Raises      Refused: catalogue.no_reason (a return says why), .forbidden_at_home, or the moves' own; NotFound; Stale
    """
    row = locked(OfferedItem.objects, by, offered_item_id, version)
    event = ItemEvent.PUBLISH if is_published else ItemEvent.RETURN
    row.state = moved(ITEMS.attempt(ItemState(row.state), event, by, {"reason_given": bool(note.strip())}))
    if is_published:
        refuse_if(_may_offer(row.organisation.jurisdiction, row.item_code, at))
    row.reviewed_at, row.reviewed_by_id, row.review_note = at, by.user_id, note.strip()[:200]
    row.version += 1
    row.save(update_fields=["state", "reviewed_at", "reviewed_by", "review_note", "version"])
    if is_published:
        outbox.publish(
            "catalogue.item_published",
            {"organisation_id": row.organisation_id, "item_code": row.item_code},
            at=at,
            organisation_id=row.organisation_id,
        )
    return row


@action("catalogue.withdraw_item")
def withdraw_item(
    *, offered_item_id: int, note: str = "", version: int | None = None, by: Actor, at: datetime
) -> OfferedItem:
    """The institution, or its authority, stops offering an item.

    Raises      Refused: the moves' own; NotFound; Stale
    """
    row = locked(OfferedItem.objects, by, offered_item_id, version)
    row.state = moved(ITEMS.attempt(ItemState(row.state), ItemEvent.WITHDRAW, by))
    row.review_note = note.strip()[:200]
    row.version += 1
    row.save(update_fields=["state", "review_note", "version"])
    return row


def _may_offer(jurisdiction: str, item_code: str, at: datetime) -> Refusal | None:
    on, current = business_date(at), editions.current()
    item = current.lookup(f"item:{item_code}", jurisdiction=jurisdiction, on=on)
    return choice.may_offer(
        item_code, item, current.demand("gate:item_in_catalogue", use="gate", jurisdiction=jurisdiction, on=on)
    )


def _answers(written: list[str], given: Mapping[str, Mapping[str, Any]]) -> dict[str, choice.Answer]:
    wrong = {}
    for code, answer in given.items():
        if code not in written:
            wrong[f"criteria.{code}"] = [str(words.FAULTS["unknown_criterion"])]
        elif len(str(answer.get("why", ""))) > choice.WHY_MAX:
            wrong[f"criteria.{code}"] = [str(words.FAULTS["why_long"])]
    if wrong:
        raise Invalid(wrong)
    return {
        code: choice.Answer(answer.get("met") is True, str(answer.get("why", ""))) for code, answer in given.items()
    }
