"""Django's entry to this context."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "yijia.apps.supervision"
    label = "supervision"
