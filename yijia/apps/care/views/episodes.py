"""Doors of episodes: the list, one episode, and everything that is done to it."""

from collections.abc import Callable
from datetime import time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.apps.care import actions, episode_forms, episode_words, queries
from yijia.apps.care.forms import Form
from yijia.apps.care.screens import common, records, said
from yijia.apps.care.screens import episodes as screens
from yijia.apps.care.views.orders import attempt
from yijia.base.doors import allow
from yijia.base.errors import refuse_if
from yijia.core.calendar import at_local, business_date
from yijia.core.permissions import Permission as P
from yijia.core.programmes.lifecycle import Event
from yijia.core.programmes.model import Programme

NOON = 12


@require_GET
@allow(P.EPISODE_VIEW)
def episodes(request: HttpRequest) -> HttpResponse:
    """Every episode in sight, what is due soonest first."""
    return render(request, "care/episodes.html", {"screen": screens.episodes(request)})


@require_GET
@allow(P.EPISODE_VIEW)
def mine(request: HttpRequest) -> HttpResponse:
    """What runs for oneself and one's people."""
    return render(
        request, "care/my_episodes.html", {"rows": screens.mine(request), "is_own": common.is_own(request.actor)}
    )


@require_GET
@allow(P.EPISODE_VIEW)
def episode(request: HttpRequest, episode_id: int) -> HttpResponse:
    """One episode: where it stands, what is due, who, what was written."""
    return render(request, "care/episode.html", {"screen": screens.episode(request, episode_id)})


@require_GET
@allow(P.EPISODE_VIEW)
def sheet(request: HttpRequest, episode_id: int) -> HttpResponse:
    """The service sheet: what the cycle promised and gave, and every visit with the record it was taken from."""
    return render(request, "care/episode_sheet.html", {"screen": records.sheet(request, episode_id)})


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def move(request: HttpRequest, episode_id: int, move: str) -> HttpResponse:
    """One move of the lifecycle, with what it asks for."""
    if move not in {one.value for one in actions.MOVES}:
        raise Http404
    row, programme = _found(request, episode_id)
    form = episode_forms.MoveForm(
        _data(request),
        event=Event(move),
        programme=programme,
        staff=queries.staff_of(row.organisation_id),
        initial={"version": row.version, **_team(request, row)},
    )
    given = {"episode_id": episode_id, "by": request.actor, "at": request.at}
    label = episode_words.BUTTONS[move]
    return _answer(
        request, (row, programme), form, lambda: actions.MOVES[Event(move)](**given, **form.cleaned_data), label, label
    )


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_ASSESS)
def qualify(request: HttpRequest, episode_id: int) -> HttpResponse:
    """A qualification visit, or the look at a renewal."""
    row, programme = _found(request, episode_id)
    form = episode_forms.QualifyForm(
        _data(request),
        programme=programme,
        staff=queries.staff_of(row.organisation_id),
        initial={"persons": [request.actor.staff_id], **_stated(row)},
    )
    return _answer(
        request, (row, programme), form, lambda: _qualify(request, episode_id, form), _("做评估"), _("保存评估")
    )


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN)
def people(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Who is responsible, and which team: a change of team is written down with its reason."""
    row, programme = _found(request, episode_id)
    form = episode_forms.PeopleForm(
        _data(request),
        staff=queries.staff_of(row.organisation_id),
        teams=queries.teams_of(row.organisation_id),
        episode=row,
    )
    given = {"episode_id": episode_id, "by": request.actor, "at": request.at}
    act = lambda: actions.name_responsible(**given, **form.cleaned_data)  # noqa: E731
    return _answer(request, (row, programme), form, act, _("换责任人员或团队"), _("保存人员"))


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RECORD)
def record(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Write down one service."""
    row, programme = _found(request, episode_id)
    kept = records.measured(row, programme, request.at)
    initial = {"activity": request.GET.get("activity") or row.next_activity, "persons": [request.actor.staff_id]}
    form = episode_forms.RecordForm(
        _data(request),
        programme=programme,
        staff=queries.staff_of(row.organisation_id),
        episode=row,
        kept=kept,
        before=records.before(row, programme),
        initial=initial,
    )
    return _answer(
        request, (row, programme), form, lambda: _record(request, episode_id, form), _("写记录"), _("保存记录")
    )


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN, P.EPISODE_RECORD)
def closing(request: HttpRequest, episode_id: int) -> HttpResponse:
    """What is written at the end."""
    row, programme = _found(request, episode_id)
    form = episode_forms.ClosingForm(_data(request))
    given = {"episode_id": episode_id, "by": request.actor, "at": request.at}
    return _answer(
        request,
        (row, programme),
        form,
        lambda: actions.write_closing(**given, **form.cleaned_data),
        _("写结案记录"),
        _("保存结案记录"),
    )


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN)
def admission(request: HttpRequest, episode_id: int) -> HttpResponse:
    """A hospital stay, reported today or later."""
    row, programme = _found(request, episode_id)
    form = episode_forms.AdmissionForm(_data(request), initial={"admitted_on": business_date(request.at)})
    return _answer(request, (row, programme), form, lambda: _admit(request, row, form), _("登记住院"), _("登记住院"))


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN)
def discharge(request: HttpRequest, episode_id: int) -> HttpResponse:
    """The stay is over."""
    row, programme = _found(request, episode_id)
    form = episode_forms.DischargeForm(_data(request), initial={"discharged_on": business_date(request.at)})
    return _answer(
        request, (row, programme), form, lambda: _discharge(request, row, form), _("登记出院"), _("登记出院")
    )


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RECORD)
def correct(request: HttpRequest, episode_id: int, record_id: int) -> HttpResponse:
    """Put a record right, or take it back."""
    row, programme = _found(request, episode_id)
    old = queries.get_record(request.actor, row, record_id)
    form = episode_forms.CorrectForm(_data(request), reading=old.content.get("reading", {}))
    given = {"record_id": record_id, "by": request.actor, "at": request.at}
    return _answer(
        request,
        (row, programme),
        form,
        lambda: actions.correct_record(**given, **form.facts()),
        _("更正记录"),
        _("保存更正"),
    )


