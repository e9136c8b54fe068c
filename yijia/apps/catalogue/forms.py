"""Shape of what is typed: filings with their amounts, answers to the criteria, area and hours, an authority's answer."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.catalogue import words
from yijia.base.errors import Invalid
from yijia.core import money
from yijia.core.catalogue.area import clock
from yijia.core.refusal import Refusal

BAND_ROWS = 4
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TIME = forms.TextInput(attrs={"type": "time"})


def attempt(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Run an action; what it finds wrong goes beside the fields, and None comes back."""
    try:
        return act()
    except Invalid as invalid:
        for field, said in invalid.fields.items():
            form.add_error(field if field in form.fields else None, [str(s) for s in said])
        return None


class AmountField(forms.CharField):
    """Yuan as text, read strictly into fen."""

    def __init__(self, **more: Any):
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **more)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        fen = money.parse(text)
        if isinstance(fen, Refusal):
            raise forms.ValidationError(words.FAULTS[fen.code.removeprefix("money.")])
        return fen


class FilingForm(forms.Form):
    """One filing; the fields follow its kind."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, kind: str, items: Mapping[str, str], frame: Mapping[str, Mapping[str, str]], **more: Any
    ):
        super().__init__(*args, **more)
        self.kind, self.frame = kind, frame
        if kind == "medical_price":
            self.fields["code"] = forms.ChoiceField(label=_("服务项目"), choices=[("", "—"), *items.items()])
        if kind == "consumable":
            self.fields["code"] = forms.CharField(
                label=_("编码"), max_length=20, help_text=_("本机构的耗材编码，账单上照此列出。")
            )
            self.fields["name"] = forms.CharField(label=_("名称"), max_length=60)
            self.fields["name_en"] = forms.CharField(
                label=_("英文名称"), max_length=80, help_text=_("英文页面和账单上用，例如 Dressing pack。")
            )
            self.fields["unit"] = forms.CharField(label=_("计价单位"), max_length=20, initial="个")
        if kind == "cancellation":
            self._terms()
        else:
            by_distance = kind == "visit_fee"
            hint = _("例如 130 或 130.50；按距离分档时不填。") if by_distance else _("例如 130 或 130.50。")
            self.fields["amount"] = AmountField(label=_("金额（元）"), required=not by_distance, help_text=hint)
        if kind == "visit_fee":
            self._bands()
        self.fields["basis"] = forms.CharField(
            label=_("定价依据"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("写清成本和患者承受能力。")
        )
        self.fields["document_no"] = forms.CharField(label=_("本机构文号"), max_length=60, required=False)
        self.fields["effective_from"] = forms.DateField(label=_("从哪天起"), widget=DAY)
        self.fields["effective_until"] = forms.DateField(
            label=_("到哪天止（当天不含）"), widget=DAY, required=False, help_text=_("不填就是长期有效，直到新价公布。")
        )

    def _bands(self) -> None:
        for row in range(1, BAND_ROWS + 1):
            self.fields[f"band_km_{row}"] = forms.CharField(
                label=_("第 %(row)s 档到几公里") % {"row": row},
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
            self.fields[f"band_amount_{row}"] = AmountField(
                label=_("第 %(row)s 档金额（元）") % {"row": row}, required=False
            )

    def _terms(self) -> None:
        for moment, parts in self.frame.items():
            for part, least in parts.items():
                if least != "1":
                    label = _("%(moment)s，%(part)s退百分之几") % {
                        "moment": words.MOMENTS[moment],
                        "part": words.part(part),
                    }
                    self.fields[f"terms_{moment}_{part}"] = forms.IntegerField(
                        label=label,
                        min_value=0,
                        max_value=100,
                        required=False,
                        help_text=_("至少 %(least)s；不填就是全额退。") % {"least": words.percent(least)},
                    )

    def filing(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        common = {name: data[name] for name in ("basis", "document_no", "effective_from", "effective_until")}
        named = {name: data[name] for name in ("code", "name", "name_en", "unit") if name in data}
        return {
            "kind": self.kind,
            **named,
            "amount_fen": data.get("amount"),
            "bands": self._filed_bands(),
            "terms": self._filed_terms(),
            **common,
        }

    def _filed_bands(self) -> list[dict[str, Any]]:
        rows, begins = [], "0"
        for row in range(1, BAND_ROWS + 1):
            ends, amount = self.cleaned_data.get(f"band_km_{row}", ""), self.cleaned_data.get(f"band_amount_{row}")
            if ends or amount is not None:
                rows.append({"km_gt": begins, "km_le": ends or None, "amount_fen": amount})
                begins = ends
        return rows

    def _filed_terms(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, percent in self.cleaned_data.items():
            if name.startswith("terms_") and percent is not None:
                moment, part = next((m, p) for m in words.MOMENTS for p in words.PARTS if name == f"terms_{m}_{p}")
                found.setdefault(moment, {})[part] = f"{percent / 100:.2f}"
        return found


def filing_initial(row: Any, today: date) -> dict[str, Any]:
    """What a filing's form starts from: the filing itself, or an empty one from tomorrow on."""
    if row is None:
        return {"effective_from": today}
    start = {
        name: getattr(row, name)
        for name in (
            "version",
            "code",
            "name",
            "name_en",
            "unit",
            "basis",
            "document_no",
            "effective_from",
            "effective_until",
        )
    }
    if row.amount_fen is not None:
        start["amount"] = money.show(row.amount_fen)
    for number, band in enumerate(row.bands, start=1):
        start |= {f"band_km_{number}": band["km_le"] or "", f"band_amount_{number}": money.show(band["amount_fen"])}
    for moment, parts in row.terms.items():
        start |= {f"terms_{moment}_{part}": int(words.percent(share)[:-1]) for part, share in parts.items()}
    return start


