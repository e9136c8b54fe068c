"""The shapes of what an administrator types."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from yijia.base import accounts, policy_names
from yijia.base.templatetags.states import EVIDENCE
from yijia.base.words import is_english
from yijia.core.permissions import Role
from yijia.core.policy.jurisdictions import is_jurisdiction

_NEEDS = {  # what each role's scope must name
    Role.RESIDENT: ("resident_id",),
    Role.FAMILY: ("resident_id",),
    Role.NURSE: ("organisation_id", "staff_id"),
    Role.DOCTOR: ("organisation_id", "staff_id"),
    Role.DISPATCHER: ("organisation_id",),
    Role.MANAGER: ("organisation_id",),
    Role.HOME_MANAGER: ("organisation_id",),
}


class Date(forms.DateInput):
    input_type = "date"


class UserForm(forms.Form):
    username = forms.CharField(
        label=_("用户名"),
        max_length=40,
        validators=[RegexValidator(r"^[\w.@+-]+\Z", _("只用字母、数字和 . @ + - _"))],
        help_text=_("登录时填的名字。不要用身份证号。"),
    )
    display_name = forms.CharField(label=_("姓名"), max_length=80)


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=_("身份"))
    jurisdiction = forms.CharField(label=_("地区"), max_length=9)
    organisation_id = forms.IntegerField(label=_("机构编号"), required=False, min_value=1, max_value=2**62)
    staff_id = forms.IntegerField(label=_("人员编号"), required=False, min_value=1, max_value=2**62)
    resident_id = forms.IntegerField(label=_("居民编号"), required=False, min_value=1, max_value=2**62)
    valid_from = forms.DateField(label=_("生效日期"), widget=Date)
    valid_until = forms.DateField(label=_("失效日期"), required=False, widget=Date)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, accounts.role_label(role)) for role in Role]
        self.fields["jurisdiction"].initial = settings.REGION

    def clean_jurisdiction(self) -> str:
        code: str = self.cleaned_data["jurisdiction"]
        if not is_jurisdiction(code):
            raise forms.ValidationError(_("应为 CN 或 CN- 加六位数字"))
        return code

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for name in _NEEDS.get(Role(found["role"]), ()) if found.get("role") else ():
            if not found.get(name):
                self.add_error(name, _("这个身份必须填这一项"))
        until, start = found.get("valid_until"), found.get("valid_from")
        if until and start and until <= start:
            self.add_error("valid_until", _("失效日期要晚于生效日期"))
        return found


class TokenForm(forms.Form):
    role = forms.ChoiceField(label=_("以什么身份"))
    label = forms.CharField(label=_("用途"), max_length=80)
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, accounts.role_label(role)) for role in Role]


class PolicyForm(forms.Form):
    """Which values of which place on which day; a second day to compare with."""

    jurisdiction = forms.ChoiceField(label=_("地区"), required=False)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    q = forms.CharField(label=_("找"), max_length=60, required=False, help_text=_("名称、键名、文号或说明里的字"))
    level = forms.ChoiceField(
        label=_("证据"),
        required=False,
        choices=[("", _("全部")), *((code, word) for code, (_tone, word) in EVIDENCE.items())],
    )
    on = forms.DateField(label=_("日期"), required=False, widget=Date)
    other = forms.DateField(label=_("与哪天比"), required=False, widget=Date)
    key = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: list[str], kinds: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["jurisdiction"].choices = [("", "—"), *((place, _named(place)) for place in places)]
        self.fields["kind"].choices = [("", _("全部")), *((kind, kind) for kind in kinds)]


def _named(place: str) -> str:
    """A place by its name, its code beside it."""
    name = policy_names.of_place(place)[is_english()]
    return place if name == place else f"{name} {place}"
