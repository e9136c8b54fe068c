"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "yijia.apps.referrals"
    label = "referrals"

    def ready(self) -> None:
        from yijia.apps.registry import seams
        from yijia.core.permissions import Permission

        seams.add_place("referrals:of_resident", _("转诊与会诊"), "send", Permission.REFERRAL_VIEW)
