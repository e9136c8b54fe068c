"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MoneyConfig(AppConfig):
    name = "yijia.apps.money"
    label = "money"

    def ready(self) -> None:
        from yijia.apps.care import seams
        from yijia.apps.money.queries import bills_for_system
        from yijia.apps.visits import seams as visits
        from yijia.core.permissions import Permission

        seams.add_place("money:bill", _("账单"), "receipt", Permission.BILL_VIEW)
        seams.tell_bills(bills_for_system)
        visits.add_own_page("money:work", _("我的服务清单"), "report-money", Permission.VISIT_RUN)
