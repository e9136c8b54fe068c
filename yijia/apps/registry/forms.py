"""Shapes of the register's web forms; the rules are the actions'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.registry import words
from yijia.base.errors import Invalid
from yijia.core.people.proxies import MATTERS


class Form(forms.Form):
    """A form that shows what an action found wrong beside the field."""

    def refuse(self, wrong: Invalid) -> None:
        """Put each sentence beside its field, or above the form when the form has no such field."""
        for field, sentences in wrong.fields.items():
            self.add_error(field if field in self.fields else None, [str(sentence) for sentence in sentences])


class ListField(forms.CharField):
    """Words separated by commas, Chinese or Latin."""

    def to_python(self, value: Any) -> list[str]:
        text = super().to_python(value) or ""
        return [word.strip() for word in text.replace("，", ",").replace("、", ",").split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list | tuple) else value


def _choices(table: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(code), name) for code, name in table.items()]


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("姓名"),
        help_text=_("照证件一字不差"),
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _phone(required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=_("手机号"),
        required=required,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


def _date(label: Any, required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _degrees(label: Any, help_text: Any = "", required: bool = True) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


YES_NO = [("", _("不清楚")), ("yes", _("是")), ("no", _("否"))]


def _yes_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, coerce=lambda value: value == "yes", empty_value=None, required=False
    )


class HomeForm(Form):
    """Where somebody lives."""

    address = forms.CharField(
        label=_("住址"),
        max_length=120,
        help_text=_("写到门牌；只显示到街道，其余加密保存"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    township = forms.CharField(label=_("镇街"), max_length=40)
    lon = _degrees(_("经度"), _("例如 113.7500"))
    lat = _degrees(_("纬度"), _("例如 23.0400"))
    floor = forms.IntegerField(label=_("楼层"), required=False, min_value=-5, max_value=150)
    has_lift = _yes_no(_("有电梯"))


class TraitsForm(Form):
    """What care must know about somebody."""

    insured_class = forms.ChoiceField(label=_("医保"), choices=_choices(words.INSURED))
    disability_kind = forms.ChoiceField(
        label=_("残疾类别"), choices=[("", _("没有")), *_choices(words.DISABILITY)], required=False
    )
    disability_grade = forms.TypedChoiceField(
        label=_("残疾等级"),
        choices=[("", _("没有")), ("1", _("一级")), ("2", _("二级")), ("3", _("三级")), ("4", _("四级"))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    is_disabled_elder = forms.BooleanField(label=_("失能老人（生活不能自理）"), required=False)
    allergies = ListField(
        label=_("过敏"), required=False, max_length=400, help_text=_("多个用顿号隔开，例如：青霉素、碘伏")
    )
    speaks = ListField(label=_("会说的话"), required=False, max_length=200, help_text=_("例如：普通话、粤语"))
    is_infectious = _yes_no(_("有传染病"))
    is_aggressive = _yes_no(_("有攻击行为"))
    preferred_sex = forms.ChoiceField(
        label=_("希望上门的人"), choices=[("", _("都可以")), ("1", _("男")), ("2", _("女"))], required=False
    )


class RegisterForm(TraitsForm, HomeForm):
    """A new resident."""

    name = _name()
    identity = forms.CharField(
        label=_("身份证号"),
        max_length=40,
        help_text=_("18 位或老的 15 位；性别和出生日期从号码里读出"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sex = forms.ChoiceField(
        label=_("性别"), choices=[("", _("照身份证号")), ("1", _("男")), ("2", _("女"))], required=False
    )
    born_on = _date(_("出生日期"), help_text=_("填了会与身份证号核对"))
    phone = _phone()
    field_order = (
        "name",
        "identity",
        "sex",
        "born_on",
        "phone",
        "insured_class",
        "address",
        "township",
        "lon",
        "lat",
        "floor",
        "has_lift",
    )


class CorrectForm(TraitsForm):
    """What is put right about a resident; numbers and address are left alone when left empty."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = _name()
    identity = forms.CharField(
        label=_("改身份证号"),
        max_length=40,
        required=False,
        help_text=_("不改就空着"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("改手机号"),
        max_length=30,
        required=False,
        help_text=_("不改就空着"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    address = forms.CharField(
        label=_("改住址"),
        max_length=120,
        required=False,
        help_text=_("搬家才填；同时填镇街、经度和纬度"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    township = forms.CharField(label=_("镇街"), max_length=40)
    lon = _degrees(_("经度"))
    lat = _degrees(_("纬度"))
    floor = forms.IntegerField(label=_("楼层"), required=False, min_value=-5, max_value=150)
    has_lift = _yes_no(_("有电梯"))
    died_on = _date(_("去世日期"))
    field_order = (
        "version",
        "name",
        "identity",
        "phone",
        "insured_class",
        "address",
        "township",
        "lon",
        "lat",
        "floor",
        "has_lift",
    )

    def changes(self) -> dict[str, Any]:
        """What somebody changed: empty numbers and an empty address mean "leave it"."""
        said = {field: self.cleaned_data[field] for field in self.changed_data if field != "version"}
        return {
            field: value
            for field, value in said.items()
            if value != "" or field not in {"identity", "phone", "address"}
        }


class DeathForm(Form):
    """The day a resident died."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    died_on = _date(_("去世日期"), required=True)


class FactForm(Form):
    """A dated statement benefits hang on."""

    kind = forms.ChoiceField(label=_("哪一类"), choices=_choices(words.FACT_KINDS))
    code = forms.CharField(
        label=_("内容"), max_length=40, help_text=_("从下面的选项里选；户籍地填地区代码，例如 CN-441900"),
        widget=forms.TextInput(attrs={"list": "fact-codes", "autocomplete": "off"}),
    )  # fmt: skip
    level = forms.IntegerField(label=_("等级"), required=False, help_text=_("残疾人证 1 到 4 级，失能等级 0 到 5 级"))
    from_on = _date(_("从哪天起"), required=True)
    until_on = _date(_("失效日期"), help_text=_("这一天起失效：证件写到 6 月 30 日的，填 7 月 1 日；没有期限就空着"))
    source = forms.CharField(label=_("依据"), max_length=80, help_text=_("看的哪份证件或哪个名册；不要写证件号码"))


class EndFactForm(Form):
    """Until when a statement holds."""

    until_on = _date(_("失效日期"), required=True, help_text=_("这一天起失效"))
    source = forms.CharField(label=_("依据"), max_length=80)


class VoidFactForm(Form):
    """What shows that a statement was never true."""

    source = forms.CharField(label=_("依据"), max_length=80)


class HomeRiskForm(Form):
    """What endangers a visit at a home."""

    is_violent = forms.BooleanField(label=_("有暴力或威胁记录（有记录就不能派单）"), required=False)
    has_aggressive_dog = forms.BooleanField(label=_("家里有会伤人的狗"), required=False)


class ProxyForm(Form):
    """Who may do what for a resident."""

    name = _name()
    phone = _phone(required=True)
    relation = forms.CharField(label=_("与本人的关系"), max_length=20, help_text=_("例如：女儿、儿子、配偶"))
    kind = forms.ChoiceField(
        label=_("以什么身份"),
        choices=_choices(words.PROXY_KINDS),
        widget=forms.RadioSelect,
        initial="proxy",
        help_text=_("未成年人的监护人，到本人成年那天自动失效。"),
    )
    matters = forms.MultipleChoiceField(
        label=_("可以替办"), choices=[(m, words.MATTERS[m]) for m in MATTERS], widget=forms.CheckboxSelectMultiple
    )
    valid_from = _date(_("从哪天起"), help_text=_("不填就是今天"))
    valid_until = _date(_("失效日期"), help_text=_("这一天起失效；不填就一直有效，直到撤销"))


class UnmaskForm(Form):
    """Why somebody looks behind a mask."""

    purpose = forms.ChoiceField(label=_("用途"), choices=[("", _("请选用途")), *_choices(words.PURPOSES)])
    note = forms.CharField(label=_("说明"), required=False, max_length=120, help_text=_("选“其他”时必填；不要写号码"))


class StaffTraitsForm(Form):
    """What may change about a member of staff."""

    name = _name()
    title = forms.ChoiceField(label=_("职称"), choices=_choices(words.TITLES))
    practising_since = _date(_("从哪天开始执业"), help_text=_("用来算临床年限"))
    department_id = forms.TypedChoiceField(label=_("科室"), coerce=int, empty_value=None, required=False)
    speaks = ListField(label=_("会说的话"), required=False, max_length=200)
    works_from = forms.TimeField(
        label=_("上班"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="08:00"
    )
    works_until_min = forms.TimeField(
        label=_("下班"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="18:00"
    )
    works_on = forms.TypedMultipleChoiceField(
        label=_("上班的日子"),
        choices=_choices(words.WEEKDAYS),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        initial=[1, 2, 3, 4, 5],
    )

    def __init__(self, *args: Any, departments: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["department_id"].choices = [
            ("", _("没有分科")),
            *((str(d.pk), words.department_name(d)) for d in departments),
        ]

    def hours(self) -> dict[str, int]:
        """Working hours in minutes after midnight."""
        data = self.cleaned_data
        return {"works_from_min": _minutes(data["works_from"]), "works_until_min": _minutes(data["works_until_min"])}


class StaffForm(StaffTraitsForm):
    """A new member of staff."""

    badge_no = forms.CharField(label=_("工号"), max_length=20)
    sex = forms.ChoiceField(label=_("性别"), choices=[("2", _("女")), ("1", _("男"))])
    profession = forms.ChoiceField(label=_("职业"), choices=_choices(words.PROFESSIONS))
    phone = _phone()
    with_account = forms.BooleanField(label=_("开通手机端账号（首次密码发到上面的手机号）"), required=False)
    field_order = ("name", "badge_no", "sex", "profession", "title", "practising_since", "phone", "department_id")

    def facts(self) -> dict[str, Any]:
        """What the action takes."""
        left = {
            field: value for field, value in self.cleaned_data.items() if field not in {"works_from", "works_until_min"}
        }
        return left | self.hours()


class CorrectStaffForm(StaffTraitsForm):
    """What is put right about a member of staff."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    phone = forms.CharField(
        label=_("改手机号"),
        max_length=30,
        required=False,
        help_text=_("不改就空着"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    is_active = forms.BooleanField(label=_("在岗（取消勾选就不再派单）"), required=False)

    def changes(self) -> dict[str, Any]:
        """What somebody changed; an empty telephone means "leave it"."""
        said = {
            field: self.cleaned_data[field]
            for field in self.changed_data
            if field not in {"version", "works_from", "works_until_min"}
        }
        if {"works_from", "works_until_min"} & set(self.changed_data):
            said |= self.hours()
        return {field: value for field, value in said.items() if value != "" or field != "phone"}


class CredentialForm(Form):
    """A paper."""

    kind = forms.ChoiceField(label=_("证照"), choices=_choices(words.CREDENTIALS))
    number = forms.CharField(
        label=_("编号"),
        max_length=40,
        required=False,
        help_text=_("执业注册必填；加密保存"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    detail = forms.CharField(label=_("专科"), max_length=60, required=False, help_text=_("例如：PICC、造口"))
    valid_from = _date(_("生效日期"), required=True)
    valid_until = _date(_("失效日期"), help_text=_("这一天起失效；执业注册必填"))
    is_checked = forms.BooleanField(label=_("已与发证机关的登记核对（没核对的不算数）"), required=False)


class CoverForm(Form):
    """An insurance."""

    kind = forms.ChoiceField(label=_("险种"), choices=_choices(words.COVERS))
    policy_no = forms.CharField(label=_("保单号"), max_length=40)
    valid_from = _date(_("生效日期"), required=True)
    valid_until = _date(_("失效日期"), required=True, help_text=_("这一天起失效"))
    for_everybody = forms.BooleanField(label=_("保全机构的人，不只这一位"), required=False)


class HouseForm(Form):
    """What an institution keeps right about itself."""

    licence_no = forms.CharField(label=_("许可证号"), max_length=40)
    licence_valid_until = _date(_("失效日期"), required=True, help_text=_("这一天起失效"))
    service_modes = forms.MultipleChoiceField(
        label=_("登记的上门方式"), choices=_choices(words.MODES), widget=forms.CheckboxSelectMultiple, required=False
    )
    phone = forms.CharField(label=_("电话"), max_length=20)


def _minutes(time: Any) -> int:
    return int(time.hour * 60 + time.minute)
