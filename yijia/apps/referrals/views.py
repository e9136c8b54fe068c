"""Doors of referrals: what waits on whom, one referral, asking, and everything that is done to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.care.views.orders import attempt
from yijia.apps.referrals import actions, forms, queries, screens, words
from yijia.apps.referrals.forms import checked
from yijia.base.doors import allow
from yijia.base.words import sentence
from yijia.core.permissions import Permission as P
from yijia.core.permissions import may
from yijia.core.refusal import Refusal

ACTS: dict[str, Callable[..., Any]] = {
    "offer": actions.offer_place,
    "accept": actions.accept_referral,
    "decline": actions.decline_referral,
    "arrive": actions.arrive_referral,
    "return": actions.return_referral,
    "take_over": actions.take_over_referral,
    "close": actions.close_referral,
    "withdraw": actions.withdraw_referral,
}


@require_GET
@allow(P.REFERRAL_VIEW)
def referrals(request: HttpRequest) -> HttpResponse:
    """What waits on whom, late first."""
    return render(request, "referrals/referrals.html", {"screen": screens.rows(request)})


@require_GET
@allow(P.REFERRAL_VIEW)
def of_resident(request: HttpRequest, resident_id: int) -> HttpResponse:
    """One person's referrals."""
    return render(request, "referrals/of_resident.html", {"screen": screens.of_resident(request, resident_id)})


@require_GET
@allow(P.REFERRAL_VIEW)
def referral(request: HttpRequest, referral_id: int) -> HttpResponse:
    """One referral: where it stands, the document, the answers, the clocks."""
    return render(request, "referrals/referral.html", {"screen": screens.detail(request, referral_id)})


@require_GET
@allow(P.REFERRAL_VIEW)
def document(request: HttpRequest, referral_id: int, document_id: int) -> HttpResponse:
    """A document as it travels: a FHIR R4 Bundle."""
    found = screens.document_page(request, referral_id, document_id)
    return JsonResponse(found, content_type="application/fhir+json", json_dumps_params={"ensure_ascii": False})


