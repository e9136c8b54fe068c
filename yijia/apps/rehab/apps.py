"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RehabConfig(AppConfig):
    name = "yijia.apps.rehab"
    label = "rehab"

    def ready(self) -> None:
        from yijia.apps.care import seams as care
        from yijia.apps.cases import queries as cases
        from yijia.apps.registry import seams
        from yijia.apps.rehab.queries import named_for_system, provider_answers, way_in
        from yijia.core.permissions import Permission

        seams.add_place("rehab:of_resident", _("康复档案"), "clipboard-heart", Permission.REHAB_VIEW)
        care.tell_designations(provider_answers)
        care.guard_way_in(way_in)
        cases.tell_named_experts(named_for_system)
