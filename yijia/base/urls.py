"""Doors of the shared app: language, stored files."""

from django.urls import path

from yijia.base import views

urlpatterns = [
    path("language/", views.choose_language, name="choose_language"),
    path("elder/", views.choose_elder_mode, name="choose_elder_mode"),
    path("hat/", views.choose_hat, name="choose_hat"),
]
