"""Doors of this context."""

from django.urls import path

from yijia.apps.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("<slug:measure_id>/", views.detail, name="detail"),
    path("<slug:measure_id>/list.csv", views.export, name="export"),
]
