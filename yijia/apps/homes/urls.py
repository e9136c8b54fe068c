"""Doors of this context."""

from django.urls import path

from yijia.apps.homes.views import family, living, medicines, outside

app_name = "homes"
urlpatterns = [
    path("", living.today, name="today"),
    path("beds/", living.board, name="board"),
    path("beds/new/", living.add_beds, name="add_beds"),
    path("beds/<int:bed_id>/close/", living.close_bed, name="close_bed"),
    path("people/", living.people, name="people"),
    path("people/<int:resident_id>/", living.resident, name="resident"),
    path("people/<int:resident_id>/medicines/new/", medicines.add, name="add_medicine"),
    path("admit/", living.admit, name="admit"),
    path("placements/<int:placement_id>/<slug:move>/", living.move, name="move"),
    path("medicines/", medicines.day, name="medicines"),
    path("medicines/<int:medicine_id>/stop/", medicines.stop, name="stop_medicine"),
    path("medicines/<int:medicine_id>/doses/", medicines.write, name="write_dose"),
    path("doses/<int:dose_id>/correct/", medicines.correct, name="correct_dose"),
    path("outside/", outside.outside, name="outside"),
    path("outside/in/", outside.sign_in, name="sign_in"),
    path("outside/<int:entry_id>/out/", outside.sign_out, name="sign_out"),
    path("rounds/", outside.rounds, name="rounds"),
    path("elder/<int:resident_id>/", family.follow, name="follow"),
]
