"""Shape of what is typed about money."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.money import words
from yijia.base.errors import Invalid
from yijia.base.words import sentence
from yijia.core import money
from yijia.core.refusal import Refusal

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def attempt(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Run an action; what it finds wrong goes beside the fields, and None comes back."""
    try:
        return act()
    except Invalid as invalid:
        for field, said in invalid.fields.items():
            form.add_error(field if field in form.fields else None, [str(text) for text in said])
        return None


class AmountField(forms.CharField):
    """Yuan as text, read strictly into fen."""

    def __init__(self, **more: Any):
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            max_length=32,
            strip=True,
            **more,
        )

    def clean(self, value: Any) -> int:
        fen = money.parse(super().clean(value))
        if isinstance(fen, Refusal):
            raise forms.ValidationError(sentence(fen))
        return fen


class TakeForm(forms.Form):
    """Cash across the counter."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    amount = AmountField(label=_("收现金"))
    payer_name = forms.CharField(label=_("付款人"), max_length=60, help_text=_("写在收据上。"))


class RefundForm(forms.Form):
    """Money given back."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    amount = AmountField(label=_("退多少"))
    reason_code = forms.ChoiceField(
        label=_("原因"), widget=forms.RadioSelect, choices=tuple(words.REFUND_REASONS.items())
    )
    handed_to = forms.CharField(
        label=_("现金交给谁"), max_length=60, required=False, help_text=_("不填：先记退款，等人来领。")
    )


class ReceiverForm(forms.Form):
    receiver_name = forms.CharField(max_length=60)


class PeriodForm(forms.Form):
    """A period by its first and last day."""

    from_on = forms.DateField(label=_("从"), required=False, widget=_DAY)
    until_on = forms.DateField(label=_("到"), required=False, widget=_DAY)
    day = forms.DateField(required=False, widget=forms.HiddenInput)


class LedgerForm(forms.Form):
    """What narrows the ledger."""

    from_on = forms.DateField(label=_("从"), required=False, widget=_DAY)
    until_on = forms.DateField(label=_("到"), required=False, widget=_DAY)
    kind = forms.ChoiceField(label=_("凭证"), required=False, choices=[("", _("全部")), *words.VOUCHERS.items()])
    account = forms.ChoiceField(label=_("科目"), required=False, choices=[("", _("全部")), *words.ACCOUNTS.items()])
    text = forms.CharField(label=_("单号"), required=False, max_length=120)


def read(form: forms.Form) -> dict[str, Any]:
    """What a filter form says; a field that cannot be read counts as empty."""
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in form.fields}
