"""Doors of this context."""

from django.urls import path

from yijia.apps.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("items/", views.items, name="items"),
    path("items/<str:code>/", views.item, name="item"),
    path("items/<str:code>/pick/", views.pick, name="pick"),
    path("offered/", views.offered_items, name="offered_items"),
    path("offered/<int:offered_item_id>/", views.offered_item, name="offered_item"),
    path("offered/<int:offered_item_id>/publish/", views.review_item, {"answer": "publish"}, name="publish_item"),
    path("offered/<int:offered_item_id>/return/", views.review_item, {"answer": "return"}, name="return_item"),
    path("offered/<int:offered_item_id>/withdraw/", views.withdraw_item, name="withdraw_item"),
    path("reviews/", views.reviews, name="reviews"),
    path("filings/", views.filings, name="filings"),
    path("filings/new/<slug:kind>/", views.edit_filing, name="filing_new"),
    path("filings/<int:filing_id>/", views.filing, name="filing"),
    path("filings/<int:filing_id>/edit/", views.edit_filing, name="filing_edit"),
    path("filings/<int:filing_id>/submit/", views.submit_filing, name="submit_filing"),
    path("filings/<int:filing_id>/review/", views.review_filing, name="review_filing"),
    path("filings/<int:filing_id>/return/", views.return_filing, name="return_filing"),
    path("filings/<int:filing_id>/publish/", views.publish_filing, name="publish_filing"),
    path("area/", views.area, name="area"),
    path("prices/", views.prices, name="prices"),
    path("prices/<int:organisation_id>/", views.price_list, name="price_list"),
]
