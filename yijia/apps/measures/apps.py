"""Django's entry to this context."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "yijia.apps.measures"
    label = "measures"
