"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomesConfig(AppConfig):
    name = "yijia.apps.homes"
    label = "homes"

    def ready(self) -> None:
        from yijia.apps.registry import seams
        from yijia.core.permissions import Permission

        seams.add_place("homes:resident", _("在院情况"), "bed", Permission.HOME_VIEW)
