"""Doors of this context."""

from django.urls import path

from yijia.apps.supervision import views

app_name = "supervision"
urlpatterns = [
    path("complaints/", views.complaints, name="complaints"),
    path("complaints/new/", views.file, name="file"),
    path("complaints/<int:complaint_id>/", views.complaint, name="complaint"),
    path("complaints/<int:complaint_id>/assign/", views.assign, name="assign"),
    path("complaints/<int:complaint_id>/answer/", views.answer, name="answer"),
    path("complaints/<int:complaint_id>/close/", views.close, name="close"),
    path("complaints/<int:complaint_id>/reopen/", views.reopen, name="reopen"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<int:review_id>/", views.review, name="review"),
]
