"""The public API: one NinjaAPI with a router per context, problem+json errors, token or session."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from yijia import __version__
from yijia.base import api as base_api
from yijia.base import api_words, errors, health
from yijia.base.api_schemas import Problem
from yijia.base.words import say

CONTEXTS = (
    "registry",
    "cases",
    "catalogue",
    "agreements",
    "care",
    "visits",
    "referrals",
    "homes",
    "rehab",
    "dispatch",
    "money",
    "benefits",
    "supervision",
    "measures",
    "exchange",
)


class Token(HttpBearer):
    """The bearer token was read by the actor middleware; here it only counts whether it stood."""

    def authenticate(self, request: HttpRequest, token: str) -> int | None:
        return request.actor.user_id if getattr(request, "by_token", False) else None


class Session(APIKeyCookie):
    """A signed-in browser, with its CSRF token on writes."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> int | None:
        if request.headers.get("Authorization") or request.actor.user_id is None:
            return None
        if check_csrf(request):
            raise Forged
        return request.actor.user_id

    def authenticate(self, request: HttpRequest, key: str | None) -> int | None:
        return request.actor.user_id


class Forged(Exception):
    """A write from a browser without the site's own token."""


class Api(NinjaAPI):
    """Ninja's API, whose OpenAPI file tells the whole truth: every error answer and the idempotency key included."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                _tell_errors(operation)
                if method in {"post", "put", "patch", "delete"}:
                    operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
        schema["components"].setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        return schema


_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REASONS = {
    400: "Malformed",
    401: "Not signed in",
    403: "A right is missing",
    404: "Absent or out of scope",
    409: "Refused",
    412: "Changed meanwhile",
    415: "Not JSON",
    422: "Invalid",
}
_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "Same key and body: the first answer again, for 24 hours. Other body: 422. Still running: 409.",
}


def _tell_errors(operation: dict[str, Any]) -> None:
    for status, reason in _REASONS.items():
        operation["responses"][status] = {"description": reason, "content": _PROBLEM}


api = Api(
    title="Yijia 颐家",
    version=__version__,
    description="Home-based medical care and integrated medical-and-elder care. Amounts are strings with two decimals (CNY).",
    auth=[Token(), Session()],
    docs_url=None,
    openapi_url="/openapi.json",
    docs_decorator=require_safe,
    urls_namespace="api",
)


@api.exception_handler(Forged)
def _forged(request: HttpRequest, error: Forged) -> HttpResponse:
    return health.forged(request)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    rules: dict[str, list[str]] = {}
    for item in error.errors:
        name = ".".join(str(part) for part in item["loc"][1:] if part not in {"payload", "body"}) or str(item["loc"][0])
        fields.setdefault(name, []).append(api_words.fault(item))
        rules.setdefault(name, []).append(str(item["type"]))
    return errors.problem(422, "invalid", title=say("输入有误"), errors=fields, rules=rules)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = errors.problem(401, "not_signed_in", title=say("请先登录"))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:  # the only one that ninja itself raises: the body does not parse
        return health.unparsable()
    return errors.problem(error.status_code, "http", title=str(error))


def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    response = errors.answer(request, error)
    assert response is not None
    return response


for kind in (errors.Refused, errors.Forbidden, errors.NotFound, errors.Invalid, errors.Stale):
    api.add_exception_handler(kind, _ours)

api.add_router("", base_api.router, tags=["accounts"])
for context in CONTEXTS:
    if find_spec(f"yijia.apps.{context}.api"):
        api.add_router("", import_module(f"yijia.apps.{context}.api").router, tags=[context])
