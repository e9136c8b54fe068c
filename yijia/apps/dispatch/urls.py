"""Doors of this context."""

from django.urls import path

from yijia.apps.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("", views.board, name="board"),
    path("orders/<int:order_id>/", views.order, name="order"),
    path("orders/<int:order_id>/open/", views.open_visit, name="open"),
    path("visits/<int:visit_id>/offer/", views.offer, name="offer"),
    path("visits/<int:visit_id>/assign/", views.assign, name="assign"),
    path("visits/<int:visit_id>/release/", views.release, name="release"),
    path("offers/<int:offer_id>/withdraw/", views.withdraw, name="withdraw"),
]
