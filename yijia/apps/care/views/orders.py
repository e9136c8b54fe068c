"""Doors of care: a request in three steps, the desk, the hospital, and one order from every side."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.care import actions, drafts, forms, queries, screens
from yijia.apps.registry import queries as registry
from yijia.base.doors import allow
from yijia.base.errors import Invalid, Refused
from yijia.core.permissions import Permission as P
from yijia.core.refusal import Refusal

ASK = (P.ORDER_CREATE, P.ORDER_CREATE_ON_BEHALF, P.ORDER_HANDOVER)


def attempt(form: forms.Form, act: Callable[[], Any]) -> tuple[Any, Refusal | None]:
    """Run an action when the form's shape is right; what it finds wrong comes back beside the fields, or as a refusal."""
    if not form.is_valid():
        return None, None
    try:
        return act(), None
    except Invalid as wrong:
        form.refuse(wrong)
    except Refused as refused:
        return None, refused.refusal
    return None, None


def to_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """The order's page for whoever reads it."""
    return redirect("care:my_order" if request.actor.resident_ids else "care:order", order_id)


# --- a request in three steps


@require_http_methods(["GET", "POST"])
@allow(*ASK)
def request_care(request: HttpRequest) -> HttpResponse:
    """Step one: what do you need."""
    form = screens.need_form(request, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return render(request, "care/need.html", {"screen": screens.need_step(request, form)})
    if form.is_valid():
        given = form.cleaned_data
        drafts.keep(request, resident_id=int(given["resident"]), need=given["need"], description=given["description"])
        return call_back(request) if given["need"] == queries.UNSURE else redirect("care:when")
    return render(request, "care/need.html", {"screen": screens.need_step(request, form)}, status=422)


def call_back(request: HttpRequest) -> HttpResponse:
    """“Not sure, call me”: the end of step one for somebody who picked that; not a door of its own."""
    draft = drafts.current(request)
    order = actions.request_call_back(
        client_id=draft["client_id"],
        resident_id=draft["resident_id"],
        description=draft["description"],
        by=request.actor,
        at=request.at,
    )
    drafts.forget(request)
    messages.success(request, _("收到。工作人员会打电话给您，单号 %(number)s。") % {"number": order.number})
    return to_order(request, order.pk)


@require_http_methods(["GET", "POST"])
@allow(*ASK)
def when(request: HttpRequest) -> HttpResponse:
    """Step two: which day, who comes, for how much."""
    if not screens.is_ready(request, 2):
        return redirect("care:request")
    if request.method == "GET":
        return render(request, "care/when.html", {"screen": screens.when_step(request)})
    form = forms.WhenForm(request.POST, items=screens.when_items(request))
    if form.is_valid():
        given = form.cleaned_data
        drafts.keep(request, items=dict.fromkeys(given["item"], 1), day=given["day"].isoformat(), slot=given["slot"])
        return redirect("care:check")
    return render(request, "care/when.html", {"screen": screens.when_step(request, form)}, status=422)


@require_http_methods(["GET", "POST"])
@allow(*ASK)
def check(request: HttpRequest) -> HttpResponse:
    """Step three: read the price, answer about the home, submit."""
    if not screens.is_ready(request, 3):
        return redirect("care:request")
    if request.method == "GET":
        return render(request, "care/check.html", {"screen": screens.check_step(request)})
    form = screens.check_form(request, request.POST)
    drafts.keep(
        request,
        check={name: value for name, value in request.POST.items() if name in form.fields and name != "quoted_fen"},
    )
    order, refusal = attempt(form, lambda: send(request, form))
    if order is None:
        status = 409 if refusal else 422
        return render(request, "care/check.html", {"screen": screens.check_step(request, form, refusal)}, status=status)
    return sent(request, order)


def send(request: HttpRequest, form: forms.CheckForm) -> Any:
    """Hand the whole request to the one action of this way in; not a door of its own."""
    draft, facts = drafts.current(request), screens.order_facts(request, form)
    at_hand = {"by": request.actor, "at": request.at}
    if handed := draft.get("handover"):
        return actions.hand_over(**facts, **screens.handover_facts(handed), **at_hand)
    given = {
        name: form.cleaned_data[name] for name in ("requester_name", "requester_relation") if name in form.cleaned_data
    }
    return actions.submit_order(
        **facts, **given, description=draft["description"], draft_id=draft.get("draft_id"), **at_hand
    )


def sent(request: HttpRequest, order: Any) -> HttpResponse:
    """Say what was made and go where its maker may read on; not a door of its own."""
    drafts.forget(request)
    messages.success(request, _("已提交，单号 %(number)s。医生会先做首诊评估。") % {"number": order.number})
    return redirect("care:handover") if order.channel == "discharge" else to_order(request, order.pk)


# --- the desk and the hospital


@require_GET
@allow(P.ORDER_CREATE_ON_BEHALF)
def call_backs(request: HttpRequest) -> HttpResponse:
    """The clerk's phone: who calls, whom to call back, who has not signed."""
    return render(request, "care/desk.html", {"screen": screens.desk(request)})


@require_http_methods(["GET", "POST"])
@allow(P.ORDER_CREATE_ON_BEHALF)
def caller(request: HttpRequest, resident_id: int) -> HttpResponse:
    """The caller's card and the script; posting begins the order on behalf."""
    screen = screens.caller(request, resident_id)
    if request.method == "GET":
        return render(request, "care/caller.html", {"screen": screen})
    description = screen.draft.description if screen.draft else ""
    drafts.start(
        request, resident_id=resident_id, draft_id=screen.draft.pk if screen.draft else None, description=description
    )
    return redirect("care:request")


@require_GET
@allow(P.ORDER_HANDOVER)
def handover(request: HttpRequest) -> HttpResponse:
    """The hospital's page: find the patient, see what was handed over."""
    return render(request, "care/handover.html", {"screen": screens.handover_desk(request)})


@require_http_methods(["GET", "POST"])
@allow(P.ORDER_HANDOVER)
def hand_over(request: HttpRequest, resident_id: int) -> HttpResponse:
    """What the hospital says about one patient; then the same three steps follow."""
    person = registry.get_resident(request.actor, resident_id)
    typed = drafts.current(request)
    initial = typed.get("handover") if typed.get("resident_id") == person.pk else None
    form = forms.HandoverForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"discharged_on": form.cleaned_data["discharged_on"].isoformat()}
        drafts.start(request, resident_id=person.pk, description="", handover=facts)
        return redirect("care:request")
    return render(
        request,
        "care/hand_over.html",
        {"form": form, "person": person},
        status=422 if request.method == "POST" else 200,
    )


