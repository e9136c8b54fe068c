"""Doors: every view and API operation says which permission it asks, or that it is open to all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from yijia.base.errors import Forbidden, is_api, problem
from yijia.core.permissions import Permission, may

PUBLIC = "public"
SIGNED_IN = "signed_in"


def allow(*permissions: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The door opens to an actor who holds any one of the permissions; none given: to anyone signed in.

    Strangers to the right get 403 with the right named; a visitor who has not signed in is sent to sign in (401 in the API).
    """

    def dress(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor = request.actor
            if actor.user_id is None:
                return _sign_in_first(request)
            if permissions and not any(may(actor, permission) for permission in permissions):
                raise Forbidden(permissions[0])
            return view(request, *args, **kwargs)

        door.permission = permissions or (SIGNED_IN,)
        return door

    return dress


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """A door open to visitors; says so for the house test."""
    view.permission = (PUBLIC,)
    return view


def number(request: HttpRequest, name: str, otherwise: int = 1) -> int:
    """A whole number of the query, in bounds; anything else is what is usual."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        from yijia.base.words import say

        return problem(401, "not_signed_in", title=say("请先登录"))
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
