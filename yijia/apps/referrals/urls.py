"""Doors of this context."""

from django.urls import path

from yijia.apps.referrals import views

app_name = "referrals"
urlpatterns = [
    path("", views.referrals, name="referrals"),
    path("people/<int:resident_id>/", views.of_resident, name="of_resident"),
    path("people/<int:resident_id>/ask/", views.ask, name="ask"),
    path("people/<int:resident_id>/consult/", views.ask_consult, name="ask_consult"),
    path("emergencies/", views.calls, name="calls"),
    path("emergencies/press/<int:resident_id>/", views.press, name="press"),
    path("emergencies/<int:call_id>/", views.call, name="call"),
    path("emergencies/<int:call_id>/<str:step>/", views.step_call, name="step_call"),
    path("consults/", views.consults, name="consults"),
    path("consults/<int:consult_id>/", views.consult, name="consult"),
    path("consults/<int:consult_id>/record/", views.record, name="record"),
    path("consults/<int:consult_id>/<str:step>/", views.step_consult, name="step_consult"),
    path("<int:referral_id>/", views.referral, name="referral"),
    path("<int:referral_id>/documents/<int:document_id>.json", views.document, name="document"),
    path("<int:referral_id>/<str:move>/", views.move, name="move"),
]
