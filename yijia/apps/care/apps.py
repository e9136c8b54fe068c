"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "yijia.apps.care"
    label = "care"

    def ready(self) -> None:
        from yijia.apps.registry import seams
        from yijia.core.permissions import Permission

        seams.add_place("care:programmes_for", _("申请项目"), "plus", Permission.EPISODE_APPLY)
        from yijia.apps.agreements.queries import tell_handed_papers
        from yijia.apps.care.queries import is_handed_paper

        tell_handed_papers(is_handed_paper)
