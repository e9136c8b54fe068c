"""Benefits in the API: the same screens and actions as the pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from yijia.apps.benefits import actions, queries, schemas, screens, words
from yijia.base import audit
from yijia.base.api_schemas import ERRORS, Page, Paging, paginate
from yijia.base.doors import allow
from yijia.base.errors import Invalid, refuse_if
from yijia.base.words import say
from yijia.core.benefits import Month, UnknownKey
from yijia.core.permissions import Permission as P

router = Router()


@router.get(
    "/residents/{resident_id}/benefits", operation_id="benefits_of", response={200: list[schemas.AnswerOut], **ERRORS}
)
@allow(P.BENEFIT_VIEW)
def benefits_of(request: HttpRequest, resident_id: int) -> Any:
    """Every scheme's answer to a person, condition by condition: may have, may not, not known."""
    page = screens.person(request.actor, resident_id, request.at)
    return [schemas.answer_out(card) for card in (*page.can, *page.services, *page.unknown, *page.cannot)]


@router.get("/entitlements", operation_id="entitlements_list", response={200: Page[schemas.EntitlementOut], **ERRORS})
@allow(P.BENEFIT_VIEW)
def entitlements_list(request: HttpRequest, paging: Query[Paging], state: str = "", scheme: str = "") -> Any:
    """Entitlements in sight, the longest in their state first."""
    found = queries.list_entitlements(request.actor, states=[state] if state else [], scheme=scheme)
    answer = paginate(found, paging.page, paging.page_size)
    _read(request, "benefits.entitlement", answer["items"])
    return answer | {"items": [schemas.entitlement_out(row) for row in answer["items"]]}


@router.post(
    "/entitlements/{entitlement_id}/step",
    operation_id="entitlements_step",
    response={200: schemas.EntitlementOut, **ERRORS},
)
@allow(P.BENEFIT_ANSWER, P.BENEFIT_HANDLE, P.BENEFIT_APPROVE)
def entitlements_step(request: HttpRequest, entitlement_id: int, payload: schemas.StepIn) -> Any:
    """Tell, agree, query, answer, decline, reopen, publish, approve, stop or drop one entitlement."""
    row = actions.step(entitlement_id=entitlement_id, **payload.dict(), by=request.actor, at=request.at)
    return schemas.entitlement_out(row)


@router.post("/entitlements/step", operation_id="entitlements_step_many", response={200: schemas.OutcomeOut, **ERRORS})
@allow(P.BENEFIT_HANDLE, P.BENEFIT_APPROVE)
def entitlements_step_many(request: HttpRequest, payload: schemas.PickIn) -> Any:
    """The same event for many; what is refused stays and is listed with its code."""
    asked = {"entitlement_ids": payload.ids, "event": payload.event, "note": payload.note}
    _, outcome = actions.step_many(**asked, by=request.actor, at=request.at)
    return _outcome(outcome)


@router.get("/payment-orders", operation_id="payment_orders_list", response={200: Page[schemas.OrderOut], **ERRORS})
@allow(P.BENEFIT_VIEW)
def payment_orders_list(request: HttpRequest, paging: Query[Paging], state: str = "", scheme: str = "") -> Any:
    """Payment orders in sight, the newest month first."""
    found = queries.list_orders(request.actor, states=[state] if state else [], scheme=scheme)
    answer = paginate(found, paging.page, paging.page_size)
    _read(request, "benefits.paymentorder", answer["items"])
    return answer | {"items": [schemas.order_out(row) for row in answer["items"]]}


@router.post(
    "/payment-orders/{order_id}/step", operation_id="payment_orders_step", response={200: schemas.OrderOut, **ERRORS}
)
@allow(P.BENEFIT_HANDLE, P.BENEFIT_APPROVE, P.BENEFIT_PAY)
def payment_orders_step(request: HttpRequest, order_id: int, payload: schemas.OrderStepIn) -> Any:
    """Release, hold, stop, reinstate, bounce, claw back or recover one payment order."""
    return schemas.order_out(actions.step_order(order_id=order_id, **payload.dict(), by=request.actor, at=request.at))


