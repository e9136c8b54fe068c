"""Doors of the shared app: choose a language, elder mode, a hat."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from yijia.base import accounts
from yijia.base.doors import allow, public


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/"


@require_POST
@public
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember zh-hans or en in this browser, and on the account of whoever is signed in."""
    code = "en" if request.POST.get("language") == "en" else "zh-hans"
    if request.user.is_authenticated:
        request.user.language = code
        request.user.save(update_fields=["language"])
    response = HttpResponseRedirect(_back(request))
    response.set_cookie("yijia_language", code, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


@require_POST
@public
def choose_elder_mode(request: HttpRequest) -> HttpResponse:
    """Large type on or off in this browser."""
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        "yijia_elder",
        "1" if request.POST.get("elder") == "1" else "0",
        max_age=31_536_000,
        samesite="Lax",
        httponly=True,
    )
    return response


@require_POST
@allow()
def choose_hat(request: HttpRequest) -> HttpResponse:
    """Wear another of one's own roles."""
    role = request.POST.get("role", "")
    if role in getattr(request, "hats", []):
        request.session[accounts.HAT] = role
    return HttpResponseRedirect("/")