class CriteriaForm(forms.Form):
    """Each written criterion: met or not, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, criteria: Mapping[str, str], **more: Any):
        super().__init__(*args, **more)
        self.codes = tuple(criteria)
        for code, name in criteria.items():
            self.fields[f"met_{code}"] = forms.ChoiceField(
                label=name, choices=[("yes", _("符合")), ("no", _("不符合"))], widget=forms.RadioSelect
            )
            self.fields[f"why_{code}"] = forms.CharField(
                label=_("理由：%(name)s") % {"name": name}, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
            )

    def answers(self) -> dict[str, dict[str, Any]]:
        data = self.cleaned_data
        return {code: {"met": data[f"met_{code}"] == "yes", "why": data[f"why_{code}"]} for code in self.codes}

    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"met_{code}"], self[f"why_{code}"]) for code in self.codes]


class AnswerForm(forms.Form):
    """The authority's answer: in order, or back with a note."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("意见"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("退回时必填，写清要改什么。"),
    )


class VersionForm(forms.Form):
    """A move without words: only what the reader had in front of them."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AreaForm(forms.Form):
    """Where and when an institution visits."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    radius_km = forms.DecimalField(
        label=_("最远几公里"), max_digits=5, decimal_places=1, help_text=_("从机构所在地算直线距离。")
    )
    townships = forms.MultipleChoiceField(
        label=_("只去这些镇街"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是半径内都去。"),
    )
    open_on = forms.TypedMultipleChoiceField(
        label=_("上门日"), coerce=int, widget=forms.CheckboxSelectMultiple, choices=list(words.WEEKDAYS.items())
    )
    opens = forms.RegexField(label=_("最早几点上门"), regex=r"^\d\d:\d\d$", widget=TIME)
    closes = forms.RegexField(label=_("最晚几点结束"), regex=r"^\d\d:\d\d$", widget=TIME)
    lead_time_min = forms.IntegerField(label=_("至少提前多少分钟约"), min_value=0)

    def __init__(self, *args: Any, townships: list[str], **more: Any):
        super().__init__(*args, **more)
        self.fields["townships"].choices = [(name, name) for name in townships]

    def area(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        taken = {name: data[name] for name in ("radius_km", "townships", "open_on", "lead_time_min")}
        return {
            **taken,
            "opens_min": _minutes(data["opens"]),
            "closes_min": _minutes(data["closes"]),
            "version": data["version"],
        }


def area_initial(row: Any) -> dict[str, Any]:
    """The form of an area that was set, or a usual one to begin with."""
    if row is None:
        return {
            "radius_km": 10,
            "open_on": [1, 2, 3, 4, 5],
            "opens": "08:00",
            "closes": "18:00",
            "lead_time_min": 120,
            "version": 0,
        }
    return {
        "radius_km": row.radius_km, "townships": row.townships, "open_on": row.open_on, "opens": clock(row.opens_min), "closes": clock(row.closes_min),
        "lead_time_min": row.lead_time_min, "version": row.version,
    }  # fmt: skip


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
