"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MoneyConfig(AppConfig):
    name = "yijia.apps.money"
    label = "money"

    def ready(self) -> None:
        from yijia.apps.care import seams
        from yijia.apps.money.queries import bills_for_system
        from yijia.core.permissions import Permission

        seams.add_place("money:bill", _("账单"), "receipt", Permission.BILL_VIEW)
        seams.tell_bills(bills_for_system)