# --- one order


@require_GET
@allow(P.ORDER_VIEW)
def orders(request: HttpRequest) -> HttpResponse:
    """The list, with filters, search and paging."""
    return render(request, "care/orders.html", {"screen": screens.orders(request)})


@require_GET
@allow(P.ORDER_VIEW)
def my_orders(request: HttpRequest) -> HttpResponse:
    """A family's own orders."""
    return render(request, "care/my_orders.html", {"screen": screens.mine(request)})


@require_GET
@allow(P.ORDER_VIEW)
def of_resident(request: HttpRequest, resident_id: int) -> HttpResponse:
    """The orders of one resident in sight."""
    person = registry.get_resident(request.actor, resident_id)
    return render(request, "care/my_orders.html", {"screen": screens.mine(request, person.pk)})


@require_GET
@allow(P.ORDER_VIEW)
def my_order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order in words, for the resident and the family."""
    return render(request, "care/my_order.html", {"screen": screens.detail(request, order_id)})


@require_GET
@allow(P.ORDER_VIEW)
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order for those who work on it or watch it."""
    return render(request, "care/order.html", {"screen": screens.detail(request, order_id)})


@require_GET
@allow(P.ORDER_ASSESS)
def assessments(request: HttpRequest) -> HttpResponse:
    """Orders that wait for a first assessment."""
    return render(request, "care/assessments.html", {"screen": screens.assessments(request)})


@require_http_methods(["GET", "POST"])
@allow(P.ORDER_ASSESS)
def assess(request: HttpRequest, order_id: int) -> HttpResponse:
    """One first assessment: accept, or reject with a reason."""
    screen, form = screens.assess(request, order_id)
    done, refusal = attempt(form, lambda: decide(request, order_id, form)) if request.method == "POST" else (None, None)
    if done is not None:
        messages.success(
            request,
            _("已受理，等签字。") if done.state == "accepted" else _("已不予受理，费用全部退回，短信已发给居民。"),
        )
        return redirect("care:assessments")
    status = 200 if request.method == "GET" else 409 if refusal else 422
    return render(
        request,
        "care/assess.html",
        {"screen": screen, "form": form, "refusal": refusal and screens.said(refusal)},
        status=status,
    )


