"""Django's entry to this context."""

from django.apps import AppConfig


class PortalsConfig(AppConfig):
    name = "yijia.apps.portals"
    label = "portals"
