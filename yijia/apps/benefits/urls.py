"""Doors of this context."""

from django.urls import path

from yijia.apps.benefits import views

app_name = "benefits"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("people/<int:resident_id>/", views.of_resident, name="of_resident"),
    path("entitlements/<int:entitlement_id>/step/", views.step, name="step"),
    path("orders/<int:order_id>/step/", views.step_order, name="step_order"),
    path("orders/<int:order_id>/difference/", views.settle_difference, name="settle_difference"),
    path("desk/", views.desk, name="desk"),
    path("desk/pick/", views.pick, name="pick"),
    path("desk/export/", views.export_batch, name="export_batch"),
    path("batches/", views.batches, name="batches"),
    path("batches/<int:batch_id>/list.csv", views.batch_file, name="batch_file"),
    path("batches/<int:batch_id>/settle/", views.settle_batch, name="settle_batch"),
    path("dry-run/", views.dry_run, name="dry_run"),
    path("dry-run/people/", views.dry_run_people, name="dry_run_people"),
    path("dry-run/snapshot/", views.take_snapshot, name="take_snapshot"),
    path("dry-run/propose/", views.propose, name="propose"),
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<int:proposal_id>/withdraw/", views.withdraw, name="withdraw"),
    path("grounds/", views.grounds, name="grounds"),
    path("grounds/confirm/", views.confirm, name="confirm"),
]
