"""Shapes of what the benefit pages send."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.benefits import words
from yijia.base.errors import Invalid
from yijia.core.benefits.lifecycle import Event, OrderEvent

_LAST_PAGE = 100_000
_YUAN = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


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


ROWS = 3
"""How many numbers one dry-run may change."""


class DryRunForm(forms.Form):
    """What to try, on whom."""

    population = forms.ChoiceField(label=_("人口"), help_text=_("现有登记的快照，或造出来的人口"))
    region = forms.ChoiceField(label=_("地区"))
    month = forms.DateField(
        label=_("月份"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"placeholder": "2026-06"}),
    )
    against = forms.ChoiceField(label=_("与哪份草案比"), required=False)

    def __init__(
        self, data: Any, *, populations: list[str], drafts: list[str], keys: list[tuple[str, str]],
        regions: list[tuple[str, str]], **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **more)
        self.fields["region"].choices = regions
        self.fields["population"].choices = [(name, name) for name in populations]
        self.fields["against"].choices = [("", _("不比草案，只改下面的数")), *((name, name) for name in drafts)]
        for row in range(1, ROWS + 1):
            self.fields[f"key_{row}"] = forms.ChoiceField(
                label=_("改哪个数"), required=False, choices=[("", "—"), *keys]
            )
            self.fields[f"value_{row}"] = forms.CharField(label=_("改成"), required=False, max_length=20)

    def settings(self) -> list[str]:
        """The changes as the core reads them: KEY=VALUE; an amount is typed in yuan and goes on in fen."""
        found = self.cleaned_data
        pairs = [(found.get(f"key_{row}"), found.get(f"value_{row}", "").strip()) for row in range(1, ROWS + 1)]
        return [
            f"{key}={_fen(value) if key.endswith('.amount_fen') else value}" for key, value in pairs if key and value
        ]


def _fen(typed: str) -> str:
    """Yuan with at most two places as fen; anything else as it was typed, for the core to refuse."""
    return str(int(Decimal(typed) * 100)) if _YUAN.fullmatch(typed) else f"{typed} 元"


class ProposalForm(forms.Form):
    """How a dry-run is kept."""

    title = forms.CharField(label=_("方案标题"), max_length=80)
    note = forms.CharField(
        label=_("方案说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


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
