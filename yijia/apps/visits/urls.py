"""Doors of this context."""

from django.urls import path

from yijia.apps.visits import views

app_name = "visits"
urlpatterns = [
    path("", views.day, name="day"),
    path("news/", views.day_news, name="day_news"),
    path("offers/", views.offers, name="offers"),
    path("offers/<int:offer_id>/answer/", views.answer, name="answer"),
    path("badge/", views.badge, name="badge"),
    path("badge/<str:token>/", views.public_badge, name="public_badge"),
    path("alarms/", views.alarms, name="alarms"),
    path("alarms/<int:alarm_id>/", views.alarm, name="alarm"),
    path("alarms/<int:alarm_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("alarms/<int:alarm_id>/respond/", views.respond, name="respond"),
    path("alarms/<int:alarm_id>/close/", views.close, name="close"),
    path("duty/", views.duty, name="duty"),
    path("duty/<int:duty_id>/end/", views.end_duty, name="end_duty"),
    path("<int:visit_id>/", views.hub, name="hub"),
    path("<int:visit_id>/badge/", views.badge, name="visit_badge"),
    path("<int:visit_id>/depart/", views.depart, name="depart"),
    path("<int:visit_id>/arrive/", views.arrive, name="arrive"),
    path("<int:visit_id>/reassess/", views.reassess, name="reassess"),
    path("<int:visit_id>/stop/", views.stop, name="stop"),
    path("<int:visit_id>/no-show/", views.no_show, name="no_show"),
    path("<int:visit_id>/release/", views.release, name="release"),
    path("<int:visit_id>/record/", views.record, name="record"),
    path("<int:visit_id>/photo/", views.photo, name="photo"),
    path("<int:visit_id>/sign/<slug:kind>/", views.sign, name="sign"),
    path("<int:visit_id>/complete/", views.complete, name="complete"),
    path("<int:visit_id>/sos/", views.sos, name="sos"),
    path("<int:visit_id>/phone/", views.phone, name="phone"),
    path("of-order/<int:order_id>/", views.of_order, name="of_order"),
    path("<int:visit_id>/family/", views.family, name="family"),
    path("<int:visit_id>/confirm/", views.confirm, name="confirm"),
    path("<int:visit_id>/rate/", views.rate, name="rate"),
    path("<int:visit_id>/file/", views.dossier, name="file"),
    path("<int:visit_id>/files/<int:file_id>/", views.picture, name="picture"),
]
