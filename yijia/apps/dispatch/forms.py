"""What the dispatcher sends."""

from datetime import date, datetime
from typing import Any

from django import forms

from yijia.apps.dispatch.queries import Filters


class BoardForm(forms.Form):
    on = forms.DateField(required=False)
    house = forms.IntegerField(required=False)
    area = forms.CharField(required=False, max_length=40)
    skill = forms.CharField(required=False, max_length=60)
    state = forms.CharField(required=False, max_length=12)
    person = forms.IntegerField(required=False)

    def wanted(self) -> dict[str, Any]:
        """Day, institution and filters; whatever is not understood is left out."""
        self.is_valid()
        given = self.cleaned_data
        filters = Filters(given.get("area", ""), given.get("skill", ""), given.get("state", ""), given.get("person"))
        return {"on": given.get("on"), "house_id": given.get("house"), "filters": filters}


class OpenForm(forms.Form):
    version = forms.IntegerField(required=False)
    planned_from = forms.DateTimeField(required=False)


class ChooseForm(forms.Form):
    """Nurses chosen, in the order of the page; the first leads."""

    staff = forms.TypedMultipleChoiceField(coerce=int, required=False)
    lead = forms.IntegerField(required=False)
    version = forms.IntegerField(required=False)
    answer_min = forms.IntegerField(required=False, min_value=1, max_value=1440)

    def __init__(self, data: object):
        super().__init__(data)
        given = self.data.getlist("staff") if hasattr(self.data, "getlist") else []
        self.fields["staff"].choices = [(pk, pk) for pk in given if pk.isdecimal()]

    def chosen(self) -> list[int]:
        """The nurses, the lead first."""
        found = list(self.cleaned_data["staff"])
        lead = self.cleaned_data["lead"]
        return sorted(found, key=lambda pk: pk != lead)


class ReleaseForm(forms.Form):
    reason = forms.CharField(required=False, max_length=200)
    staff = forms.IntegerField(required=False)
    again = forms.BooleanField(required=False)
    version = forms.IntegerField(required=False)


class LookForm(ChooseForm):
    """What a verdict is asked about."""

    at = forms.CharField(required=False, max_length=5)
    instead = forms.IntegerField(required=False)

    def wanted(self) -> dict[str, Any]:
        """Nurses, time, and whose place is taken; whatever is not understood is left out."""
        self.is_valid()
        given = self.cleaned_data
        staff = list(dict.fromkeys(given.get("staff") or ())) or None
        return {"staff": staff, "begins": given.get("at", ""), "instead": given.get("instead")}


class MoveForm(ChooseForm):
    """A move, with what was seen when it was decided."""

    planned_from = forms.DateTimeField()
    order_version = forms.IntegerField()
    visit_version = forms.IntegerField(required=False)

    def wanted(self) -> dict[str, Any]:
        given = self.cleaned_data
        moment: datetime = given["planned_from"]
        return {
            "staff_ids": self.chosen(), "planned_from": moment, "versions": (given["order_version"], given["visit_version"]),
        }  # fmt: skip


class PlanForm(forms.Form):
    house = forms.IntegerField()
    on = forms.DateField()
    freedom = forms.ChoiceField(choices=[(code, code) for code in ("new", "times", "all")], required=False)

    def wanted(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"organisation_id": given["house"], "on": given["on"], "freedom": given["freedom"] or "new"}


class PublishForm(forms.Form):
    anyway = forms.BooleanField(required=False)


class EventForm(forms.Form):
    """What has happened on the running day."""

    house = forms.IntegerField()
    on = forms.DateField()
    event = forms.ChoiceField(choices=[(code, code) for code in ("emergency", "insert", "sick", "overrun", "fill")])
    order = forms.IntegerField(required=False)
    staff = forms.IntegerField(required=False)
    minutes = forms.IntegerField(required=False, min_value=5, max_value=480)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needs = {"emergency": "order", "insert": "order", "sick": "staff", "overrun": "staff"}.get(
            given.get("event", "")
        )
        if needs and not given.get(needs):
            self.add_error(needs, forms.ValidationError(self.fields[needs].error_messages["required"]))
        return given

    def wanted(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "organisation_id": given["house"], "on": given["on"], "event": given["event"], "order_id": given["order"],
            "staff_id": given["staff"], "minutes": given["minutes"] or 0,
        }  # fmt: skip


class PromiseForm(forms.Form):
    q = forms.CharField(required=False, max_length=40)
    resident = forms.IntegerField(required=False)
    need = forms.CharField(required=False, max_length=30)
    house = forms.IntegerField(required=False)
    on = forms.DateField(required=False)

    def wanted(self) -> dict[str, int | str | date | None]:
        self.is_valid()
        given = self.cleaned_data
        return {
            "resident_id": given.get("resident"), "need": given.get("need", ""), "house_id": given.get("house"), "on": given.get("on"),
            "text": given.get("q", ""),
        }  # fmt: skip


class TakeForm(forms.Form):
    """A window that was promised, to be ordered."""

    resident = forms.IntegerField()
    need = forms.CharField(max_length=30)
    item = forms.CharField(max_length=40)
    on = forms.DateField()
    slot = forms.RegexField(regex=r"\A[0-9]{1,18}@[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}\Z")

    def wanted(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "resident_id": given["resident"], "need": given["need"], "item": given["item"], "on": given["on"], "slot": given["slot"],
        }  # fmt: skip
