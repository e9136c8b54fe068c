"""Doors of the portals."""

from django.urls import path

from yijia.apps.portals import views

app_name = "portals"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
]
