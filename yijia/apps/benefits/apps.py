"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BenefitsConfig(AppConfig):
    name = "yijia.apps.benefits"
    label = "benefits"

    def ready(self) -> None:
        from yijia.apps.registry import seams
        from yijia.core.permissions import Permission

        seams.add_place("benefits:of_resident", _("待遇"), "coin", Permission.BENEFIT_VIEW)
