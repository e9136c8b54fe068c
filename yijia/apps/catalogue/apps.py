"""Django's entry to this context."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yijia.apps.catalogue"
    label = "catalogue"
