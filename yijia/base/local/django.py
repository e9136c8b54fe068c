"""Django for a command: the database is up, the settings are named, the applications are loaded."""

import os

from yijia.base.local.home import home, make_home

SETTINGS = "yijia.config.settings"


def prepare() -> None:
    """Have what the settings expect: an address in DATABASE_URL with a server behind it, and the local folders.

    Starts the embedded server unless the environment names another. Children inherit the variable, so only the
    outermost process holds the server.

    Raises `PostgresError`: production names no server, or the embedded one cannot be used.
    """
    from yijia.base.local import account, demo_clock, postgres, regions

    in_production = os.environ.get("YIJIA_PRODUCTION", "").lower() in {"1", "true", "yes", "on"}
    if not postgres.is_elsewhere():
        if in_production:
            raise account.PostgresError("生产环境须设置 DATABASE_URL (production needs DATABASE_URL)")
        postgres.server().hold()
        os.environ["DATABASE_URL"] = regions.url(postgres.server())
    if not in_production:
        demo_clock.set_for(postgres.database_url())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    make_folders()


def make_folders() -> None:
    """Make the local folders that must exist before the first request."""
    make_home(home())
    (home() / "static").mkdir(exist_ok=True)


def setup() -> None:
    """Make models and actions usable in this process (see `prepare`)."""
    prepare()

    import django

    django.setup()
