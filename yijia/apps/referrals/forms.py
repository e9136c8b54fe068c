"""Shape of what is typed about referrals; what may stand is decided by actions."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.care.forms import Form
from yijia.apps.referrals import words
from yijia.base.errors import Invalid

_TEXT = forms.Textarea(attrs={"rows": 3})
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 300}, format="%Y-%m-%dT%H:%M")
_EACH_LINE = _("一行写一项。")


class SummaryForm(Form):
    """What a summary says: one condition or medicine a line."""

    conditions = forms.CharField(label=_("诊断与问题"), widget=_TEXT, max_length=6000, help_text=_EACH_LINE)
    medicines = forms.CharField(
        label=_("正在用的药"), widget=_TEXT, max_length=6000, required=False, help_text=_EACH_LINE
    )
    course = forms.CharField(label=_("病情经过与已做的处理"), widget=_TEXT, max_length=4000, required=False)

    def summary(self) -> dict[str, Any]:
        """The summary's parts as the actions take them."""
        given = self.cleaned_data
        return {
            "conditions": given["conditions"].splitlines(), "medicines": given["medicines"].splitlines(), "course": given["course"],
        }  # fmt: skip


class RequestForm(SummaryForm):
    """Ask for a bed or slot."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    episode = forms.TypedChoiceField(
        label=_("从哪项服务转出"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("病人到达后，这项服务记为“已转出”；转回时接着办。"),
    )
    direction = forms.ChoiceField(label=_("转向"), choices=words.DIRECTIONS, widget=forms.RadioSelect)
    urgency = forms.ChoiceField(label=_("急不急"), choices=words.URGENCIES, widget=forms.RadioSelect)
    wants = forms.ChoiceField(label=_("要什么"), choices=words.WANTS, widget=forms.RadioSelect)
    asked = forms.TypedMultipleChoiceField(
        label=_("问哪些机构"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可以同时问几家，先接收的算数。名单外的医院不在平台上，病人去那里请登记住院。"),
    )
    department = forms.CharField(label=_("科室"), max_length=60, required=False)
    reason = forms.CharField(label=_("转诊原因"), max_length=300)
    field_order = (
        "episode",
        "direction",
        "urgency",
        "wants",
        "department",
        "asked",
        "reason",
        "conditions",
        "medicines",
        "course",
    )

    def __init__(
        self, *args: Any, houses: Sequence[tuple[str, str]], episodes: Sequence[tuple[str, str]] = (), **more: Any
    ):
        super().__init__(*args, **more)
        self.fields["asked"].choices = houses
        self.fields["episode"].choices = [*episodes, ("", _("都不是"))]
        if not episodes:
            del self.fields["episode"]


class OfferForm(Form):
    """The bed or slot that is kept; said again, it is another one and the first is free (`kept`)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = forms.CharField(label=_("床位或号源"), max_length=80, help_text=_("比如：心内科 12 床；内分泌门诊 8 号"))
    starts_at = forms.DateTimeField(label=_("什么时候起"), widget=_MOMENT)

    def __init__(self, *args: Any, kept: str = "", **more: Any):
        super().__init__(*args, **more)
        self.label = words.OFFER_AGAIN if kept else words.BUTTONS["offer"]
        if kept:
            self.fields["place"].help_text = words.KEPT % {"place": kept}


class ReasonForm(Form):
    """Why."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("原因"), max_length=300, widget=_TEXT)


class ReturnForm(SummaryForm):
    """Back to the community: where to, which programme, with which plan."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    back_to = forms.TypedChoiceField(label=_("由哪家接手"), coerce=int)
    programme = forms.ChoiceField(
        label=_("按哪个服务项目继续"),
        help_text=_("接手的机构要能提供这个项目。养老机构自己不提供的，请选能提供的医疗机构接手，或者结束转诊。"),
    )
    plan = forms.CharField(label=_("回社区后的照护计划"), widget=_TEXT, max_length=4000)
    field_order = ("back_to", "programme", "plan", "conditions", "medicines", "course")

    def __init__(
        self, *args: Any, houses: Sequence[tuple[str, str]], programmes: Sequence[tuple[str, str]], **more: Any
    ):
        super().__init__(*args, **more)
        self.fields["back_to"].choices = houses
        self.fields["programme"].choices = [("", _("请选择")), *programmes]  # none is guessed


class VersionForm(Form):
    """A move that is only a button."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PressForm(Form):
    """The green channel's button."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    where = forms.CharField(label=_("在哪里（房间、床位）"), max_length=120, required=False)


class StepForm(Form):
    """One step of a call or of a consultation, with what is said about it."""

    text = forms.CharField(max_length=4000, required=False)


class ConsultForm(Form):
    """A question to another institution."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    asked = forms.TypedChoiceField(label=_("请哪家会诊"), coerce=int)
    department = forms.CharField(label=_("科室"), max_length=60, required=False)
    question = forms.CharField(label=_("想问什么"), max_length=4000, widget=_TEXT)

    def __init__(self, *args: Any, houses: Sequence[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["asked"].choices = houses


def checked(form: Form) -> Form:
    """The form when its shape is right.

    Raises      Invalid
    """
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form
