"""Doors of this context."""

from django.urls import path

from yijia.apps.referrals import views

app_name = "referrals"
urlpatterns = [
    path("", views.referrals, name="referrals"),
    path("people/<int:resident_id>/", views.of_resident, name="of_resident"),
    path("people/<int:resident_id>/ask/", views.ask, name="ask"),
    path("<int:referral_id>/", views.referral, name="referral"),
    path("<int:referral_id>/documents/<int:document_id>.json", views.document, name="document"),
    path("<int:referral_id>/<str:move>/", views.move, name="move"),
]
