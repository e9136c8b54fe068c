"""Django for a command: the database is up, the settings are named, the applications are loaded."""

import os

SETTINGS = "yijia.config.settings"


def setup() -> None:
    """Make models and actions usable in this process; starts the embedded server unless DATABASE_URL is set.

    Children inherit DATABASE_URL, so only the outermost process holds the server.
    """
    if not os.environ.get("DATABASE_URL"):
        from yijia.base.local import postgres

        os.environ["DATABASE_URL"] = postgres.server().hold()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)

    import django

    django.setup()
