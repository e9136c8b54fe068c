"""What was typed on the way to an order, kept in the session so that nothing is lost by an error or a turned page."""

import uuid
from typing import Any

from django.http import HttpRequest

KEY = "care.request"


def start(request: HttpRequest, **facts: Any) -> dict[str, Any]:
    """A new request; its client id stays the same until it is sent, so that sending twice is one order."""
    request.session[KEY] = {"client_id": str(uuid.uuid4())} | facts
    return request.session[KEY]


def current(request: HttpRequest) -> dict[str, Any]:
    """What was typed so far; begins a request when there is none."""
    return request.session.get(KEY) or start(request)


def keep(request: HttpRequest, **facts: Any) -> dict[str, Any]:
    """Add what a step brought."""
    request.session[KEY] = current(request) | facts
    return request.session[KEY]


def forget(request: HttpRequest) -> None:
    """The request was sent."""
    request.session.pop(KEY, None)
