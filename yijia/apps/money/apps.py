"""Django's entry to this context."""

from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "yijia.apps.money"
    label = "money"
