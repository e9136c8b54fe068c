"""Doors of this context."""

from django.urls import path

from yijia.apps.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("", views.board, name="board"),
    path("map/", views.map_of_day, name="map"),
    path("ready/", views.ready, name="ready"),
    path("promise/", views.promise, name="promise"),
    path("promise/order/", views.take_promise, name="take_promise"),
    path("staff/<int:staff_id>/", views.person, name="person"),
    path("orders/<int:order_id>/", views.order, name="order"),
    path("orders/<int:order_id>/open/", views.open_visit, name="open"),
    path("orders/<int:order_id>/move/", views.move, name="move"),
    path("orders/<int:order_id>/lanes/", views.lanes, name="lanes"),
    path("plans/", views.ask_plan, name="ask_plan"),
    path("plans/<int:plan_id>/", views.plan, name="plan"),
    path("plans/<int:plan_id>/publish/", views.publish, name="publish"),
    path("plans/<int:plan_id>/discard/", views.discard, name="discard"),
    path("plans/<int:plan_id>/undo/", views.undo, name="undo"),
    path("answers/", views.propose, name="propose"),
    path("visits/<int:visit_id>/offer/", views.offer, name="offer"),
    path("visits/<int:visit_id>/assign/", views.assign, name="assign"),
    path("visits/<int:visit_id>/release/", views.release, name="release"),
    path("offers/<int:offer_id>/withdraw/", views.withdraw, name="withdraw"),
]
