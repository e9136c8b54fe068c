"""Doors of benefits: what I may have and why, the clerk's desk, batches for the bank, what must be confirmed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from yijia.apps.benefits import actions, forms, screens, words
from yijia.base.doors import allow, number
from yijia.base.errors import refuse_if
from yijia.core.benefits.lifecycle import Event, OrderEvent
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.BENEFIT_ANSWER)
def mine(request: HttpRequest) -> HttpResponse:
    """Whose benefits one may look at."""
    screen = screens.mine(request.actor, request.at)
    if len(screen.rows) == 1:
        return redirect("benefits:of_resident", screen.rows[0][0])
    return render(request, "benefits/mine.html", {"screen": screen})


@require_GET
@allow(P.BENEFIT_VIEW)
def of_resident(request: HttpRequest, resident_id: int) -> HttpResponse:
    """What a person may have and why, what not and why not."""
    screen = screens.person(request.actor, resident_id, request.at)
    return render(request, "benefits/own.html" if screen.is_own else "benefits/person.html", {"screen": screen})


@require_POST
@allow(P.BENEFIT_ANSWER, P.BENEFIT_HANDLE, P.BENEFIT_APPROVE)
def step(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    """One event for one entitlement."""
    said = forms.checked(forms.StepForm(request.POST))
    row = actions.step(
        entitlement_id=entitlement_id, event=Event(said["event"]), note=said["note"], by=request.actor, at=request.at
    )
    messages.success(request, words.DONE)
    return redirect("benefits:of_resident", row.resident_id)


@require_POST
@allow(P.BENEFIT_HANDLE, P.BENEFIT_APPROVE, P.BENEFIT_PAY)
def step_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One event for one payment order."""
    said = forms.checked(forms.OrderStepForm(request.POST))
    order = actions.step_order(
        order_id=order_id, event=OrderEvent(said["event"]), note=said["note"], by=request.actor, at=request.at
    )
    messages.success(request, words.DONE)
    return _back(request, reverse("benefits:of_resident", args=[order.resident_id]))


@require_GET
@allow(P.BENEFIT_HANDLE, P.BENEFIT_CONFIRM)
def desk(request: HttpRequest) -> HttpResponse:
    """The clerk's lists."""
    screen = screens.desk(request.actor, request.at, **forms.asked(request.GET))
    return render(request, "benefits/desk.html", {"screen": screen})


@require_POST
@allow(P.BENEFIT_HANDLE, P.BENEFIT_APPROVE)
def pick(request: HttpRequest) -> HttpResponse:
    """One event for all that were picked; what is refused stays and is counted."""
    said = forms.checked(forms.PickForm(request.POST))
    asked = {"by": request.actor, "at": request.at}
    if said["event"] in _OF_ORDERS:
        _, outcome = _OF_ORDERS[said["event"]](order_ids=said["pick"], **asked)
    else:
        _, outcome = actions.step_many(entitlement_ids=said["pick"], event=Event(said["event"]), **asked)
    for level, sentence in words.told(outcome.done, outcome.refused):
        messages.add_message(request, level, sentence)
    return _back(request, reverse("benefits:desk"))


_OF_ORDERS = {"release": actions.release_many, "difference": actions.settle_differences}


@require_POST
@allow(P.BENEFIT_APPROVE)
def settle_difference(request: HttpRequest, order_id: int) -> HttpResponse:
    """The order over what a corrected edition changed of a paid month."""
    order = actions.settle_difference(order_id=order_id, by=request.actor, at=request.at)
    messages.success(request, words.DONE)
    return redirect("benefits:of_resident", order.resident_id)


@require_POST
@allow(P.BENEFIT_PAY)
def export_batch(request: HttpRequest) -> HttpResponse:
    """Hand the picked orders to the bank."""
    said = forms.checked(forms.PickForm(request.POST))
    batch = actions.export_batch(order_ids=said["pick"], by=request.actor, at=request.at)
    messages.success(request, words.EXPORTED % {"number": batch.number, "n": batch.order_count})
    return redirect("benefits:batches")


@require_GET
@allow(P.BENEFIT_PAY)
def batches(request: HttpRequest) -> HttpResponse:
    """What was handed to the bank."""
    return render(request, "benefits/batches.html", {"screen": screens.batches(request.actor, number(request, "page"))})


@require_GET
@allow(P.BENEFIT_PAY)
def batch_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The list of a batch for the bank, as CSV."""
    name, text = screens.batch_csv(request.actor, request.at, batch_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@allow(P.BENEFIT_PAY)
def settle_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The bank says it is paid."""
    actions.settle_batch(batch_id=batch_id, by=request.actor, at=request.at)
    messages.success(request, words.DONE)
    return redirect("benefits:batches")


@require_GET
@allow(P.BENEFIT_HANDLE, P.BENEFIT_CONFIRM)
def grounds(request: HttpRequest) -> HttpResponse:
    """What held money waits for."""
    return render(request, "benefits/grounds.html", {"screen": screens.grounds(request.actor, request.at)})


@require_POST
@allow(P.BENEFIT_CONFIRM)
def confirm(request: HttpRequest) -> HttpResponse:
    """Stand for a part of a policy value after reading the original."""
    said = forms.checked(forms.ConfirmForm(request.POST))
    actions.confirm_evidence(**said, by=request.actor, at=request.at)
    messages.success(request, words.CONFIRMED)
    return redirect("benefits:grounds")


@require_GET
@allow(P.BENEFIT_DRY_RUN)
def dry_run(request: HttpRequest) -> HttpResponse:
    """Change a number and see what it does."""
    screen = screens.trial(request)
    return render(request, "benefits/dry_run.html", {"screen": screen}, status=422 if screen.form.errors else 200)


@require_GET
@allow(P.BENEFIT_DRY_RUN)
def dry_run_people(request: HttpRequest) -> HttpResponse:
    """Some of the people behind one number."""
    screen = refuse_if(screens.behind(request))
    return render(request, "benefits/dry_run_people.html", {"screen": screen})


@require_POST
@allow(P.BENEFIT_DRY_RUN)
def take_snapshot(request: HttpRequest) -> HttpResponse:
    """Write the register of one's place as a population."""
    actions.take_snapshot(region=request.actor.jurisdiction or "", by=request.actor, at=request.at)
    messages.success(request, words.SNAPSHOT_MADE)
    return redirect("benefits:dry_run")


@require_POST
@allow(P.BENEFIT_DRY_RUN)
def propose(request: HttpRequest) -> HttpResponse:
    """Keep the dry-run of this address as a proposal."""
    what = refuse_if(screens.asked(request))
    said = forms.checked(forms.ProposalForm(request.POST))
    actions.propose(
        **said, region=what.people.region, changes=what.said, population=what.people.folder.name,
        on=what.month.first, result=screens.kept(what), by=request.actor, at=request.at,
    )  # fmt: skip
    messages.success(request, words.PROPOSED)
    return redirect("benefits:proposals")


@require_GET
@allow(P.BENEFIT_DRY_RUN)
def proposals(request: HttpRequest) -> HttpResponse:
    """What was kept."""
    return render(request, "benefits/proposals.html", {"screen": screens.proposals(request.actor)})


@require_POST
@allow(P.BENEFIT_DRY_RUN)
def withdraw(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Take one's proposal back."""
    actions.withdraw_proposal(proposal_id=proposal_id, by=request.actor, at=request.at)
    messages.success(request, words.WITHDRAWN)
    return redirect("benefits:proposals")


def _back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Where the form came from, when it is ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return redirect(wanted if is_ours and wanted.startswith("/") else otherwise)
