"""Settings: one file, everything from the environment (.env.example names each variable).

A missing or malformed variable stops the start with the mend. Policy is never a setting.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from yijia.base.local.url import django_database

BASE_DIR = Path(__file__).resolve().parents[2]


def env_str(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file named by NAME_FILE (for secrets), or the default."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. Put it in the environment; .env.example says what it is.")
    return value


def env_bool(name: str, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {raw!r}.")


def env_int(name: str, default: int) -> int:
    raw = os.environ.get(name)
    if raw is None:
        return default
    try:
        return int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from error


def env_list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _secret(name: str) -> str:
    """A secret from the environment, or, outside production, one made once and kept beside the local data."""
    if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
        return env_str(name)
    if IS_PRODUCTION:
        raise ImproperlyConfigured(f"{name} must be set in production (or {name}_FILE to read it from a file).")
    from yijia.base.local.secrets import local_secret

    return local_secret(HOME, name)


# --- where we run
IS_PRODUCTION = env_bool("YIJIA_PRODUCTION", False)
IS_DEMO = env_bool("YIJIA_DEMO", False)
HOME = Path(os.environ.get("YIJIA_HOME", BASE_DIR / ".yijia"))
REGION = env_str("YIJIA_REGION", "CN-441900")
CLOCK_SHIFT_S = env_int("YIJIA_CLOCK_SHIFT_S", 0)  # demo and tests only; production refuses it below
POLICY_DIR = Path(os.environ.get("YIJIA_POLICY_DIR", BASE_DIR / "policy"))

if IS_PRODUCTION and (CLOCK_SHIFT_S or IS_DEMO):
    raise ImproperlyConfigured("YIJIA_CLOCK_SHIFT_S and YIJIA_DEMO are for demos; unset them in production.")

SECRET_KEY = _secret("YIJIA_SECRET_KEY")
FIELD_KEY = _secret("YIJIA_FIELD_KEY")  # encrypts personal identifiers; keep it outside the database
HASH_KEY = _secret("YIJIA_HASH_KEY")  # keys the search hashes of identifiers
FIELD_CIPHER = env_str("YIJIA_FIELD_CIPHER", "sm4-gcm")  # or aes-256-gcm
DEBUG = False
ALLOWED_HOSTS = env_list("YIJIA_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env_list("YIJIA_ORIGINS", "")

# --- applications
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "yijia.base",  # before allauth: its sign-in pages are ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "procrastinate.contrib.django",
    "yijia.apps.registry",
    "yijia.apps.cases",
    "yijia.apps.catalogue",
    "yijia.apps.agreements",
    "yijia.apps.care",
    "yijia.apps.visits",
    "yijia.apps.referrals",
    "yijia.apps.homes",
    "yijia.apps.rehab",
    "yijia.apps.dispatch",
    "yijia.apps.money",
    "yijia.apps.benefits",
    "yijia.apps.supervision",
    "yijia.apps.measures",
    "yijia.apps.exchange",
    "yijia.apps.portals",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "yijia.base.middleware.request_facts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yijia.base.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yijia.base.middleware.actor",
    "yijia.base.middleware.UnitOfWork",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yijia.config.urls"
WSGI_APPLICATION = "yijia.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yijia.apps.portals.context.shell",
                *(["yijia.demo.logins.context"] if IS_DEMO else []),
            ],
            "builtins": ["django.templatetags.i18n", "yijia.base.templatetags.yijia"],
        },
    }
]

# --- database: PostgreSQL everywhere
DATABASES = {"default": django_database(env_str("DATABASE_URL"))}
DATABASES["default"]["OPTIONS"] = (
    DATABASES["default"].get("OPTIONS", {})
    | {
        "application_name": "yijia",
        "server_side_binding": True,  # so that a question asked again is planned once a connection: a third less work for the database
        "prepare_threshold": 2,
    }
)
DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- accounts
AUTH_USER_MODEL = "base.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "yijia.base.accounts.Backend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "yijia.base.accounts.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # django-axes does the lockout; one mechanism, one message
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Yijia"
MFA_ADAPTER = "yijia.base.accounts.OneTimeCodes"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_CALLABLE = "yijia.base.accounts.lock_name"  # counted under a keyed hash: the field may hold a password
AXES_SENSITIVE_PARAMETERS = ["login", "username", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # the audit has it
AXES_LOCKOUT_PARAMETERS = ["username"]  # the address is not trusted: X-Forwarded-For can be forged
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_RESET_ON_SUCCESS = True
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # locked by name: behind a proxy every visitor shares one address
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "yijia.base.middleware.client_ip"
SESSION_COOKIE_AGE = 12 * 3600  # the absolute limit
IDLE_S = env_int("YIJIA_IDLE_MIN", 120) * 60  # a session nobody uses for so long is signed out
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- language and time: stored in UTC, shown in Shanghai
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024  # a signature and one photo fit; a flood does not
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- browser security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = env_bool("YIJIA_TLS_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("YIJIA_BEHIND_PROXY", False) else None
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-yijia"
    CSRF_COOKIE_NAME = "__Host-yijia-csrf"

SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
CSRF_FAILURE_VIEW = "yijia.base.health.forged"

# --- jobs: each app's `jobs.py`
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}  # what failed stays to be looked at
MESSAGE_PROVIDER = env_str("YIJIA_MESSAGE_PROVIDER", "yijia.base.messages.Sink")
SM2_ISSUERS = env_str("YIJIA_SM2_ISSUERS", "")  # without it no certificate is trusted, and none signs
ROADS = env_str("YIJIA_ROADS", "")
DISPATCH_TRAVEL = env_str(
    "YIJIA_DISPATCH_TRAVEL", "yijia.base.roads.by_road" if ROADS else "yijia.apps.dispatch.queries.straight"
)
DISPATCH_WORKERS = env_int("YIJIA_DISPATCH_WORKERS", 1)
DISPATCH_SCHEDULER = env_str("YIJIA_DISPATCH_SCHEDULER", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "yijia.base.logs.OneLine", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env_str("YIJIA_LOG_LEVEL", "WARNING")},
}
