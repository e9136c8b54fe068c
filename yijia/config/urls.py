"""Where each door hangs: one include per context, the API, the sign-in pages, the health check."""

from django.urls import include, path

from yijia.base import health
from yijia.config.api import api

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("yijia.config.signing_in")),
    path("api/v1/", api.urls),
    path("", include("yijia.base.urls")),
    path("", include("yijia.apps.portals.urls")),
    path("people/", include("yijia.apps.registry.urls")),
    path("cases/", include("yijia.apps.cases.urls")),
    path("catalogue/", include("yijia.apps.catalogue.urls")),
    path("agreements/", include("yijia.apps.agreements.urls")),
    path("orders/", include("yijia.apps.care.urls")),
    path("visits/", include("yijia.apps.visits.urls")),
    path("referrals/", include("yijia.apps.referrals.urls")),
    path("homes/", include("yijia.apps.homes.urls")),
    path("rehab/", include("yijia.apps.rehab.urls")),
    path("dispatch/", include("yijia.apps.dispatch.urls")),
    path("money/", include("yijia.apps.money.urls")),
    path("benefits/", include("yijia.apps.benefits.urls")),
    path("supervision/", include("yijia.apps.supervision.urls")),
    path("measures/", include("yijia.apps.measures.urls")),
    path("exports/", include("yijia.apps.exchange.urls")),
]

handler400 = "yijia.base.health.malformed"
handler404 = "yijia.base.health.not_found"
handler500 = "yijia.base.health.broken"
