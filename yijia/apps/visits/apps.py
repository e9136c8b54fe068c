"""Django's entry to this context."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "yijia.apps.visits"
    label = "visits"
