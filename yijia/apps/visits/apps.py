"""Django's entry to this context."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "yijia.apps.visits"
    label = "visits"

    def ready(self) -> None:
        from yijia.apps.care import seams as care
        from yijia.apps.registry import seams as registry
        from yijia.apps.visits.queries import orders_of_nurse, ratings_for_system, residents_of_nurse
        from yijia.core.orders.lifecycle import State
        from yijia.core.permissions import Permission, Role

        begun = (State.ASSIGNED, State.DEPARTED, State.ARRIVED, State.IN_SERVICE, State.ABORTED, State.COMPLETED, State.CONFIRMED,
            State.UNDER_REVIEW, State.PRICED, State.SETTLED, State.RATED, State.CLOSED)  # fmt: skip
        states = frozenset(state.value for state in begun)
        care.add_place("visits:of_order", _("上门情况"), "home-heart", Permission.VISIT_VIEW, states)
        care.narrow(Role.NURSE, orders_of_nurse)
        care.tell_ratings(ratings_for_system)
        registry.narrow(Role.NURSE, residents_of_nurse)
