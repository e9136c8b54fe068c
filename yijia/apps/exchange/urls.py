"""Doors of this context."""

from django.urls import path

from yijia.apps.exchange import views

app_name = "exchange"
urlpatterns = [path("", views.exports, name="exports")]
