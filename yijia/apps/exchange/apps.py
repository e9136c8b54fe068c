"""Django's entry to this context."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "yijia.apps.exchange"
    label = "exchange"
