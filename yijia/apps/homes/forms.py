"""Shape of what is typed in a care home; what may stand is decided by actions."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.care.forms import Form
from yijia.apps.homes import words

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _choices(table: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(str(code), label) for code, label in table.items()]


class AdmitForm(Form):
    """Who moves in, into which free bed."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    identity = forms.CharField(label=_("身份证号"), max_length=30, help_text=_("整个号码。没有建档的老人请先建档。"))
    bed = forms.TypedChoiceField(label=_("床位"), coerce=int)
    care_level = forms.ChoiceField(label=_("护理等级"), widget=forms.RadioSelect)
    from_on = forms.DateField(label=_("哪天起"), widget=_DAY)

    def __init__(self, *args: Any, beds: Sequence[Any], levels: Sequence[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["bed"].choices = [("", _("请选空床")), *beds]
        self.fields["care_level"].choices = levels


class BedForm(Form):
    """The beds of one room."""

    building = forms.CharField(label=_("楼栋"), max_length=20)
    room = forms.CharField(label=_("房间"), max_length=20)
    numbers = forms.CharField(label=_("床号"), max_length=200, help_text=_("几张床用空格分开，比如：1 2 3"))

    def numbers_list(self) -> list[str]:
        """The numbers one by one."""
        return str(self.cleaned_data["numbers"]).split()


class ChangeBedForm(Form):
    """Another free bed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    bed = forms.TypedChoiceField(label=_("换到哪张床"), coerce=int)

    def __init__(self, *args: Any, beds: Sequence[Any], **more: Any):
        super().__init__(*args, **more)
        self.fields["bed"].choices = [("", _("请选空床")), *beds]


class AwayForm(Form):
    """Why, where to, until when."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(label=_("为什么外出"), choices=_choices(words.AWAY), widget=forms.RadioSelect)
    to = forms.CharField(label=_("去哪里"), max_length=80, required=False)
    back_on = forms.DateField(label=_("预计哪天回来"), widget=_DAY, required=False)


class LeaveForm(Form):
    """Why, and from which day."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(label=_("为什么退住"), choices=_choices(words.LEFT), widget=forms.RadioSelect)
    on = forms.DateField(label=_("哪天退住"), widget=_DAY)
    note = forms.CharField(label=_("补充"), max_length=200, required=False)


class VersionForm(Form):
    """A step that asks for nothing."""

    version = forms.IntegerField(required=False)


class MedicineForm(Form):
    """One line, copied from a paper."""

    name = forms.CharField(label=_("药名"), max_length=80)
    dose = forms.CharField(label=_("每次用量"), max_length=60, help_text=_("照处方抄写，比如：5 mg（1 片）"))
    route = forms.CharField(label=_("用法"), max_length=20, widget=forms.TextInput(attrs={"list": "routes"}))
    times = forms.CharField(label=_("每天几点"), max_length=120, help_text=_("用空格分开，比如：08:00 18:00"))
    prescriber = forms.CharField(label=_("开药医生"), max_length=80)
    source = forms.CharField(label=_("依据哪张单子"), max_length=80, help_text=_("比如：门诊处方、出院带药、转诊摘要"))
    from_on = forms.DateField(label=_("哪天起"), widget=_DAY)
    until_on = forms.DateField(label=_("哪天起停用"), widget=_DAY, required=False)

    def line(self) -> dict[str, Any]:
        """The line as the action takes it."""
        return {**self.cleaned_data, "times": self.cleaned_data["times"].replace("，", " ").replace(",", " ").split()}


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=200)


class DoseForm(Form):
    """What became of one dose."""

    on = forms.DateField()
    slot = forms.CharField(max_length=5)
    outcome = forms.ChoiceField(choices=_choices(words.OUTCOMES))
    note = forms.CharField(max_length=200, required=False)


class CorrectForm(Form):
    """What is true instead, and why."""

    outcome = forms.ChoiceField(label=_("应为"), choices=_choices(words.OUTCOMES), widget=forms.RadioSelect)
    note = forms.CharField(label=_("为什么更正"), max_length=200)


class PlannedForm(Form):
    """Who comes in for a planned visit."""

    visit_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)


class VisitorForm(Form):
    """Who comes in without one."""

    visitor = forms.CharField(label=_("来人"), max_length=60)
    house = forms.CharField(label=_("哪个单位"), max_length=80, required=False)
    purpose = forms.CharField(label=_("来做什么"), max_length=120, required=False)