@router.post(
    "/payment-orders/{order_id}/difference",
    operation_id="payment_orders_difference",
    response={201: schemas.OrderOut, **ERRORS},
)
@allow(P.BENEFIT_APPROVE)
def payment_orders_difference(request: HttpRequest, order_id: int) -> Any:
    """The order over what a corrected edition changed of a paid month: paid besides, or asked back."""
    made = actions.settle_difference(order_id=order_id, by=request.actor, at=request.at)
    return Status(201, schemas.order_out(made))


@router.post(
    "/payment-orders/release", operation_id="payment_orders_release", response={200: schemas.OutcomeOut, **ERRORS}
)
@allow(P.BENEFIT_APPROVE)
def payment_orders_release(request: HttpRequest, payload: schemas.IdsIn) -> Any:
    """Release held orders whose grounds are confirmed."""
    _, outcome = actions.release_many(order_ids=payload.ids, by=request.actor, at=request.at)
    return _outcome(outcome)


@router.get("/benefit-batches", operation_id="benefit_batches_list", response={200: Page[schemas.BatchOut], **ERRORS})
@allow(P.BENEFIT_PAY)
def benefit_batches_list(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What was handed to the bank, the newest first."""
    return paginate(queries.list_batches(request.actor), paging.page, paging.page_size, schemas.batch_out)


@router.post("/benefit-batches", operation_id="benefit_batches_export", response={201: schemas.BatchOut, **ERRORS})
@allow(P.BENEFIT_PAY)
def benefit_batches_export(request: HttpRequest, payload: schemas.IdsIn) -> Any:
    """Hand ready orders to the bank as one batch."""
    return Status(201, schemas.batch_out(actions.export_batch(order_ids=payload.ids, by=request.actor, at=request.at)))


@router.post(
    "/benefit-batches/{batch_id}/settle",
    operation_id="benefit_batches_settle",
    response={200: schemas.BatchOut, **ERRORS},
)
@allow(P.BENEFIT_PAY)
def benefit_batches_settle(request: HttpRequest, batch_id: int) -> Any:
    """The bank reports a batch as paid."""
    return schemas.batch_out(actions.settle_batch(batch_id=batch_id, by=request.actor, at=request.at))


@router.post(
    "/benefit-confirmations", operation_id="benefit_confirmations_add", response={201: schemas.ConfirmOut, **ERRORS}
)
@allow(P.BENEFIT_CONFIRM)
def benefit_confirmations_add(request: HttpRequest, payload: schemas.ConfirmIn) -> Any:
    """Stand for a part of a policy value after reading the original."""
    return Status(201, actions.confirm_evidence(**payload.dict(), by=request.actor, at=request.at))


@router.get(
    "/benefit-populations", operation_id="benefit_populations_list", response={200: schemas.PopulationsOut, **ERRORS}
)
@allow(P.BENEFIT_DRY_RUN)
def benefit_populations_list(request: HttpRequest) -> Any:
    """The populations to try a policy on, and the drafts of editions to compare with."""
    return {"populations": queries.list_populations(), "drafts": queries.list_drafts()}


@router.post(
    "/benefit-populations", operation_id="benefit_populations_take", response={201: schemas.SnapshotOut, **ERRORS}
)
@allow(P.BENEFIT_DRY_RUN)
def benefit_populations_take(request: HttpRequest) -> Any:
    """Write the register of one's place as a population."""
    name, people = actions.take_snapshot(region=request.actor.jurisdiction or "", by=request.actor, at=request.at)
    return Status(201, {"name": name, "people": people})


@router.get(
    "/benefit-populations/{population}/numbers",
    operation_id="benefit_numbers_list",
    response={200: dict[str, Any], **ERRORS},
)
@allow(P.BENEFIT_DRY_RUN)
def benefit_numbers_list(request: HttpRequest, population: str, region: str, month: str) -> Any:
    """The numbers that may be changed for a population, with what they are now; amounts in fen."""
    return refuse_if(screens.keys_of(request.actor, population, region, _month(month)))


@router.post("/benefit-dry-runs", operation_id="benefit_dry_runs_ask", response={200: schemas.DryRunOut, **ERRORS})
@allow(P.BENEFIT_DRY_RUN)
def benefit_dry_runs_ask(request: HttpRequest, payload: schemas.AskIn) -> Any:
    """Change numbers, or compare with a draft: who gains, who loses, what a year costs. Nothing of policy changes."""
    what = _asked(request, payload)
    audit.read(request.actor, request.at, "benefits.dry_run", subject_type="benefits.population")
    return schemas.dry_run_out(screens.run(what))


@router.post(
    "/benefit-dry-runs/people",
    operation_id="benefit_dry_runs_people",
    response={200: list[schemas.BehindOut], **ERRORS},
)
@allow(P.BENEFIT_DRY_RUN)
def benefit_dry_runs_people(request: HttpRequest, payload: schemas.PeopleIn) -> Any:
    """A page of the people behind one number, masked; that they were looked at is on record."""
    where = screens.where_of(payload.cut, payload.value)
    rows = refuse_if(
        screens.people_of(
            _asked(request, payload), payload.outcome, where, by=request.actor, at=request.at, first=payload.first
        )
    )
    return [schemas.behind_out(row) for row in rows]


@router.get(
    "/benefit-proposals", operation_id="benefit_proposals_list", response={200: Page[schemas.ProposalOut], **ERRORS}
)
@allow(P.BENEFIT_DRY_RUN)
def benefit_proposals_list(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Dry-runs that were kept, the newest first."""
    return paginate(queries.list_proposals(request.actor), paging.page, paging.page_size, schemas.proposal_out)


@router.get(
    "/benefit-proposals/{proposal_id}",
    operation_id="benefit_proposals_get",
    response={200: schemas.ProposalOut, **ERRORS},
)
@allow(P.BENEFIT_DRY_RUN)
def benefit_proposals_get(request: HttpRequest, proposal_id: int) -> Any:
    """One dry-run that was kept."""
    return schemas.proposal_out(queries.get_proposal(request.actor, proposal_id))


@router.post("/benefit-proposals", operation_id="benefit_proposals_add", response={201: schemas.ProposalOut, **ERRORS})
@allow(P.BENEFIT_DRY_RUN)
def benefit_proposals_add(request: HttpRequest, payload: schemas.ProposeIn) -> Any:
    """Run it once more and keep it as a proposal."""
    what = _asked(request, payload)
    made = actions.propose(
        title=payload.title, note=payload.note, region=what.people.region, changes=what.said, population=what.people.folder.name,
        on=what.month.first, result=screens.kept(what), by=request.actor, at=request.at,
    )  # fmt: skip
    return Status(201, schemas.proposal_out(made))


@router.post(
    "/benefit-proposals/{proposal_id}/withdraw",
    operation_id="benefit_proposals_withdraw",
    response={200: schemas.ProposalOut, **ERRORS},
)
@allow(P.BENEFIT_DRY_RUN)
def benefit_proposals_withdraw(request: HttpRequest, proposal_id: int) -> Any:
    """Take one's own proposal back."""
    return schemas.proposal_out(actions.withdraw_proposal(proposal_id=proposal_id, by=request.actor, at=request.at))


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise Invalid({"month": [say("请写成 2026-06 这样")]}) from error


def _asked(request: HttpRequest, payload: schemas.AskIn) -> screens.Asked:
    settings = tuple(f"{key}={value}" for key, value in payload.changes.items())
    asked = {"population": payload.population, "region": payload.region, "against": payload.against}
    try:
        return refuse_if(screens.ask(request.actor, **asked, month=_month(payload.month), settings=settings))
    except UnknownKey as error:
        fault = str(words.bad_change(error.key, error.problem, error.known))
        raise Invalid({f"changes.{error.key}": [fault]}) from error


def _outcome(outcome: Any) -> dict[str, Any]:
    return {"done": outcome.done, "refused": [{"id": id_, "code": code} for id_, code in outcome.refused]}


def _read(request: HttpRequest, kind: str, rows: list[Any]) -> None:
    ids, people = [row.pk for row in rows], [row.resident_id for row in rows]
    audit.read(request.actor, request.at, "benefits.list", subject_type=kind, subject_ids=ids, resident_ids=people)
