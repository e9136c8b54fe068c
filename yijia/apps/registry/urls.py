"""Doors of this context."""

from django.urls import path

from yijia.apps.registry import views

app_name = "registry"

urlpatterns = [
    path("", views.find, name="find"),
    path("mine/", views.mine, name="mine"),
    path("register/", views.register, name="register"),
    path("<int:resident_id>/", views.resident, name="resident"),
    path("<int:resident_id>/correct/", views.correct, name="correct"),
    path("<int:resident_id>/death/", views.death, name="death"),
    path("<int:resident_id>/facts/", views.facts, name="facts"),
    path("<int:resident_id>/facts/new/", views.record_fact, name="record_fact"),
    path("<int:resident_id>/facts/<int:fact_id>/end/", views.end_fact, name="end_fact"),
    path("<int:resident_id>/facts/<int:fact_id>/void/", views.void_fact, name="void_fact"),
    path("<int:resident_id>/home-risk/", views.home_risk, name="home_risk"),
    path("<int:resident_id>/proxies/", views.grant_proxy, name="grant_proxy"),
    path("proxies/<int:proxy_id>/revoke/", views.revoke_proxy, name="revoke_proxy"),
    path("unmask/<slug:subject>/<int:subject_id>/<slug:field>/", views.unmask, name="unmask"),
    path("staff/", views.staff, name="staff"),
    path("staff/add/", views.add_staff, name="add_staff"),
    path("staff/expiring/", views.expiries, name="expiries"),
    path("staff/<int:staff_id>/", views.staff_one, name="staff_one"),
    path("staff/<int:staff_id>/correct/", views.correct_staff, name="correct_staff"),
    path("staff/<int:staff_id>/credentials/", views.add_credential, name="add_credential"),
    path("staff/<int:staff_id>/covers/", views.add_cover, name="add_cover"),
    path("credentials/<int:credential_id>/check/", views.check_credential, name="check_credential"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<int:organisation_id>/", views.organisation, name="organisation"),
    path("organisations/<int:organisation_id>/correct/", views.correct_organisation, name="correct_organisation"),
]
