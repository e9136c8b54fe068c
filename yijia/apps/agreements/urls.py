"""Doors of this context."""

from django.urls import path

from yijia.apps.agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.papers, name="papers"),
    path("<int:agreement_id>/", views.paper, name="paper"),
    path("<int:agreement_id>/print/", views.sheet, name="sheet"),
    path("<int:agreement_id>/sign/", views.sign, name="sign"),
    path("<int:agreement_id>/revoke/", views.revoke, name="revoke"),
    path("signatures/<int:signature_id>/image/", views.signature_image, name="signature_image"),
]
