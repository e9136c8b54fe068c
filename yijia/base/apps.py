"""Start-up of the shared app: subscribers and signals are found once, here."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class BaseConfig(AppConfig):
    name = "yijia.base"
    label = "base"

    def ready(self) -> None:
        from allauth.account.signals import password_changed
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth import signals

        from yijia.base import accounts

        signals.user_logged_in.disconnect(dispatch_uid="update_last_login")  # it reads a clock of its own
        signals.user_logged_in.connect(accounts.note_login)
        signals.user_logged_out.connect(accounts.note_logout)
        signals.user_login_failed.connect(accounts.note_failure)
        authenticator_added.connect(accounts.note_enrolled)
        password_changed.connect(accounts.note_password)
        for config in apps.get_app_configs():
            if config.name.startswith("yijia.") and find_spec(f"{config.name}.jobs"):
                import_module(f"{config.name}.jobs")