@require_http_methods(["GET", "POST"])
@allow(P.EPISODE_RUN)
def transfer(request: HttpRequest) -> HttpResponse:
    """Hand everything of somebody who leaves to another."""
    houses = request.actor.organisation_ids
    staff, leavers = queries.staff_of(min(houses, default=0)), queries.left_behind(houses)
    form = episode_forms.TransferForm(_data(request), staff=staff, leavers=leavers)
    done, refusal = attempt(form, lambda: _transfer(request, form)) if request.method == "POST" else (None, None)
    if done is not None:
        messages.success(request, _("已交接 %(n)s 份档案。") % {"n": len(done)})
        return redirect("care:episodes")
    status = 200 if request.method == "GET" else 409 if refusal else 422
    return render(
        request, "care/episode_transfer.html", {"form": form, "refusal": refusal and said(refusal)}, status=status
    )


@require_POST
@allow(P.EPISODE_RUN, P.EPISODE_ASSESS)
def papers(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Make the papers ready for signing."""
    episode = actions.prepare_enrolment(episode_id=episode_id, by=request.actor, at=request.at)
    waits = any(row.signed_at is None for row in queries.papers_of(episode))
    messages.success(request, _("协议已备好，请本人或家属签字。") if waits else _("要签的都已签好。"))
    return redirect("care:episode", episode_id)


@require_POST
@allow(P.EPISODE_RUN)
def settle(request: HttpRequest, episode_id: int) -> HttpResponse:
    """Put the account of the cycle together."""
    actions.settle_episode(episode_id=episode_id, by=request.actor, at=request.at)
    messages.success(request, _("结算单已生成，见“记录”。"))
    return redirect("care:episode", episode_id)


@require_POST
@allow(P.EPISODE_RUN)
def order_duty(request: HttpRequest, episode_id: int, duty_id: int) -> HttpResponse:
    """Make the order for something due."""
    duty = actions.order_duty(duty_id=duty_id, by=request.actor, at=request.at)
    if duty.order is not None:
        messages.success(request, _("已下单，单号 %(number)s。") % {"number": duty.order.number})
    return redirect("care:episode", episode_id)


def _data(request: HttpRequest) -> Any:
    """What was posted, an empty form included; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _found(request: HttpRequest, episode_id: int) -> tuple[queries.Episode, Programme]:
    row = queries.get_episode(request.actor, episode_id)
    return row, refuse_if(queries.programme_for(row.programme, row.jurisdiction, business_date(request.at)))


def _answer(
    request: HttpRequest,
    found: tuple[queries.Episode, Programme],
    form: Form,
    act: Callable[[], Any],
    title: Any,
    label: Any,
) -> HttpResponse:
    """The form again with what is wrong, or back to the episode."""
    row, programme = found
    done, refusal = attempt(form, act) if request.method == "POST" else (None, None)
    if done is not None:
        messages.success(request, _("已办好：%(what)s。") % {"what": label})
        return redirect("care:episode", row.pk)
    for name in refusal.facts.get("missing", ()) if refusal else ():
        if name in form.fields:
            form.add_error(name, _("这次随访要填这一项。"))
    status = 200 if request.method == "GET" else 409 if refusal else 422
    shown = {
        "form": form,
        "title": title,
        "label": label,
        "screen": common.head(request, row, programme),
        "refusal": refusal and said(refusal),
    }
    return render(request, "care/episode_form.html", shown, status=status)


def _team(request: HttpRequest, row: queries.Episode) -> dict[str, Any]:
    """Who answers for it already, else whoever is about to begin it."""
    return {"lead_id": row.lead_id or request.actor.staff_id, "nurse_id": row.nurse_id}


def _stated(row: queries.Episode) -> dict[str, Any]:
    said_ = {True: "yes", False: "no"}
    return {
        f"is_{name}": said_.get(content, content) if isinstance(content, bool) else content
        for name, content in row.stated.items()
    }


def _qualify(request: HttpRequest, episode_id: int, form: episode_forms.QualifyForm) -> Any:
    given = form.cleaned_data
    return actions.qualify(
        episode_id=episode_id, persons=given["persons"], is_passed=given["verdict"] == "pass", stated=form.stated(), grade=given.get("grade", ""),
        note=given["note"], by=request.actor, at=request.at,
    )  # fmt: skip


def _record(request: HttpRequest, episode_id: int, form: episode_forms.RecordForm) -> Any:
    given = form.cleaned_data
    return actions.record_service(
        episode_id=episode_id, activity=given["activity"], persons=given["persons"], note=given["note"], reading=form.reading(),
        is_worse=given["is_worse"], minutes=given.get("minutes"), is_beyond=given.get("is_beyond", False), by=request.actor, at=request.at,
    )  # fmt: skip


def _admit(request: HttpRequest, row: queries.Episode, form: episode_forms.AdmissionForm) -> Any:
    given = form.cleaned_data
    admitted_at = min(at_local(given["admitted_on"], time(NOON)), request.at)
    return actions.report_admission(
        resident_id=row.resident_id, organisation_id=row.organisation_id, admitted_at=admitted_at, hospital=given["hospital"], reason=given["reason"],
        by=request.actor, at=request.at,
    )  # fmt: skip


def _discharge(request: HttpRequest, row: queries.Episode, form: episode_forms.DischargeForm) -> Any:
    discharged_at = min(at_local(form.cleaned_data["discharged_on"], time(NOON)), request.at)
    return actions.report_discharge(
        resident_id=row.resident_id, discharged_at=discharged_at, by=request.actor, at=request.at
    )


def _transfer(request: HttpRequest, form: episode_forms.TransferForm) -> Any:
    given = form.cleaned_data
    return actions.transfer_episodes(
        from_staff_id=given["from_staff"],
        to_staff_id=given["to_staff"],
        reason=given["reason"],
        by=request.actor,
        at=request.at,
    )
