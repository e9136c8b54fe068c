"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BenefitsConfig(AppConfig):
    name = "yijia.apps.benefits"
    label = "benefits"

    def ready(self) -> None:
        from yijia.apps.benefits.queries import is_paid_for_system
        from yijia.apps.money import seams as money
        from yijia.apps.registry import seams
        from yijia.core.permissions import Permission

        seams.add_place("benefits:of_resident", _("待遇"), "coin", Permission.BENEFIT_VIEW)
        money.answer_paid_as_benefit(is_paid_for_system)
