"""Doors of this context."""

from django.urls import path

from yijia.apps.care.views import episodes, packages, programmes
from yijia.apps.care.views import orders as views

app_name = "care"
urlpatterns = [
    path("", views.orders, name="orders"),
    path("request/", views.request_care, name="request"),
    path("request/when/", views.when, name="when"),
    path("request/check/", views.check, name="check"),
    path("desk/", views.call_backs, name="call_backs"),
    path("desk/<int:resident_id>/", views.caller, name="caller"),
    path("handover/", views.handover, name="handover"),
    path("handover/<int:resident_id>/", views.hand_over, name="hand_over"),
    path("mine/", views.my_orders, name="my_orders"),
    path("mine/<int:order_id>/", views.my_order, name="my_order"),
    path("of/<int:resident_id>/", views.of_resident, name="of_resident"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/<slug:code>/", programmes.programme, name="programme"),
    path("programmes/<slug:code>/apply/", programmes.apply, name="programme_apply"),
    path("ward/", programmes.ward, name="ward"),
    path("due/", programmes.due, name="due"),
    path("episodes/", episodes.episodes, name="episodes"),
    path("episodes/mine/", episodes.mine, name="my_episodes"),
    path("episodes/<int:episode_id>/", episodes.episode, name="episode"),
    path("episodes/<int:episode_id>/qualify/", episodes.qualify, name="episode_qualify"),
    path("episodes/<int:episode_id>/people/", episodes.people, name="episode_people"),
    path("episodes/<int:episode_id>/papers/", episodes.papers, name="episode_papers"),
    path("episodes/<int:episode_id>/package/", packages.choose, name="episode_package"),
    path("episodes/<int:episode_id>/record/", episodes.record, name="episode_record"),
    path("episodes/<int:episode_id>/sheet/", episodes.sheet, name="episode_sheet"),
    path("episodes/<int:episode_id>/closing/", episodes.closing, name="episode_closing"),
    path("episodes/<int:episode_id>/settle/", episodes.settle, name="episode_settle"),
    path("episodes/<int:episode_id>/admission/", episodes.admission, name="episode_admission"),
    path("episodes/transfer/", episodes.transfer, name="episode_transfer"),
    path("episodes/<int:episode_id>/discharge/", episodes.discharge, name="episode_discharge"),
    path("episodes/<int:episode_id>/correct/<int:record_id>/", episodes.correct, name="episode_correct"),
    path("episodes/<int:episode_id>/order/<int:duty_id>/", episodes.order_duty, name="episode_order"),
    path("episodes/<int:episode_id>/<slug:move>/", episodes.move, name="episode_move"),
    path("assessments/", views.assessments, name="assessments"),
    path("<int:order_id>/", views.order, name="order"),
    path("<int:order_id>/assess/", views.assess, name="assess"),
    path("<int:order_id>/home-risk/", views.home_risk, name="home_risk"),
    path("<int:order_id>/papers/", views.papers, name="papers"),
    path("<int:order_id>/sign/", views.sign, name="sign"),
    path("<int:order_id>/cancel/", views.cancel, name="cancel"),
    path("<int:order_id>/close/", views.close, name="close"),
]
