"""Doors of this context."""

from django.urls import path

from yijia.apps.agreements.views import cooperations, papers

app_name = "agreements"
urlpatterns = [
    path("", papers.papers, name="papers"),
    path("<int:agreement_id>/", papers.paper, name="paper"),
    path("<int:agreement_id>/print/", papers.sheet, name="sheet"),
    path("<int:agreement_id>/paper.pdf", papers.paper_pdf, name="paper_pdf"),
    path("<int:agreement_id>/sign/", papers.sign, name="sign"),
    path("<int:agreement_id>/code/", papers.give_code, name="give_code"),
    path("<int:agreement_id>/by-code/", papers.sign_by_code, name="sign_by_code"),
    path("<int:agreement_id>/countersign/", papers.countersign, name="countersign"),
    path("<int:agreement_id>/revoke/", papers.revoke, name="revoke"),
    path("signatures/<int:signature_id>/image/", papers.signature_image, name="signature_image"),
    path("cooperations/", cooperations.cooperations, name="cooperations"),
    path("cooperations/new/<slug:kind>/", cooperations.draft, name="cooperation_draft"),
    path("cooperations/<int:cooperation_id>/", cooperations.cooperation, name="cooperation"),
    path("cooperations/<int:cooperation_id>/words/", cooperations.words, name="cooperation_words"),
    path("cooperations/<int:cooperation_id>/renew/", cooperations.renew, name="cooperation_renew"),
    path("cooperations/<int:cooperation_id>/paper/", cooperations.cooperation_paper, name="cooperation_paper"),
    path("cooperations/<int:cooperation_id>/paper.pdf", cooperations.cooperation_pdf, name="cooperation_pdf"),
    path("cooperations/<int:cooperation_id>/sign/", cooperations.cooperation_sign, name="cooperation_sign"),
    path("cooperations/<int:cooperation_id>/move/", cooperations.cooperation_move, name="cooperation_move"),
    path(
        "cooperations/<int:cooperation_id>/duties/<slug:code>/", cooperations.cooperation_duty, name="cooperation_duty"
    ),
    path(
        "cooperations/<int:cooperation_id>/duties/<slug:code>/record/",
        cooperations.cooperation_perform,
        name="cooperation_perform",
    ),
    path("cooperations/breaches/<int:breach_id>/", cooperations.breach, name="breach"),
    path("cooperations/breaches/<int:breach_id>/answer/", cooperations.breach_answer, name="breach_answer"),
    path("cooperations/breaches/<int:breach_id>/decide/", cooperations.breach_decide, name="breach_decide"),
    path(
        "cooperations/signatures/<int:signature_id>/image/",
        cooperations.party_signature_image,
        name="party_signature_image",
    ),
]
