"""Shape of what is typed about complaints and reviews."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.supervision import words
from yijia.base.errors import Invalid

_AREA = forms.Textarea(attrs={"rows": 4})


def attempt(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Run an action; what it finds wrong goes beside the fields, and None comes back."""
    try:
        return act()
    except Invalid as invalid:
        for field, said in invalid.fields.items():
            form.add_error(field if field in form.fields else None, [str(text) for text in said])
        return None


class FileForm(forms.Form):
    """A complaint, with the order it is about."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    order_id = forms.TypedChoiceField(label=_("哪一次服务"), coerce=int)
    kind = forms.ChoiceField(label=_("哪方面"), widget=forms.RadioSelect, choices=tuple(words.KINDS.items()))
    text = forms.CharField(
        label=_("怎么回事"),
        max_length=2000,
        widget=_AREA,
        help_text=_("写清楚时间、谁、怎么不对。费用不对请写您认为该是多少。"),
    )

    def __init__(self, *args: Any, orders: Sequence[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["order_id"].choices = list(orders)


class AnswerForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        label=_("答复"), max_length=2000, widget=_AREA, help_text=_("写明查到了什么、怎么办、凭什么。家属会收到短信。")
    )


class NoteForm(forms.Form):
    """A move with a few words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(max_length=2000, required=False, widget=_AREA)


class OwnerForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    owner_id = forms.TypedChoiceField(label=_("由谁负责"), coerce=int)

    def __init__(self, *args: Any, owners: Sequence[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["owner_id"].choices = list(owners)


class DecisionForm(forms.Form):
    """A reviewer's word."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=_("证据成立吗"),
        widget=forms.RadioSelect,
        choices=(("clear", _("成立：服务做了，可以计价")), ("reject", _("不成立：不计价，已付的全退"))),
    )
    reason = forms.CharField(
        label=_("理由"), max_length=1000, widget=_AREA, help_text=_("写明看了什么、问了谁。家属和审计都看得到。")
    )


class ListForm(forms.Form):
    """What narrows the list of complaints."""

    state = forms.ChoiceField(
        label=_("状态"), required=False,
        choices=[("", _("全部")), ("open", _("没有办结的")), ("filed", _("待处理")), ("assigned", _("处理中")), ("reopened", _("不满意，重新处理")), ("answered", _("已答复")), ("closed", _("已办结"))],
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("哪方面"), required=False, choices=[("", _("全部")), *words.KINDS.items()])
    late = forms.BooleanField(label=_("只看超期"), required=False)
    mine = forms.BooleanField(label=_("只看我负责的"), required=False)


def read(form: forms.Form) -> dict[str, Any]:
    """What a filter form says; a field that cannot be read counts as empty."""
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in form.fields}