@require_http_methods(["GET", "POST"])
@allow(P.REFERRAL_ASK)
def ask(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Ask one or several institutions to take a person."""
    screen = screens.request_page(request, resident_id)
    done, refusal = attempt(screen.form, lambda: _ask(request, screen)) if request.method == "POST" else (None, None)
    if done is not None:
        messages.success(request, words.DONE["request"] % {"number": done.number})
        return redirect("referrals:referral", done.pk)
    status = 200 if request.method == "GET" else 409 if refusal else 422
    shown = {"screen": screen, "form": screen.form, "refusal": refusal and sentence(refusal)}
    return render(request, "referrals/ask.html", shown, status=status)


@require_http_methods(["GET", "POST"])
@allow(P.REFERRAL_ANSWER, P.REFERRAL_ASK)
def move(request: HttpRequest, referral_id: int, move: str) -> HttpResponse:
    """One step, with what it asks for; a step without a form takes a post only."""
    if move not in ACTS or (request.method == "GET" and move in screens.FORMLESS):
        raise Http404
    row = queries.get_referral(request.actor, referral_id)
    if move in screens.FORMLESS:
        return _done(request, _act(request, row.pk, move, checked(forms.VersionForm(request.POST))), move)
    form = screens.move_form(request, row, move)
    if request.method == "GET":
        return _form(request, row, move, form)
    done, refusal = attempt(form, lambda: _act(request, row.pk, move, form))
    return _form(request, row, move, form, refusal) if done is None else _done(request, done, move)


def _form(request: HttpRequest, row: Any, move: str, form: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The form of a step, with what is wrong with it."""
    screens.recorded(request, "referrals.move", [row])
    status = 200 if request.method == "GET" else 409 if refusal else 422
    shown = {
        "row": row,
        "form": form,
        "label": getattr(form, "label", words.BUTTONS[move]),
        "refusal": refusal and sentence(refusal),
    }
    return render(request, "referrals/move.html", shown, status=status)


def _ask(request: HttpRequest, screen: Any) -> Any:
    given = screen.form.cleaned_data
    named = {
        name: given[name] for name in ("client_id", "direction", "urgency", "wants", "asked", "department", "reason")
    }
    named |= {"episode_id": given.get("episode"), **screen.form.summary()}
    return actions.request_referral(resident_id=screen.resident_id, **named, by=request.actor, at=request.at)


def _act(request: HttpRequest, referral_id: int, move: str, form: Any) -> Any:
    given = dict(form.cleaned_data)
    if isinstance(form, forms.ReturnForm):
        given = {
            "back_to_id": given["back_to"],
            "programme": given["programme"],
            "plan": given["plan"],
            "version": given["version"],
        }
        given |= form.summary()
    return ACTS[move](referral_id=referral_id, **given, by=request.actor, at=request.at)


def _done(request: HttpRequest, row: Any, move: str) -> HttpResponse:
    """Back to the referral, with what was done in words."""
    number = row.back_episode.number if move == "take_over" else row.number
    messages.success(request, words.DONE[move] % {"number": number})
    return redirect("referrals:referral", row.pk)


# --- the green channel

CALLS: dict[str, tuple[Callable[..., Any], str]] = {
    "answer": (actions.answer_emergency, "note"),
    "send": (actions.send_help, "help"),
    "arrive": (actions.arrive_emergency, "note"),
    "hand_over": (actions.hand_over_emergency, "note"),
    "stand_down": (actions.stand_down_emergency, "reason"),
}


@require_GET
@allow(P.REFERRAL_VIEW)
def calls(request: HttpRequest) -> HttpResponse:
    """Emergency calls, what runs first."""
    return render(request, "referrals/calls.html", {"screen": screens.calls(request)})


@require_http_methods(["GET", "POST"])
@allow(P.EMERGENCY_CALL)
def press(request: HttpRequest, resident_id: int) -> HttpResponse:
    """One button; pressed, the clock runs."""
    screen = screens.press_page(request, resident_id)
    if request.method == "GET":
        return render(request, "referrals/press.html", {"screen": screen, "form": screen.form})
    given = checked(screen.form).cleaned_data
    call = actions.call_emergency(resident_id=resident_id, **given, by=request.actor, at=request.at)
    messages.success(request, words.PRESSED)
    return redirect("referrals:call", call.pk)


@require_GET
@allow(P.REFERRAL_VIEW)
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call with its log."""
    return render(request, "referrals/call.html", {"screen": screens.call_page(request, call_id)})


@require_POST
@allow(P.EMERGENCY_ANSWER, P.EMERGENCY_CALL)
def step_call(request: HttpRequest, call_id: int, step: str) -> HttpResponse:
    """Write one step down, with its second."""
    if step not in CALLS:
        raise Http404
    act, field = CALLS[step]
    text = checked(forms.StepForm(request.POST)).cleaned_data["text"]
    act(call_id=call_id, **{field: text}, by=request.actor, at=request.at)
    messages.success(request, words.STEPPED)
    return redirect("referrals:call", call_id)


# --- remote consultation

CONSULTS: dict[str, tuple[Callable[..., Any], str]] = {
    "accept": (actions.accept_consult, ""),
    "refuse": (actions.refuse_consult, "reason"),
    "answer": (actions.answer_consult, "opinion"),
    "withdraw": (actions.withdraw_consult, "reason"),
}


@require_GET
@allow(P.REFERRAL_VIEW)
def consults(request: HttpRequest) -> HttpResponse:
    """Consultations, open ones first."""
    return render(
        request,
        "referrals/consults.html",
        {"rows": screens.consults(request), "may_ask": may(request.actor, P.CONSULT_ASK)},
    )


@require_http_methods(["GET", "POST"])
@allow(P.CONSULT_ASK)
def ask_consult(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Ask another institution's doctor."""
    screen = screens.request_consult_page(request, resident_id)
    done, refusal = (
        attempt(screen.form, lambda: _consult(request, screen)) if request.method == "POST" else (None, None)
    )
    if done is not None:
        messages.success(request, words.ASKED % {"number": done.number})
        return redirect("referrals:consult", done.pk)
    status = 200 if request.method == "GET" else 409 if refusal else 422
    shown = {"screen": screen, "form": screen.form, "refusal": refusal and sentence(refusal)}
    return render(request, "referrals/ask_consult.html", shown, status=status)


@require_GET
@allow(P.REFERRAL_VIEW)
def consult(request: HttpRequest, consult_id: int) -> HttpResponse:
    """One consultation: the question, the opinion, who read when."""
    return render(request, "referrals/consult.html", {"screen": screens.consult_page(request, consult_id)})


@require_GET
@allow(P.CONSULT_ANSWER)
def record(request: HttpRequest, consult_id: int) -> HttpResponse:
    """The shared record, while it is open; 403 with the reason before and after."""
    row = actions.read_shared_record(consult_id=consult_id, by=request.actor, at=request.at)
    return render(request, "referrals/record.html", {"screen": screens.record_page(request, row)})


@require_POST
@allow(P.CONSULT_ANSWER, P.CONSULT_ASK)
def step_consult(request: HttpRequest, consult_id: int, step: str) -> HttpResponse:
    """One step of a consultation."""
    if step not in CONSULTS:
        raise Http404
    act, field = CONSULTS[step]
    text = checked(forms.StepForm(request.POST)).cleaned_data["text"]
    act(consult_id=consult_id, **({field: text} if field else {}), by=request.actor, at=request.at)
    messages.success(request, words.CONSULTED)
    return redirect("referrals:consult", consult_id)


def _consult(request: HttpRequest, screen: Any) -> Any:
    given = dict(screen.form.cleaned_data)
    asked_id = given.pop("asked")
    return actions.request_consult(
        resident_id=screen.resident_id, asked_id=asked_id, **given, by=request.actor, at=request.at
    )
