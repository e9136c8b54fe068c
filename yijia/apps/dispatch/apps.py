"""Django's entry to this context."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "yijia.apps.dispatch"
    label = "dispatch"
