"""Django's entry to this context."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "yijia.apps.agreements"
    label = "agreements"
