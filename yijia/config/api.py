"""The public API: one NinjaAPI with a router per context, problem+json errors, token or session."""

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyCookie, HttpBearer

from yijia import __version__
from yijia.base import errors
from yijia.base.words import say

CONTEXTS = ("registry", "catalogue", "agreements", "care", "visits", "dispatch", "money", "supervision", "measures", "exchange")


class Token(HttpBearer):
    """The bearer token was read by the actor middleware; here it only counts whether it stood."""

    def authenticate(self, request: HttpRequest, token: str) -> int | None:
        return request.actor.user_id if getattr(request, "by_token", False) else None


class Session(APIKeyCookie):
    """A signed-in browser, with its CSRF token on writes."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> int | None:
        if request.headers.get("Authorization"):
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> int | None:
        return request.actor.user_id


api = NinjaAPI(
    title="Yijia 颐家",
    version=__version__,
    description="Home-based medical care and integrated medical-and-elder care. Amounts are strings with two decimals (CNY).",
    auth=[Token(), Session()],
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for item in error.errors:
        name = ".".join(str(part) for part in item["loc"][1:] if part not in {"payload", "body"}) or str(item["loc"][0])
        fields.setdefault(name, []).append(item["msg"])
    return errors.problem(422, "invalid", title=say("输入有误"), errors=fields)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = errors.problem(401, "not_signed_in", title=say("请先登录"))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return errors.problem(error.status_code, "http", title=str(error))


def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    response = errors.answer(request, error)
    assert response is not None
    return response


for kind in (errors.Refused, errors.Forbidden, errors.NotFound, errors.Invalid, errors.Stale):
    api.add_exception_handler(kind, _ours)

for context in CONTEXTS:
    if find_spec(f"yijia.apps.{context}.api"):
        api.add_router("", import_module(f"yijia.apps.{context}.api").router, tags=[context])
