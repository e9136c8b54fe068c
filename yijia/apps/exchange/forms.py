"""Shape of what is asked of an export."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.apps.exchange import words

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ExportForm(forms.Form):
    what = forms.ChoiceField(label=_("导出什么"), widget=forms.RadioSelect, choices=tuple(words.WHAT.items()))
    form = forms.ChoiceField(
        label=_("格式"), widget=forms.RadioSelect, choices=tuple(words.FORMATS.items()), initial="csv"
    )
    from_on = forms.DateField(label=_("从"), required=False, widget=_DAY)
    until_on = forms.DateField(label=_("到"), required=False, widget=_DAY)
    purpose = forms.CharField(
        label=_("用途"), required=False, max_length=200, help_text=_("写在文件第一行，并记入审计。")
    )
