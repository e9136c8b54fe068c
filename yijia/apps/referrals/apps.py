"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "yijia.apps.referrals"
    label = "referrals"

    def ready(self) -> None:
        from yijia.apps.care import seams as care
        from yijia.apps.referrals import screens
        from yijia.apps.referrals.queries import handed_over_for_system, open_of_episode
        from yijia.apps.registry import seams
        from yijia.core.permissions import Permission

        seams.add_place("referrals:of_resident", _("转诊与会诊"), "send", Permission.REFERRAL_VIEW)
        care.tell_former(handed_over_for_system)
        care.tell_referring(care.Referring(open_of_episode(), screens.told_of, screens.door))
