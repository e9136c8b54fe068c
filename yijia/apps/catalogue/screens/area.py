"""The page of an institution's area and hours."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from yijia.apps.catalogue import forms, queries
from yijia.apps.catalogue.screens.house import house, house_name


@dataclass(frozen=True, slots=True)
class AreaPage:
    """Where and when an institution visits, as a form."""

    house: str
    house_id: int
    is_set: bool
    updated_at: Any
    form: Any


def area(request: HttpRequest, data: Any = None) -> AreaPage:
    where = house(request)
    row = queries.get_service_area(request.actor, where.pk)
    form = forms.AreaForm(data, townships=queries.find_townships(where.jurisdiction), initial=forms.area_initial(row))
    return AreaPage(house_name(where), where.pk, row is not None, row.updated_at if row else None, form)
