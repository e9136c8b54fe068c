"""Doors of the dispatcher's desk."""

from datetime import datetime, timedelta

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.care import drafts
from yijia.apps.dispatch import actions, forms, screens
from yijia.apps.visits import actions as visits
from yijia.base.doors import allow
from yijia.base.errors import Invalid
from yijia.core.permissions import Permission as P


def _valid(form: django_forms.Form) -> dict[str, object]:
    if not form.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    return form.cleaned_data


@require_GET
@allow(P.DISPATCH_PLAN)
def board(request: HttpRequest) -> HttpResponse:
    """Who is where when, and what still needs a nurse."""
    wanted = forms.BoardForm(request.GET).wanted()
    if request.htmx:
        strip = screens.plan_strip(actor=request.actor, at=request.at, **wanted)
        return render(request, "dispatch/_plans.html", {"screen": strip})
    screen = screens.board(actor=request.actor, at=request.at, **wanted)
    return render(request, "dispatch/board.html", {"screen": screen})


@require_GET
@allow(P.DISPATCH_PLAN)
def map_of_day(request: HttpRequest) -> HttpResponse:
    """The day on a map, and the same as a list."""
    screen = screens.map_page(actor=request.actor, at=request.at, **forms.BoardForm(request.GET).wanted())
    return render(request, "dispatch/map.html", {"screen": screen})


@require_GET
@allow(P.DISPATCH_PLAN)
def ready(request: HttpRequest) -> HttpResponse:
    """Have the engine know the day before anybody clicks; nothing to show."""
    screens.get_ready(actor=request.actor, at=request.at, **forms.BoardForm(request.GET).wanted())
    return HttpResponse(status=204)


@require_GET
@allow(P.DISPATCH_PROMISE)
def promise(request: HttpRequest) -> HttpResponse:
    """What can be promised to a family on a day."""
    screen = screens.promise_page(actor=request.actor, at=request.at, **forms.PromiseForm(request.GET).wanted())
    return render(request, "dispatch/promise.html", {"screen": screen})


@require_POST
@allow(P.ORDER_CREATE_ON_BEHALF)
def take_promise(request: HttpRequest) -> HttpResponse:
    """Order what was promised: the form is filled with person, need, institution and window."""
    form = forms.TakeForm(request.POST)
    _valid(form)
    drafts.start(request, **screens.begun_order(actor=request.actor, at=request.at, **form.wanted()))
    return redirect("care:check")


