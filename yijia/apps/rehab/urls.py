"""Doors of this context."""

from django.urls import path

from yijia.apps.rehab.views import listing, records

app_name = "rehab"
urlpatterns = [
    path("", listing.desk, name="desk"),
    path("list/", listing.public_list, name="public"),
    path("mine/", records.mine, name="mine"),
    path("apply/", listing.apply, name="apply"),
    path("figures/", listing.figures, name="figures"),
    path("cases/<int:case_id>/", listing.case, name="case"),
    path("cases/<int:case_id>/move/", listing.move, name="move"),
    path("cases/<int:case_id>/sheet/", listing.sheet, name="sheet"),
    path("cases/<int:case_id>/experts/", listing.name_expert, name="name_expert"),
    path("cases/<int:case_id>/experts/leave/", listing.stand_down, name="stand_down"),
    path("cases/<int:case_id>/vote/", listing.vote, name="vote"),
    path("cases/<int:case_id>/letters/<int:letter_id>.pdf", listing.letter, name="letter"),
    path("designations/<int:designation_id>/", listing.designation, name="designation"),
    path("bans/<int:ban_id>/lift/", listing.lift, name="lift"),
    path("people/<int:resident_id>/", records.of_resident, name="of_resident"),
    path("people/<int:resident_id>/choose/", records.choose, name="choose"),
    path("records/<int:placement_id>/", records.record, name="record"),
    path("records/<int:placement_id>/evaluate/", records.evaluate, name="evaluate"),
    path("records/<int:placement_id>/train/", records.train, name="train"),
    path("records/<int:placement_id>/settle/", records.settle, name="settle"),
    path("records/<int:placement_id>/take-back/", records.take_back, name="take_back"),
    path("evaluations/<int:evaluation_id>/sign/", records.sign, name="sign"),
]
