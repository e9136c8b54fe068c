"""What the auditor asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yijia.base.administration.forms import Date
from yijia.base.auditor.queries import Asked

VERBS = [
    ("", _("全部")), ("read", _("查看")), ("write", _("办理")), ("refused", _("被拒")), ("login", _("登录")),
    ("logout", _("退出")), ("unmask", _("看全文")), ("export", _("导出")),
]  # fmt: skip


class AuditForm(forms.Form):
    username = forms.CharField(label=_("谁（用户名）"), max_length=150, required=False)
    verb = forms.ChoiceField(label=_("做什么"), choices=VERBS, required=False)
    name = forms.CharField(label=_("哪件事"), max_length=80, required=False)
    resident_id = forms.IntegerField(label=_("居民编号"), required=False, min_value=1, max_value=2**62)
    organisation_id = forms.IntegerField(label=_("机构编号"), required=False, min_value=1, max_value=2**62)
    from_on = forms.DateField(label=_("从哪天"), required=False, widget=Date)
    until_on = forms.DateField(label=_("到哪天"), required=False, widget=Date)

    def asked(self) -> Asked:
        """What was understood; a field that makes no sense narrows nothing and says so beside itself."""
        self.is_valid()
        return Asked(**{k: v for k, v in self.cleaned_data.items() if v})
