"""Doors of the administrator's office."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yijia.base.administration import actions, screens
from yijia.base.administration.forms import GrantForm, TokenForm, UserForm
from yijia.base.doors import allow, number
from yijia.base.errors import Invalid
from yijia.core.permissions import Permission, Role


@require_GET
@allow(Permission.USER_MANAGE)
def users(request: HttpRequest) -> HttpResponse:
    """Accounts, searched by name and role."""
    asked = {
        "text": request.GET.get("q", "")[:80],
        "role": request.GET.get("role", "")[:20],
        "page": number(request, "page"),
    }
    return render(
        request, "administration/users.html", {"screen": screens.users(actor=request.actor, at=request.at, **asked)}
    )


@require_http_methods(["GET", "POST"])
@allow(Permission.USER_MANAGE)
def new_user(request: HttpRequest) -> HttpResponse:
    """Make an account; its one-time password is shown once."""
    form = UserForm(request.POST or None)
    if not form.is_valid():
        return render(request, "administration/new_user.html", {"form": form}, status=422 if form.is_bound else 200)
    made, password = actions.create_user(**form.cleaned_data, by=request.actor, at=request.at)
    return _once(request, made.pk, password=password)


@require_GET
@allow(Permission.USER_MANAGE)
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account with its roles and tokens."""
    return _page(request, user_id)


@require_POST
@allow(Permission.USER_MANAGE)
def grant(request: HttpRequest, user_id: int) -> HttpResponse:
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _page(request, user_id, status=422, grant_form=form)
    wanted = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
    try:
        actions.grant_role(user_id=user_id, **wanted, by=request.actor, at=request.at)
    except Invalid as wrong:
        for field, said in wrong.fields.items():
            form.add_error(field, said)
        return _page(request, user_id, status=422, grant_form=form)
    return _done(request, user_id, _("身份已给。"))


@require_POST
@allow(Permission.USER_MANAGE)
def revoke(request: HttpRequest, user_id: int, grant_id: int) -> HttpResponse:
    actions.revoke_role(user_id=user_id, grant_id=grant_id, by=request.actor, at=request.at)
    return _done(request, user_id, _("身份已收回，用这个身份的令牌也已作废。"))


@require_POST
@allow(Permission.USER_MANAGE)
def unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    actions.unlock(user_id=user_id, by=request.actor, at=request.at)
    return _done(request, user_id, _("已解锁，可以马上再登录。"))


@require_POST
@allow(Permission.USER_MANAGE)
def reset_password(request: HttpRequest, user_id: int) -> HttpResponse:
    _user, password = actions.reset_password(user_id=user_id, by=request.actor, at=request.at)
    return _once(request, user_id, password=password)


@require_POST
@allow(Permission.USER_MANAGE)
def require_mfa(request: HttpRequest, user_id: int) -> HttpResponse:
    actions.require_mfa(
        user_id=user_id, is_required=request.POST.get("required") == "1", by=request.actor, at=request.at
    )
    return _done(request, user_id, _("已保存。"))


@require_POST
@allow(Permission.USER_MANAGE)
def set_active(request: HttpRequest, user_id: int) -> HttpResponse:
    actions.set_active(user_id=user_id, is_active=request.POST.get("active") == "1", by=request.actor, at=request.at)
    return _done(request, user_id, _("已保存。"))


@require_POST
@allow(Permission.USER_MANAGE)
def new_token(request: HttpRequest, user_id: int) -> HttpResponse:
    """Make a token; it is shown once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, user_id, status=422, token_form=form)
    wanted = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
    _row, text = actions.create_token(user_id=user_id, **wanted, by=request.actor, at=request.at)
    return _once(request, user_id, token=text)


@require_POST
@allow(Permission.USER_MANAGE)
def revoke_token(request: HttpRequest, user_id: int, token_id: int) -> HttpResponse:
    actions.revoke_token(user_id=user_id, token_id=token_id, by=request.actor, at=request.at)
    return _done(request, user_id, _("令牌已作废。"))


@require_GET
@allow(Permission.POLICY_VIEW)
def policy(request: HttpRequest) -> HttpResponse:
    """The values in force in one place on one day."""
    return render(
        request, "administration/policy.html", {"screen": screens.policy(at=request.at, data=request.GET.dict())}
    )


@require_GET
@allow(Permission.POLICY_VIEW)
def policy_value(request: HttpRequest) -> HttpResponse:
    """One value: why it applies, where it comes from, and what it was on another day; without a key, the list to choose from."""
    if not request.GET.get("key", "").strip():
        return redirect("admin_policy")
    return render(
        request,
        "administration/policy_value.html",
        {"screen": screens.policy_value(at=request.at, data=request.GET.dict())},
    )


@require_GET
@allow(Permission.SINK_VIEW)
def messages(request: HttpRequest) -> HttpResponse:
    """Texts and mails written to people."""
    return render(
        request,
        "administration/messages.html",
        {"screen": screens.messages(actor=request.actor, page=number(request, "page"))},
    )


@require_GET
@allow(Permission.OUTBOX_VIEW)
def outbox(request: HttpRequest) -> HttpResponse:
    """News between contexts: due, failed, told."""
    asked = {"which": request.GET.get("which", ""), "page": number(request, "page")}
    return render(
        request, "administration/outbox.html", {"screen": screens.outbox(actor=request.actor, at=request.at, **asked)}
    )


def _page(request: HttpRequest, user_id: int, status: int = 200, **more: Any) -> HttpResponse:
    screen = screens.user(actor=request.actor, at=request.at, user_id=user_id)
    forms = {"grant_form": GrantForm(initial={"valid_from": request.at.date()}), "token_form": TokenForm()}
    return render(request, "administration/user.html", {"screen": screen} | forms | more, status=status)


def _once(request: HttpRequest, user_id: int, **secret: str) -> HttpResponse:
    response = _page(request, user_id, **secret)
    response.shown_once_at = reverse("admin_user", args=[user_id])
    return response


def _done(request: HttpRequest, user_id: int, sentence: str) -> HttpResponse:
    notices.success(request, sentence)
    return HttpResponseRedirect(reverse("admin_user", args=[user_id]))
