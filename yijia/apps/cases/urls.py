"""Doors of this context."""

from django.urls import path

from yijia.apps.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("new/", views.new, name="new"),
    path("notices/", views.notices, name="notices"),
    path("instruments/", views.instruments, name="instruments"),
    path("instruments/<slug:instrument>/", views.instrument, name="instrument"),
    path("<int:case_id>/", views.case, name="case"),
    path("<int:case_id>/form/", views.fill, name="fill"),
    path("<int:case_id>/entry/", views.entry, name="entry"),
    path("<int:case_id>/move/", views.move, name="move"),
    path("<int:case_id>/assign/", views.assign, name="assign"),
    path("<int:case_id>/vote/", views.vote, name="vote"),
    path("<int:case_id>/reissue/", views.reissue, name="reissue"),
    path("<int:case_id>/letters/<int:letter_id>.pdf", views.letter, name="letter"),
]
