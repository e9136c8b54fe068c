"""Shape of handing a person on inside an alliance, and of taking one over."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.care import episode_words
from yijia.apps.care.forms import Form
from yijia.apps.care.queries import Staff


class OfferForm(Form):
    """To whom, where the person will be, why."""

    organisation_id = forms.TypedChoiceField(label=_("请哪家接手"), coerce=int)
    setting = forms.ChoiceField(label=_("转到"), choices=list(episode_words.SETTINGS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("原因"), max_length=200)
    summary = forms.CharField(
        label=_("病情摘要"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, houses: Sequence[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["organisation_id"].choices = houses


class TakeOverForm(Form):
    """Where the person is now, and who is responsible here."""

    setting = forms.ChoiceField(
        label=_("现在在哪里"), choices=list(episode_words.SETTINGS.items()), widget=forms.RadioSelect
    )
    lead_id = forms.TypedChoiceField(label=_("责任人员"), coerce=int, empty_value=None, required=False)
    nurse_id = forms.TypedChoiceField(label=_("责任护士或第二人"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, staff: Sequence[Staff], **more: Any):
        super().__init__(*args, **more)
        asked = episode_words.ROLES_ASKED
        people = [
            ("", "—"),
            *((str(one.pk), f"{one.name} · {asked.get(one.profession, one.profession)}") for one in staff),
        ]
        self.fields["lead_id"].choices = self.fields["nurse_id"].choices = people
