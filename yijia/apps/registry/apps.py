"""Django's entry to this context."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "yijia.apps.registry"
    label = "registry"
