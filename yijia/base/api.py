"""The API of the shared app: who am I."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from yijia.base.api_schemas import ERRORS
from yijia.base.doors import allow
from yijia.core.permissions import reach

router = Router()


class MeOut(Schema):
    """The caller as the platform sees them."""

    user_id: int
    display_name: str
    role: str | None
    roles: list[str]
    permissions: list[str]
    reach: str
    jurisdiction: str | None
    organisation_ids: list[int]
    resident_ids: list[int]
    staff_id: int | None


@router.get("/me", response={200: MeOut, **ERRORS}, operation_id="me_get", summary="Who am I")
@allow()
def me(request: HttpRequest) -> Any:
    """The role worn now, its permissions and its scope; a token wears one role."""
    actor = request.actor
    return {
        "user_id": actor.user_id,
        "display_name": request.token_user.display_name if request.by_token else request.user.display_name,
        "role": actor.role,
        "roles": [actor.role] if request.by_token else request.hats,
        "permissions": sorted(actor.permissions),
        "reach": reach(actor).value,
        "jurisdiction": actor.jurisdiction,
        "organisation_ids": sorted(actor.organisation_ids),
        "resident_ids": sorted(actor.resident_ids),
        "staff_id": actor.staff_id,
    }
