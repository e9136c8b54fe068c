"""Shape of an agreement between institutions: its terms as the text asks them, a signature, one event, words on a breach."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.agreements import cooperation_words
from yijia.core.agreements.duties import Duty, Sense

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class TermsForm(forms.Form):
    """The period and every field the text asks; a new draft also asks whose agreement it is."""

    side = forms.ChoiceField(label=_("我方是"), widget=forms.RadioSelect)
    partner = forms.ChoiceField(label=_("对方机构"))
    valid_from = forms.DateField(label=_("起始日"), widget=_DAY)
    valid_until = forms.DateField(label=_("结束日（当天不含）"), widget=_DAY)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        template: Mapping[str, Any],
        sides: Sequence[tuple[str, str]] = (),
        partners: Sequence[tuple[str, str]] = (),
        **more: Any,
    ):
        super().__init__(*args, **more)
        tongue = "en" if cooperation_words.is_english() else "zh"
        self.asked = [field["code"] for field in template["fields"]]
        for field in template["fields"]:
            self.fields[field["code"]] = _field(field, tongue)
        self._offer("side", sides)
        self._offer("partner", partners)

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        if not choices:
            del self.fields[name]
            return
        self.fields[name].choices = choices
        if len(choices) == 1:
            self.fields[name].initial = choices[0][0]

    def terms(self) -> dict[str, Any]:
        """What the action reads as fields."""
        return {code: self.cleaned_data[code] for code in self.asked}


def _field(field: Mapping[str, Any], tongue: str) -> forms.Field:
    label, required = field["label"][tongue], field["required"]
    if field["type"] == "choice":
        options = [(code, words[tongue]) for code, words in field["options"].items()]
        return forms.ChoiceField(label=label, required=required, choices=options, widget=forms.RadioSelect)
    if field["type"] == "integer":
        return forms.IntegerField(
            label=label, required=required, min_value=field.get("least", 0), max_value=field.get("most"), help_text=_suggestion(field, tongue)
        )  # fmt: skip
    wide = forms.Textarea(attrs={"rows": 3}) if not required else forms.TextInput()
    return forms.CharField(label=label, required=required, max_length=1000, widget=wide)


def _suggestion(field: Mapping[str, Any], tongue: str) -> str:
    """What a document that was read says, for the parties to take or leave; nothing where none was read."""
    said = field.get("suggest")
    if said is None:
        return ""
    return str(_("参考：%(per)s %(value)s（见 %(source)s，非本地规定）")) % {
        "per": said["per"][tongue],
        "value": said["value"],
        "source": said["source"],
    }


class PartySignForm(forms.Form):
    """Who signs for the party, in what post, and how."""

    name = forms.CharField(label=_("签署人姓名"), max_length=60)
    post = forms.CharField(label=_("职务"), max_length=40)
    method = forms.ChoiceField(label=_("怎么签"), widget=forms.RadioSelect)
    image = forms.CharField(required=False, widget=forms.HiddenInput, max_length=8_000_000)
    scan = forms.FileField(
        label=_("签好的扫描件"), required=False, help_text=_("纸质签署时必填，PNG 或 JPEG，不超过 5 MB。")
    )
    certificate = forms.CharField(
        label=_("证书（PEM）"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    sealed = forms.CharField(
        label=_("对文本校验码的 SM2 签名（Base64）"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip
    witness = forms.CharField(label=_("见证人姓名"), max_length=60, required=False)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        self.fields["method"].choices = list(cooperation_words.METHODS.items())

    def signature(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        taken = {name: data[name] for name in ("name", "post", "method", "certificate", "sealed", "witness")}
        image = data["scan"].read() if data["scan"] and data["method"] == "paper" else data["image"]
        return taken | {"image": image or None, "lon": data["longitude"], "lat": data["latitude"]}


class PerformForm(forms.Form):
    """One event recorded by hand: when, how many, how long the answer took."""

    happened_at = forms.DateTimeField(label=_("什么时候"), widget=_MOMENT)
    quantity = forms.IntegerField(label=_("数量"), min_value=0, max_value=1_000_000_000, initial=1)
    minutes = forms.IntegerField(
        label=_("用了几分钟应答"), min_value=0, max_value=100_000, required=False, help_text=_("无人应答的不填。")
    )
    source_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, duty: Duty, **more: Any):
        super().__init__(*args, **more)
        if duty.sense is not Sense.WITHIN:
            del self.fields["minutes"]
        if duty.sense is Sense.UP_TO:
            self.fields["quantity"].help_text = _("拒收的填 0。")

    def event(self) -> dict[str, Any]:
        """What the action takes."""
        minutes = self.cleaned_data.get("minutes")
        return {
            "happened_at": self.cleaned_data["happened_at"], "quantity": self.cleaned_data["quantity"],
            "seconds": None if minutes is None else minutes * 60, "source_type": "manual", "source_id": str(self.cleaned_data["source_id"]),
        }  # fmt: skip


class BreachForm(forms.Form):
    """What is said about a breach."""

    text = forms.CharField(label=_("说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
