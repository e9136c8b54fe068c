"""The shapes of what nurses, families and the alarm desk send."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.registry.words import PURPOSES
from yijia.base.words import unit
from yijia.core.visits.place import ERRORS, Place


class PlaceForm(forms.Form):
    """The hidden fields of `parts/geo.html`; whatever is odd counts as no location."""

    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)
    accuracy_m = forms.FloatField(required=False, min_value=0, max_value=1e7)
    location_error = forms.CharField(required=False)

    def place(self) -> Place:
        """What the phone said, or why it did not."""
        if not self.is_valid() or self.cleaned_data["latitude"] is None or self.cleaned_data["longitude"] is None:
            error = self.data.get("location_error", "")
            return Place(error=error if error in ERRORS else "not_given")
        said = self.cleaned_data
        return Place(lon=said["longitude"], lat=said["latitude"], accuracy_m=said["accuracy_m"])


class ArriveForm(forms.Form):
    code = forms.CharField(
        label=_("家属口令"),
        required=False,
        max_length=12,
        help_text=_("请家属读出短信或页面上的六位数字，口令对了才算到对人家。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-input"}),
    )
    has_no_code = forms.BooleanField(label=_("家属读不出口令（会降低证据分）"), required=False)


class ReassessForm(forms.Form):
    is_identified = forms.BooleanField(label=_("核对过姓名和出生年月，是本人"), required=False)
    is_well = forms.BooleanField(label=_("体征平稳，适合今天的项目"), required=False)
    is_safe = forms.BooleanField(label=_("环境安全，能洗手、有照明"), required=False)
    note = forms.CharField(label=_("备注"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class StopForm(forms.Form):
    """Aborting needs a reason of the list; the note says more."""

    reason = forms.ChoiceField(label=_("原因"), choices=(), required=False, widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, reasons: Sequence[tuple[str, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(reasons)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), required=False, max_length=200)


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    reason = forms.CharField(label=_("原因"), required=False, max_length=200)


class RecordForm(forms.Form):
    """One record: a number a vital sign, done or not an item, a count a consumable."""

    notes = forms.CharField(
        label=_("护理记录"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    advice = forms.CharField(
        label=_("给家属的话"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    waste = forms.ChoiceField(
        label=_("医疗废物"),
        choices=[("yes", _("已带回，或没有产生")), ("no", _("留在家里，没有带回"))],
        required=True,
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        before = sheet.initial
        for vital in sheet.vitals:
            kept = before.get("vitals", {}).get(vital.code, {})
            self.fields[f"vital_{vital.code}"] = forms.DecimalField(
                label=vital.name, required=False, max_digits=8, decimal_places=4, initial=kept.get("value"),
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "autocomplete": "off"}),
            )  # fmt: skip
            if len(vital.units) > 1:
                self.fields[f"unit_{vital.code}"] = forms.ChoiceField(
                    label=_("%(name)s的单位") % {"name": vital.name},
                    choices=[(u, unit(u)) for u in vital.units],
                    required=False,
                )
        for asked in sheet.questions:
            kept = before.get("answers", {}).get(asked.code)
            if asked.is_yes_no:
                field: forms.Field = forms.ChoiceField(
                    label=asked.name,
                    choices=[("", _("没有问")), ("yes", _("是")), ("no", _("否"))],
                    required=False,
                    initial={True: "yes", False: "no"}.get(kept),
                )
            else:
                field = forms.DecimalField(
                    label=asked.name, required=False, max_digits=8, decimal_places=2, min_value=0, initial=kept,
                    widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "autocomplete": "off"}),
                )  # fmt: skip
            field.help_text = _("%(programmes)s随访要问") % {"programmes": asked.wanted_by}
            self.fields[f"answer_{asked.code}"] = field
        for item in sheet.items:
            kept = before.get("items", {}).get(item.code, {})
            done = {True: "yes", False: "no"}.get(kept.get("done"))
            self.fields[f"item_{item.code}"] = forms.ChoiceField(
                label=item.name,
                choices=[("yes", _("做了")), ("no", _("没做"))],
                required=True,
                initial=done,
                widget=forms.RadioSelect,
            )
            self.fields[f"note_{item.code}"] = forms.CharField(
                label=_("这一项的说明"), required=False, max_length=500, initial=kept.get("note", "")
            )
        for code, name in sheet.consumables.items():
            self.fields[f"used_{code}"] = forms.IntegerField(
                label=name, required=False, min_value=0, max_value=99, initial=before.get("consumables", {}).get(code)
            )
        waste = {True: "yes", False: "no"}.get(before.get("waste_returned"))
        self.initial |= {
            "notes": before.get("notes", ""),
            "advice": before.get("advice", ""),
            "waste": waste,
            "version": sheet.version,
        }

    def vital_fields(self) -> list[tuple[Any, Any, Any]]:
        """(vital, its field, its unit field or None)."""
        return [
            (v, self[f"vital_{v.code}"], self[f"unit_{v.code}"] if len(v.units) > 1 else None)
            for v in self.sheet.vitals
        ]

    def item_fields(self) -> list[tuple[Any, Any]]:
        return [(self[f"item_{item.code}"], self[f"note_{item.code}"]) for item in self.sheet.items]

    def question_fields(self) -> list[Any]:
        return [self[f"answer_{asked.code}"] for asked in self.sheet.questions]

    def consumable_fields(self) -> list[Any]:
        return [self[f"used_{code}"] for code in self.sheet.consumables]

    def filled(self) -> dict[str, Any]:
        """The sheet the action wants."""
        said = self.cleaned_data
        vitals: dict[str, tuple[Decimal, str]] = {}
        for vital in self.sheet.vitals:
            if said.get(f"vital_{vital.code}") is not None:
                vitals[vital.code] = (said[f"vital_{vital.code}"], said.get(f"unit_{vital.code}") or vital.unit)
        items = {
            i.code: (said[f"item_{i.code}"] == "yes", said[f"note_{i.code}"])
            for i in self.sheet.items
            if said.get(f"item_{i.code}")
        }
        used = {code: said[f"used_{code}"] for code in self.sheet.consumables if said.get(f"used_{code}")}
        waste = {"yes": True, "no": False}.get(said["waste"])
        answers = {
            asked.code: {"yes": True, "no": False}[given] if asked.is_yes_no else given
            for asked in self.sheet.questions
            if (given := said.get(f"answer_{asked.code}")) not in (None, "")
        }
        return {
            "answers": answers,
            "vitals": vitals,
            "items": items,
            "consumables": used,
            "notes": said["notes"],
            "advice": said["advice"],
            "waste_returned": waste,
        }

    def refuse(self, fields: Any) -> None:
        """Put what the action found wrong beside its field."""
        for name, texts in fields.items():
            head, _dot, code = name.partition(".")
            field = {"vitals": "vital", "items": "item", "consumables": "used", "answers": "answer"}.get(head, head) + (
                f"_{code}" if code else ""
            )
            self.add_error(field if field in self.fields else None, list(texts))


class SignForm(forms.Form):
    signer = forms.CharField(label=_("签名人姓名"), required=False, max_length=60)
    image = forms.CharField(required=False, widget=forms.HiddenInput)
    witness = forms.CharField(
        label=_("见证人代记"),
        required=False,
        max_length=60,
        help_text=_("本人不能写字时，请在场的另一人见证，并写下见证人姓名。"),
    )

    def refuse(self, fields: Any) -> None:
        for name, texts in fields.items():
            self.add_error(name if name in self.fields and name != "image" else None, list(texts))


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("照片"), widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg", "capture": "environment"})
    )


class ConfirmForm(forms.Form):
    answer = forms.ChoiceField(choices=[("done", "done"), ("problem", "problem")])
    words = forms.CharField(
        label=_("哪里不对"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("给几颗星"),
        coerce=int,
        choices=[(5, _("5 很满意")), (4, _("4 满意")), (3, _("3 一般")), (2, _("2 不满意")), (1, _("1 很不满意"))],
        widget=forms.RadioSelect,
    )
    tags = forms.MultipleChoiceField(label=_("哪些地方"), required=False, widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(
        label=_("想说的话"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, tags: Sequence[tuple[str, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["tags"].choices = list(tags)


class NoteForm(forms.Form):
    note = forms.CharField(label=_("做了什么"), required=False, max_length=200)


class CloseForm(forms.Form):
    outcome = forms.CharField(label=_("结果"), required=False, max_length=200)


class PhoneForm(forms.Form):
    purpose = forms.ChoiceField(label=_("用途"), choices=lambda: list(PURPOSES.items()))
    note = forms.CharField(label=_("说明"), required=False, max_length=120)


class DayForm(forms.Form):
    on = forms.DateField(required=False)


class MarkForm(DayForm):
    """A day's list as it was last seen."""

    mark = forms.CharField(required=False, max_length=120)


_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 300}, format="%Y-%m-%dT%H:%M")


class DutyForm(forms.Form):
    """Who leads the duty, from when until when."""

    staff_id = forms.TypedChoiceField(label=_("谁值班"), coerce=int, choices=())
    from_at = forms.DateTimeField(label=_("从"), widget=_MOMENT)
    until_at = forms.DateTimeField(label=_("到"), widget=_MOMENT)

    def __init__(self, *args: Any, leads: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["staff_id"].choices = list(leads)

    def refuse(self, fields: Any) -> None:
        """Put what the action found wrong beside its field."""
        for name, texts in fields.items():
            self.add_error(name if name in self.fields else None, list(texts))
