"""Doors of the alarm desk, and the dossier of a visit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yijia.apps.visits import actions, forms, queries, screens
from yijia.base import audit
from yijia.base.doors import allow
from yijia.core.permissions import Permission as P


@require_GET
@allow(P.SOS_VIEW)
def alarms(request: HttpRequest) -> HttpResponse:
    """The wall of open alarms."""
    template = "visits/_wall.html" if request.htmx else "visits/alarms.html"
    return render(request, template, {"screen": screens.wall(actor=request.actor, at=request.at)})


@require_GET
@allow(P.SOS_VIEW)
def alarm(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """One alarm to the second."""
    shown = {
        "screen": screens.alarm(actor=request.actor, at=request.at, alarm_id=alarm_id),
        "note_form": forms.NoteForm(),
        "close_form": forms.CloseForm(),
    }
    return render(request, "visits/alarm.html", shown)


@require_POST
@allow(P.SOS_ANSWER)
def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Take an alarm on."""
    actions.acknowledge_alarm(alarm_id=alarm_id, by=request.actor, at=request.at)
    return redirect("visits:alarm", alarm_id)


@require_POST
@allow(P.SOS_ANSWER)
def respond(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Help was sent."""
    actions.respond_alarm(alarm_id=alarm_id, note=request.POST.get("note", ""), by=request.actor, at=request.at)
    return redirect("visits:alarm", alarm_id)


@require_POST
@allow(P.SOS_ANSWER)
def close(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """It is over."""
    actions.close_alarm(alarm_id=alarm_id, outcome=request.POST.get("outcome", ""), by=request.actor, at=request.at)
    messages.success(request, _("报警已解除。"))
    return redirect("visits:alarms")


@require_GET
@allow(P.EVIDENCE_REVIEW, P.GATE_VIEW, P.SOS_ANSWER)
def dossier(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Everything about one visit."""
    return render(
        request, "visits/file.html", {"screen": screens.dossier(actor=request.actor, at=request.at, visit_id=visit_id)}
    )


@require_GET
@allow(P.EVIDENCE_REVIEW, P.GATE_VIEW, P.SOS_ANSWER)
def picture(request: HttpRequest, visit_id: int, file_id: int) -> HttpResponse:
    """A photo or signature of a visit in sight."""
    visit = queries.get_visit(request.actor, visit_id)
    found = queries.get_file(visit, file_id)
    audit.read(
        request.actor,
        request.at,
        "visits.picture",
        subject_type="visits.visitfile",
        subject_ids=[found.pk],
        resident_ids=[visit.resident_id],
    )
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "inline"}
    return HttpResponse(bytes(found.file.content), content_type=found.file.media_type, headers=headers)
