"""Django's entry to this context."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "yijia.apps.care"
    label = "care"
