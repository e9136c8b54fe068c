"""Doors of the portals."""

from django.urls import path

urlpatterns: list[path] = []