def decide(request: HttpRequest, order_id: int, form: forms.AssessForm) -> Any:
    """Accept or reject, by the button pressed; not a door of its own."""
    given = form.cleaned_data
    facts = {
        "order_id": order_id,
        "answers": form.answers(),
        "version": given["version"],
        "by": request.actor,
        "at": request.at,
    }
    if request.POST.get("decision") == "reject":
        return actions.reject_order(reason=given["reason"], **facts)
    return actions.accept_order(note=given["note"], **facts)


@require_http_methods(["GET", "POST"])
@allow(P.ORDER_CREATE, P.ORDER_CREATE_ON_BEHALF, P.ORDER_ASSESS)
def home_risk(request: HttpRequest, order_id: int) -> HttpResponse:
    """The answers about the home, to give or put right."""
    found = queries.get_order(request.actor, order_id)
    form = screens.home_risk_form(request, found, request.POST if request.method == "POST" else None)
    given = {"order_id": order_id, "by": request.actor, "at": request.at}
    done, refusal = (
        attempt(
            form,
            lambda: actions.answer_home_risk(answers=form.answers(), version=form.cleaned_data["version"], **given),
        )
        if request.method == "POST"
        else (None, None)
    )
    if done is not None:
        messages.success(request, _("居家情况已记下。"))
        return to_order(request, order_id)
    status = 200 if request.method == "GET" else 409 if refusal else 422
    return render(
        request,
        "care/home_risk.html",
        {"order": found, "form": form, "refusal": refusal and screens.said(refusal)},
        status=status,
    )


@require_http_methods(["GET", "POST"])
@allow(P.ORDER_SIGN)
def sign(request: HttpRequest, order_id: int) -> HttpResponse:
    """Both papers to read, then one signature for both."""
    found = queries.get_whole_order(request.actor, order_id)
    if request.method == "GET":
        return render(request, "care/sign.html", {"screen": screens.sign(request, screens.papers_of(request, found))})
    form = screens.sign_form(request, found, request.POST)
    done, refusal = attempt(
        form, lambda: actions.sign_order(order_id=order_id, **form.cleaned_data, by=request.actor, at=request.at)
    )
    if done is not None:
        messages.success(request, _("两份文件都签好了，接下来派护士。"))
        return to_order(request, order_id)
    screen = screens.sign(request, screens.papers_of(request, found), form)
    return render(
        request,
        "care/sign.html",
        {"screen": screen, "refusal": refusal and screens.said(refusal)},
        status=409 if refusal else 422,
    )


@require_POST
@allow(P.ORDER_SIGN)
def papers(request: HttpRequest, order_id: int) -> HttpResponse:
    """Freeze both papers so that they can be read and signed."""
    actions.prepare_papers(order_id=order_id, by=request.actor, at=request.at)
    return redirect("care:sign", order_id)


@require_http_methods(["GET", "POST"])
@allow(P.ORDER_CANCEL)
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """The consequence first, then the act."""
    if request.method == "GET":
        return render(request, "care/cancel.html", {"screen": screens.cancel(request, order_id)})
    queries.get_order(request.actor, order_id)
    form = forms.CancelForm(request.POST)
    done, refusal = attempt(
        form, lambda: actions.cancel_order(order_id=order_id, **form.cleaned_data, by=request.actor, at=request.at)
    )
    if refusal:
        raise Refused(refusal)
    if done is None:
        return render(request, "care/cancel.html", {"screen": screens.cancel(request, order_id, form)}, status=422)
    messages.success(request, _("已取消。该退的钱会按原路退回。"))
    return to_order(request, order_id)


@require_POST
@allow(P.ORDER_CLOSE)
def close(request: HttpRequest, order_id: int) -> HttpResponse:
    """Nothing is left to do."""
    actions.close_order(order_id=order_id, by=request.actor, at=request.at)
    messages.success(request, _("已办结。"))
    return redirect("care:order", order_id)
