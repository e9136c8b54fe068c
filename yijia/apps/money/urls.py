"""Doors of this context."""

from django.urls import path

from yijia.apps.money import views

app_name = "money"
urlpatterns = [
    path("bills/", views.my_bills, name="my_bills"),
    path("bills/<int:order_id>/", views.bill, name="bill"),
    path("desk/", views.desk, name="desk"),
    path("desk/<int:order_id>/", views.take, name="take"),
    path("desk/episodes/<int:episode_id>/", views.fees, name="fees"),
    path("fees/<int:receipt_id>/receipt/", views.fee_receipt, name="fee_receipt"),
    path("payments/<int:payment_id>/receipt/", views.receipt, name="receipt"),
    path("payments/<int:payment_id>/refund/", views.refund, name="refund"),
    path("refunds/<int:refund_id>/receipt/", views.refund_receipt, name="refund_receipt"),
    path("refunds/<int:refund_id>/hand-over/", views.hand_over, name="hand_over"),
    path("statement/", views.statement, name="statement"),
    path("work/", views.work, name="work"),
    path("holds/", views.holds, name="holds"),
    path("holds/<int:order_id>/retry/", views.retry, name="retry"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/<int:voucher_id>/", views.voucher, name="voucher"),
    path("lines/<int:line_id>/", views.line, name="line"),
]
