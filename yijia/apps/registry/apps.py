"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "yijia.apps.registry"
    label = "registry"

    def ready(self) -> None:
        from yijia.apps.registry import seams
        from yijia.core.permissions import Permission

        seams.add_place("registry:facts", _("待遇资料"), "id", Permission.FACT_VIEW)
