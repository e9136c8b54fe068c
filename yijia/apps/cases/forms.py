"""Shape of what is typed about cases."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.cases import words
from yijia.base.errors import Invalid

_AREA = forms.Textarea(attrs={"rows": 3})
ANSWER, FACT = "a:", "f:"


def attempt(form: forms.Form, act: Callable[[], Any], names: Mapping[str, str] | None = None) -> Any:
    """Run an action; what it finds wrong goes beside the fields, and None comes back.

    names       what people call a part that is no field of the form: `answers.eating` → “1. 进食”; said once a reason
    """
    try:
        return act()
    except Invalid as invalid:
        beside: dict[str, list[str]] = {}
        for field, said in invalid.fields.items():
            if field in form.fields:
                form.add_error(field, [str(text) for text in said])
            else:
                for text in said:
                    beside.setdefault(str(text), []).append((names or {}).get(field, field))
        for text, where in beside.items():
            form.add_error(None, words.listed(text, where))
        return None


def answers(post: Mapping[str, str]) -> dict[str, str]:
    """Item → chosen option, out of radio buttons named `a:<item>`."""
    return {name[len(ANSWER) :]: post[name] for name in post if name.startswith(ANSWER)}


def facts(post: Mapping[str, str]) -> dict[str, bool]:
    """Fact → it holds, out of boxes named `f:<fact>`."""
    return {name[len(FACT) :]: True for name in post if name.startswith(FACT)}


class ApplyForm(forms.Form):
    """The applicant's own words beside the self-assessment."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    resident_id = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    months_disabled = forms.IntegerField(
        label=_("失能已经多少个月"),
        min_value=0,
        max_value=1200,
        required=False,
        help_text=_("从需要别人照料那天算起。存草稿可以空着，提交时要填。"),
    )
    applicant = forms.CharField(label=_("申请人姓名"), max_length=60)
    relation = forms.CharField(label=_("与本人的关系"), max_length=20, required=False, help_text=_("本人申请可不填。"))


class MoveForm(forms.Form):
    """One step of the procedure."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    event = forms.CharField(max_length=20, widget=forms.HiddenInput)
    note = forms.CharField(label=_("说明"), max_length=2000, required=False, widget=_AREA)
    reason = forms.CharField(label=_("理由"), max_length=20, required=False)


class AssignForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    seat = forms.IntegerField(widget=forms.HiddenInput)
    user_id = forms.TypedChoiceField(label=_("评估员"), coerce=int)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["user_id"].choices = list(people)


class VoteForm(forms.Form):
    level = forms.TypedChoiceField(label=_("你认定的等级"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("依据"), max_length=2000, widget=_AREA, help_text=_("写明看了哪些项目。投了不能改。")
    )

    def __init__(self, *args: Any, levels: Sequence[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["level"].choices = list(levels)


class EntryForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("现场情况"), max_length=2000, required=False, widget=_AREA)


class ConfirmForm(forms.Form):
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    original = forms.CharField(
        label=_("核对的原件"), max_length=200, help_text=_("文号、附件名称，以及在哪里看到的原件。")
    )
    note = forms.CharField(label=_("说明"), max_length=2000, required=False, widget=_AREA)
    signed_name = forms.CharField(label=_("签名"), max_length=60, help_text=_("签名后，这一版量表的结果不再是草案。"))


class ListForm(forms.Form):
    """What narrows the list of cases."""

    state = forms.ChoiceField(label=_("走到哪一步"), required=False)
    late = forms.BooleanField(label=_("只看超期"), required=False)
    text = forms.CharField(label=_("编号"), required=False, max_length=24)

    def __init__(self, *args: Any, states: Sequence[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["state"].choices = [("", _("全部")), ("open", _("没有办完的")), *states]


def read(form: forms.Form) -> dict[str, Any]:
    """What a filter form says; a field that cannot be read counts as empty."""
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in form.fields}
