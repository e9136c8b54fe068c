"""The filter above a list of indicator members."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MemberFilter(forms.Form):
    only = forms.ChoiceField(
        label=_("看哪些"),
        required=False,
        choices=[("", _("全部")), ("counted", _("已计入")), ("not_counted", _("未计入"))],
    )
    place = forms.CharField(label=_("地点"), required=False, max_length=80)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)
