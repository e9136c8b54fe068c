"""Shape of a signature and of taking a paper back."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.agreements import words
from yijia.base.errors import Invalid


def attempt(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Run an action; what it finds wrong goes beside the fields, and None comes back."""
    try:
        return act()
    except Invalid as invalid:
        for field, said in invalid.fields.items():
            form.add_error(field if field in form.fields else None, [str(s) for s in said])
        return None


class SignForm(forms.Form):
    """Who signs, how, before whom; the image comes from the signature pad."""

    signer = forms.ChoiceField(label=_("谁来签"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("签名人姓名"), max_length=60)
    relation = forms.CharField(label=_("与服务对象的关系"), max_length=20, required=False)
    method = forms.ChoiceField(label=_("怎么签"), widget=forms.RadioSelect)
    witness = forms.CharField(
        label=_("见证人姓名"), max_length=60, required=False, help_text=_("按手印时必填，不能是签名人自己。")
    )
    image = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4_000_000)
    scan = forms.FileField(
        label=_("签好的扫描件"), required=False, help_text=_("纸质签署时必填，PNG 或 JPEG，不超过 5 MB。")
    )
    certificate = forms.CharField(
        label=_("证书（PEM）"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    sealed = forms.CharField(
        label=_("对文本校验码的 SM2 签名（Base64）"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip
    house_image = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4_000_000)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, signers: Sequence[str], methods: Sequence[str], **more: Any):
        super().__init__(*args, **more)
        self.fields["signer"].choices = [(code, words.SIGNERS[code]) for code in signers]
        self.fields["method"].choices = [(code, words.METHODS[code]) for code in methods]
        if "paper" not in methods:
            del self.fields["scan"]

    def signature(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        taken = {
            name: data[name] for name in ("signer", "name", "relation", "method", "witness", "certificate", "sealed")
        }
        scan = data.get("scan") if data["method"] == "paper" else None
        return taken | {
            "image": scan.read() if scan else data["image"] or None,
            "lon": data["longitude"],
            "lat": data["latitude"],
        }

    def house(self) -> dict[str, str]:
        """The institution's hand, where it was given at the same sitting."""
        drawn = self.cleaned_data["house_image"]
        return {"house_image": drawn} if drawn else {}


class CodeForm(forms.Form):
    """Six digits that the doctor shows, and where the phone is."""

    code = forms.CharField(max_length=12, required=False)
    latitude = forms.FloatField(required=False)
    longitude = forms.FloatField(required=False)

    def typed(self) -> dict[str, Any]:
        """What the action takes; anything too long to be a code is no code."""
        return {"code": self["code"].value() if self.is_valid() else "", **_place(self)}


class HouseForm(forms.Form):
    """The institution's hand alone, where the other side has signed already."""

    house_image = forms.CharField(required=False, max_length=4_000_000)
    latitude = forms.FloatField(required=False)
    longitude = forms.FloatField(required=False)

    def hand(self) -> dict[str, Any]:
        """What the action takes."""
        return {"house_image": self["house_image"].value() or "", **_place(self)}


def _place(form: forms.Form) -> dict[str, Any]:
    found = form.cleaned_data if form.is_valid() else {}
    return {"lon": found.get("longitude"), "lat": found.get("latitude")}


class RevokeForm(forms.Form):
    """Why a paper is taken back."""

    reason = forms.CharField(
        label=_("为什么撤回"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
