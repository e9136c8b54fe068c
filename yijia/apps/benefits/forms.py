"""Shapes of what the benefit pages send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.benefits import words
from yijia.base.errors import Invalid
from yijia.core.benefits.lifecycle import Event, OrderEvent

_LAST_PAGE = 100_000


class StepForm(forms.Form):
    """One event for one entitlement."""

    event = forms.ChoiceField(choices=[(event.value, event.value) for event in Event])
    note = forms.CharField(label=_("原因"), required=False, max_length=300)


class OrderStepForm(forms.Form):
    """One event for one payment order."""

    event = forms.ChoiceField(choices=[(event.value, event.value) for event in OrderEvent])
    note = forms.CharField(label=_("原因"), required=False, max_length=300)


class PickForm(forms.Form):
    """What was picked in a list, and what is to be done with it."""

    event = forms.ChoiceField(choices=[(event, event) for event in words.BULKS])
    pick = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("一个也没有选。请先在前面打勾。")})

    def __init__(self, data: Any, **more: Any) -> None:
        super().__init__(data, **more)
        sent = [value for value in data.getlist("pick") if value.isascii() and value.isdigit() and len(value) < 19]
        self.fields["pick"].choices = [(value, value) for value in sent[:500]]


class ConfirmForm(forms.Form):
    """Which part of which value somebody stands for, by which document."""

    policy_key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    jurisdiction = forms.CharField(max_length=9, widget=forms.HiddenInput)
    part = forms.CharField(max_length=20, widget=forms.HiddenInput)
    edition = forms.CharField(max_length=40, widget=forms.HiddenInput)
    document = forms.CharField(label=_("原文文号和标题"), max_length=120)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class DeskFilter(forms.Form):
    """What narrows the desk."""

    tab = forms.CharField(required=False, max_length=20)
    scheme = forms.CharField(required=False, max_length=60)
    q = forms.CharField(required=False, max_length=60)
    month = forms.DateField(required=False, input_formats=["%Y-%m"])
    page = forms.IntegerField(required=False, min_value=1, max_value=_LAST_PAGE)


def checked(form: forms.Form) -> dict[str, Any]:
    """What a form holds. Raises Invalid."""
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form.cleaned_data


def asked(data: Any) -> dict[str, Any]:
    """The desk's filter; what cannot be read is left out."""
    form = DeskFilter(data)
    form.is_valid()
    found = form.cleaned_data
    return {
        "tab": found.get("tab") or "candidates", "scheme": found.get("scheme") or "", "text": found.get("q") or "", "month": found.get("month"),
        "page": found.get("page") or 1,
    }  # fmt: skip
