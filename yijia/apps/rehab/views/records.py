"""Doors of one record: choosing, reading, evaluating, signing, training, settling."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.rehab import actions, forms, queries, screens, words
from yijia.apps.rehab.views.shared import form_page, tried
from yijia.base.doors import allow
from yijia.base.templatetags.yijia import yuan
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.REHAB_CHOOSE)
def mine(request: HttpRequest) -> HttpResponse:
    """The records of everybody one acts for."""
    return render(request, "rehab/mine.html", {"rows": screens.mine(request)})


@require_GET
@allow(P.REHAB_VIEW)
def of_resident(request: HttpRequest, resident_id: int) -> HttpResponse:
    """One person's records."""
    return render(request, "rehab/of_resident.html", {"screen": screens.of_resident(request, resident_id)})


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_CHOOSE)
def choose(request: HttpRequest, resident_id: int) -> HttpResponse:
    """The live list; posting chooses."""
    screen = screens.choose_page(request, resident_id, request.POST if request.method == "POST" else None)
    made, refusal = tried(request, screen.form, lambda form: _choose(request, resident_id, form))
    if made is not None:
        messages.success(request, words.DONE["choose"] % {"number": made.episode.number})
        return redirect("rehab:record", made.pk)
    return form_page(request, "rehab/choose.html", {"screen": screen}, refusal)


def _choose(request: HttpRequest, resident_id: int, form: Any) -> Any:
    given = dict(form.cleaned_data)
    stated = {"has_disability_proof": True} if given.pop("has_disability_proof") else {}
    return actions.choose_institution(resident_id=resident_id, **given, stated=stated, by=request.actor, at=request.at)


@require_GET
@allow(P.REHAB_VIEW)
def record(request: HttpRequest, placement_id: int) -> HttpResponse:
    """One record whole."""
    return render(request, "rehab/record.html", {"screen": screens.record_page(request, placement_id)})


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_RECORD)
def evaluate(request: HttpRequest, placement_id: int) -> HttpResponse:
    """A month's evaluation."""
    screen, form = screens.evaluate_page(request, placement_id, request.POST if request.method == "POST" else None)
    made, refusal = tried(request, form, lambda form: _evaluate(request, placement_id, form))
    if made is not None:
        messages.success(request, words.DONE["evaluate"])
        return redirect("rehab:record", placement_id)
    return form_page(request, "rehab/evaluate.html", {"screen": screen, "form": form}, refusal)


def _evaluate(request: HttpRequest, placement_id: int, form: Any) -> Any:
    given = {name: form.cleaned_data[name] for name in ("month", "progress", "goals", "minutes")}
    return actions.evaluate_month(
        placement_id=placement_id,
        **given,
        claimed_fen=form.claimed_fen(),
        own_fen=form.own_fen(),
        by=request.actor,
        at=request.at,
    )


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_RECORD)
def train(request: HttpRequest, placement_id: int) -> HttpResponse:
    """A training of parents."""
    screen, form = screens.train_page(request, placement_id, request.POST if request.method == "POST" else None)
    made, refusal = tried(request, form, lambda form: _train(request, placement_id, form))
    if made is not None:
        messages.success(request, words.DONE["train"])
        return redirect("rehab:record", placement_id)
    return form_page(request, "rehab/train.html", {"screen": screen, "form": form}, refusal)


@require_http_methods(["GET", "POST"])
@allow(P.REHAB_CHOOSE)
def sign(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The guardian reads a month's evaluation and signs it by hand."""
    screen = screens.sign_page(request, evaluation_id, request.POST if request.method == "POST" else None)
    made, refusal = tried(request, screen.form, lambda form: _sign(request, evaluation_id, form))
    if made is not None:
        messages.success(request, words.DONE["sign"])
        return redirect("rehab:record", screen.row.placement_id)
    return form_page(request, "rehab/sign.html", {"screen": screen}, refusal)


@require_POST
@allow(P.REHAB_HANDLE)
def settle(request: HttpRequest, placement_id: int) -> HttpResponse:
    """The federation settles a month."""
    form = forms.MonthForm(request.POST)
    made, refusal = tried(request, form, lambda form: _settle(request, placement_id, form))
    if made is None:
        return form_page(
            request, "rehab/record.html", {"screen": screens.record_page(request, placement_id), "form": form}, refusal
        )
    messages.success(request, words.DONE["settle"] % {"amount": yuan(made.amount_fen)})
    return redirect("rehab:record", placement_id)


@require_POST
@allow(P.REHAB_HANDLE)
def take_back(request: HttpRequest, placement_id: int) -> HttpResponse:
    """The federation takes a settled month back."""
    form = forms.TakeBackForm(request.POST)
    made, refusal = tried(request, form, lambda form: _take_back(request, placement_id, form))
    if made is None:
        screen = screens.record_page(request, placement_id)
        return form_page(request, "rehab/record.html", {"screen": screen, "form": form, "back": form}, refusal)
    messages.success(request, words.DONE["take_back"])
    return redirect("rehab:record", placement_id)


def _take_back(request: HttpRequest, placement_id: int, form: Any) -> Any:
    queries.get_placement(request.actor, placement_id)
    return actions.take_back_month(**form.cleaned_data, by=request.actor, at=request.at)


def _train(request: HttpRequest, placement_id: int, form: Any) -> Any:
    return actions.train_parents(placement_id=placement_id, **form.cleaned_data, by=request.actor, at=request.at)


def _sign(request: HttpRequest, evaluation_id: int, form: Any) -> Any:
    return actions.sign_month(evaluation_id=evaluation_id, **form.cleaned_data, by=request.actor, at=request.at)


def _settle(request: HttpRequest, placement_id: int, form: Any) -> Any:
    return actions.settle_month(placement_id=placement_id, **form.cleaned_data, by=request.actor, at=request.at)
