"""Django's entry to this context."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yijia.apps.cases"
    label = "cases"
