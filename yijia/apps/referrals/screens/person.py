"""Everything between institutions about one person."""

from django.http import HttpRequest

from yijia.apps.referrals import queries
from yijia.apps.referrals.screens.calls import row_of as row_of_call
from yijia.apps.referrals.screens.consults import row_of as row_of_consult
from yijia.apps.referrals.screens.referrals import OfResident
from yijia.apps.referrals.screens.referrals import of_resident as page_of


def of_resident(request: HttpRequest, resident_id: int) -> OfResident:
    """Referrals, consultations and calls of one person in sight."""
    actor, at = request.actor, request.at
    asked = [row_of_consult(row, at) for row in queries.list_consults(actor, resident_id=resident_id)]
    called = [row_of_call(row, at) for row in queries.list_calls(actor, resident_id=resident_id)]
    return page_of(request, resident_id, asked, called)
