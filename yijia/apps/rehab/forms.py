"""Shape of what is typed about rehabilitation; what may stand is decided by actions."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.care.forms import Form
from yijia.core.procedures import Criterion

_AREA = forms.Textarea(attrs={"rows": 3})
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ANSWER = "c_"


class ApplyForm(Form):
    """An institution applies for a category."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    list_code = forms.ChoiceField(label=_("申请哪份名单"), widget=forms.RadioSelect)
    category = forms.ChoiceField(label=_("康复类别"), widget=forms.RadioSelect)
    places = forms.IntegerField(label=_("同时能收多少人"), min_value=1, max_value=2000)
    contact = forms.CharField(label=_("联系人和电话"), max_length=60)
    statement = forms.CharField(
        label=_("机构情况"),
        max_length=2000,
        widget=_AREA,
        help_text=_("资质、康复师人数、场地、设备，评审人员会到现场看。"),
    )

    def __init__(
        self, *args: Any, lists: Sequence[tuple[str, str]], categories: Sequence[tuple[str, str]], **more: Any
    ):
        super().__init__(*args, **more)
        self.fields["list_code"].choices = lists
        self.fields["category"].choices = categories


class MoveForm(Form):
    """One step of the evaluation."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    event = forms.CharField(max_length=20, widget=forms.HiddenInput)
    note = forms.CharField(label=_("说明"), max_length=2000, required=False, widget=_AREA)
    reason = forms.CharField(label=_("理由"), max_length=20, required=False)


class SheetForm(Form):
    """The criteria sheet: yes or no, or a measured number."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, criteria: Sequence[Criterion], labels: Mapping[str, tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        for one in criteria:
            label, said = labels[one.id]
            given: dict[str, Any] = {"label": label, "help_text": said}
            self.fields[ANSWER + one.id] = (
                forms.IntegerField(min_value=0, max_value=999_999, **given)
                if one.is_measured
                else forms.TypedChoiceField(
                    choices=[("yes", _("符合")), ("no", _("不符合"))], coerce=lambda said: said == "yes", widget=forms.RadioSelect, **given
                )
            )  # fmt: skip
        self.fields["note"] = forms.CharField(label=_("现场情况"), max_length=2000, required=False, widget=_AREA)

    def answers(self) -> dict[str, bool | int]:
        """Criterion → what was found."""
        given = self.cleaned_data
        return {name.removeprefix(ANSWER): given[name] for name in given if name.startswith(ANSWER)}


class VoteForm(Form):
    is_for = forms.TypedChoiceField(
        label=_("你的一票"), choices=[("yes", _("同意定点")), ("no", _("不同意"))], coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("依据"), max_length=2000, widget=_AREA, help_text=_("写明看了哪些标准。投了不能改。")
    )


class FigureForm(Form):
    """A figure with the document it stands in."""

    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    figure = forms.CharField(label=_("数值"), max_length=2000)
    original = forms.CharField(
        label=_("所依据的文件"), max_length=200, help_text=_("文号、附件名称，以及在哪里看到的原件。")
    )
    signed_name = forms.CharField(label=_("签名"), max_length=60)


class EndForm(Form):
    reason = forms.ChoiceField(label=_("退出的理由"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("事实和依据"), max_length=1000, widget=_AREA)

    def __init__(self, *args: Any, reasons: Sequence[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["reason"].choices = reasons


class ExpertForm(Form):
    expert_id = forms.IntegerField()


class StandDownForm(Form):
    seat_id = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(max_length=500)


class LiftForm(Form):
    why = forms.CharField(label=_("解除禁入的理由和文号"), max_length=1000, widget=_AREA)


class ChooseForm(Form):
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    designation_id = forms.IntegerField(widget=forms.HiddenInput)
    has_disability_proof = forms.BooleanField(required=False)


class EvaluateForm(Form):
    month = forms.DateField(widget=forms.HiddenInput)
    progress = forms.CharField(label=_("这个月的进展"), max_length=2000, widget=_AREA)
    goals = forms.CharField(label=_("下个月的目标"), max_length=2000, widget=_AREA)
    minutes = forms.IntegerField(label=_("本月训练总时长"), min_value=0, max_value=44640, required=False)
    claimed = forms.DecimalField(
        label=_("申请结算的金额"),
        min_value=0,
        max_digits=11,
        decimal_places=2,
        required=False,
        help_text=_("没有要结算的可不填。"),
    )

    own = forms.DecimalField(
        label=_("家长自付的金额"),
        min_value=0,
        max_digits=11,
        decimal_places=2,
        required=False,
        help_text=_("救助以外由家长付的部分，没有可不填。"),
    )

    def own_fen(self) -> int:
        """The family's own part in whole fen."""
        return int((self.cleaned_data["own"] or 0) * 100)

    def claimed_fen(self) -> int | None:
        """The amount in whole fen."""
        claimed = self.cleaned_data["claimed"]
        return None if claimed is None else int(claimed * 100)


class SignForm(Form):
    name = forms.CharField(label=_("签字人姓名"), max_length=60)
    relation = forms.CharField(label=_("与本人的关系"), max_length=20, required=False, help_text=_("本人签可不填。"))
    image = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2_000_000)


class TrainForm(Form):
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    held_on = forms.DateField(label=_("哪一天"), widget=_DAY)
    minutes = forms.IntegerField(label=_("时长"), min_value=1, max_value=1440)
    topic = forms.CharField(label=_("内容"), max_length=200)
    attendee = forms.CharField(label=_("参加的家长"), max_length=60)


class TakeBackForm(Form):
    settlement_id = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(label=_("为什么撤回"), max_length=500, widget=_AREA)


class MonthForm(Form):
    month = forms.DateField(widget=forms.HiddenInput)
