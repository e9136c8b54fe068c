"""Doors of the shared app: language, hats, the administrator's and the auditor's offices."""

from django.urls import path

from yijia.base import views
from yijia.base.administration import views as administration
from yijia.base.auditor import views as auditor

urlpatterns = [
    path("language/", views.choose_language, name="choose_language"),
    path("elder/", views.choose_elder_mode, name="choose_elder_mode"),
    path("hat/", views.choose_hat, name="choose_hat"),
    path("admin/users/", administration.users, name="admin_users"),
    path("admin/users/new/", administration.new_user, name="admin_new_user"),
    path("admin/users/<int:user_id>/", administration.user, name="admin_user"),
    path("admin/users/<int:user_id>/grant/", administration.grant, name="admin_grant"),
    path("admin/users/<int:user_id>/grants/<int:grant_id>/revoke/", administration.revoke, name="admin_revoke"),
    path("admin/users/<int:user_id>/unlock/", administration.unlock, name="admin_unlock"),
    path("admin/users/<int:user_id>/password/", administration.reset_password, name="admin_reset_password"),
    path("admin/users/<int:user_id>/mfa/", administration.require_mfa, name="admin_require_mfa"),
    path("admin/users/<int:user_id>/active/", administration.set_active, name="admin_set_active"),
    path("admin/users/<int:user_id>/tokens/", administration.new_token, name="admin_new_token"),
    path(
        "admin/users/<int:user_id>/tokens/<int:token_id>/revoke/",
        administration.revoke_token,
        name="admin_revoke_token",
    ),
    path("admin/policy/", administration.policy, name="admin_policy"),
    path("admin/policy/value/", administration.policy_value, name="admin_policy_value"),
    path("admin/messages/", administration.messages, name="admin_messages"),
    path("admin/outbox/", administration.outbox, name="admin_outbox"),
    path("audit/", auditor.search, name="audit_search"),
    path("audit/chains/", auditor.chains, name="audit_chains"),
]