@require_GET
@allow(P.DISPATCH_PLAN)
def person(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One nurse's day as a list, and what can be reported about her."""
    on = forms.BoardForm(request.GET).wanted()["on"]
    screen = screens.person_day(actor=request.actor, at=request.at, staff_id=staff_id, on=on)
    return render(request, "dispatch/person.html", {"screen": screen})


@require_http_methods(["GET", "POST"])
@allow(P.DISPATCH_PLAN)
def move(request: HttpRequest, order_id: int) -> HttpResponse:
    """The verdict on a move (GET), and the move itself (POST)."""
    if request.method == "POST":
        form = forms.MoveForm(request.POST)
        _valid(form)
        actions.move(order_id=order_id, **form.wanted(), by=request.actor, at=request.at)
        messages.success(request, _("改好了，已通知护士和家属。"))
        return _back_to_board(request)
    screen = screens.move_page(
        actor=request.actor, at=request.at, order_id=order_id, **forms.LookForm(request.GET).wanted()
    )
    return render(request, "dispatch/_verdict.html" if request.htmx else "dispatch/move.html", {"screen": screen})


def _back_to_board(request: HttpRequest) -> HttpResponse:
    """To the day's board, whole, after an action from a part of it too."""
    address = reverse("dispatch:board")
    on = forms.BoardForm(request.POST).wanted()["on"]
    response = redirect(f"{address}?on={on}" if on else address)
    if request.htmx:
        response = HttpResponse(status=204, headers={"HX-Redirect": response.url})
    return response


@require_GET
@allow(P.DISPATCH_PLAN)
def lanes(request: HttpRequest, order_id: int) -> JsonResponse:
    """For each nurse whether she could take the visit, while it is being dragged."""
    return JsonResponse(screens.lanes(actor=request.actor, at=request.at, order_id=order_id))


@require_POST
@allow(P.DISPATCH_PLAN)
def ask_plan(request: HttpRequest) -> HttpResponse:
    """Have a day planned by the worker."""
    form = forms.PlanForm(request.POST)
    _valid(form)
    made = actions.ask_plan(**form.wanted(), by=request.actor, at=request.at)
    return redirect("dispatch:plan", made.pk)


@require_GET
@allow(P.DISPATCH_PLAN)
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: how far it is, what it would change, what became of it."""
    screen = screens.plan_page(actor=request.actor, at=request.at, plan_id=plan_id)
    return render(request, "dispatch/_plan.html" if request.htmx else "dispatch/plan.html", {"screen": screen})


@require_POST
@allow(P.DISPATCH_PLAN)
def publish(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Put a plan or a proposal into force; a long one by the worker."""
    said = _valid(forms.PublishForm(request.POST))
    made = screens.plan_page(actor=request.actor, at=request.at, plan_id=plan_id)
    act = actions.ask_publish if made.is_long else actions.publish
    done = act(plan_id=plan_id, is_forced=said["anyway"], by=request.actor, at=request.at)
    return redirect("dispatch:plan", done.pk)


@require_POST
@allow(P.DISPATCH_PLAN)
def discard(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Throw a draft away."""
    done = actions.discard_plan(plan_id=plan_id, by=request.actor, at=request.at)
    messages.success(request, _("草案已作废，什么也没有改。"))
    return redirect(f"{reverse('dispatch:board')}?on={done.on}")


@require_POST
@allow(P.DISPATCH_PLAN)
def undo(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Put back what the newest version changed."""
    done = actions.undo(plan_id=plan_id, by=request.actor, at=request.at)
    return redirect("dispatch:plan", done.pk)


@require_POST
@allow(P.DISPATCH_PLAN)
def propose(request: HttpRequest) -> HttpResponse:
    """What could be done about what has just happened: up to three answers."""
    form = forms.EventForm(request.POST)
    _valid(form)
    asked = form.wanted()
    made = actions.propose(**asked, by=request.actor, at=request.at)
    screen = screens.answers(
        actor=request.actor, at=request.at, plans=made, event=asked["event"], on=asked["on"], house_id=asked["organisation_id"],
        order_id=asked["order_id"],
    )  # fmt: skip
    return render(request, "dispatch/_answers.html" if request.htmx else "dispatch/answers.html", {"screen": screen})


@require_GET
@allow(P.DISPATCH_PLAN, P.GATE_VIEW)
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: gate, candidates, offers; alone for htmx, as a page otherwise."""
    screen = screens.order_page(actor=request.actor, at=request.at, order_id=order_id)
    return render(request, "dispatch/_order.html" if request.htmx else "dispatch/order.html", {"screen": screen})


@require_POST
@allow(P.DISPATCH_PLAN)
def open_visit(request: HttpRequest, order_id: int) -> HttpResponse:
    """Ask the gate and begin looking for a nurse."""
    visits.open_visit(order_id=order_id, **_valid(forms.OpenForm(request.POST)), by=request.actor, at=request.at)
    return redirect("dispatch:order", order_id)


@require_POST
@allow(P.VISIT_OFFER)
def offer(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Hold the visit out to the chosen nurses."""
    form = forms.ChooseForm(request.POST)
    said = _valid(form)
    made = visits.offer(
        visit_id=visit_id, staff_ids=form.chosen(), answer_until=_until(said["answer_min"], request.at), version=said["version"],
        by=request.actor, at=request.at,
    )  # fmt: skip
    messages.success(request, _("已发出邀约，等护士答复。"))
    return redirect("dispatch:order", made[0].visit.order_id)


def _until(minutes: object, at: datetime) -> datetime | None:
    return at + timedelta(minutes=minutes) if isinstance(minutes, int) else None


@require_POST
@allow(P.DISPATCH_PLAN)
def assign(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Send the chosen nurses."""
    form = forms.ChooseForm(request.POST)
    said = _valid(form)
    visit = visits.assign(
        visit_id=visit_id, staff_ids=form.chosen(), version=said["version"], by=request.actor, at=request.at
    )
    messages.success(request, _("派好了，已通知护士和家属。"))
    return redirect("dispatch:order", visit.order_id)


@require_POST
@allow(P.DISPATCH_PLAN)
def release(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Take nurses off, and hold the visit out again if asked."""
    said = _valid(forms.ReleaseForm(request.POST))
    visit = visits.release(
        visit_id=visit_id, reason=said["reason"], staff_id=said["staff"], is_offered_again=said["again"], version=said["version"],
        by=request.actor, at=request.at,
    )  # fmt: skip
    messages.success(request, _("已换下，服务单回到派单中。"))
    return redirect("dispatch:order", visit.order_id)


@require_POST
@allow(P.VISIT_OFFER)
def withdraw(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Take one offer back."""
    held = visits.withdraw_offer(offer_id=offer_id, by=request.actor, at=request.at)
    return redirect("dispatch:order", held.visit.order_id)
