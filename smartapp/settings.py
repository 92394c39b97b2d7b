"""All settings, from the environment; refuses to start on a missing or odd value.

Two profiles. `development` (the default) needs nothing set: SQLite, a broker that needs no
server and keys of its own in the git-ignored folder `var/`, everything on 127.0.0.1.
`production` needs every value named in docs/deploy.md and refuses the sandbox.
"""

import sys
from pathlib import Path

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from environs import Env

from smartapp.startup import (
    Refused,
    broker_options,
    check_field_keys,
    check_public_url,
    check_secret_key,
    database,
    kept_secret,
    new_field_key,
    new_secret_key,
    one_of,
    own_folder,
    switch,
    whole_number,
)

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

PROFILE = one_of(env, "SMARTAPP_PROFILE", "development", ("development", "production"))
PRODUCTION = PROFILE == "production"
TESTING = "pytest" in sys.modules

VAR_DIR = Path(env.str("SMARTAPP_VAR", str(BASE_DIR / "var"))).resolve()
if not PRODUCTION:
    own_folder(VAR_DIR)

DEBUG = False
SECRET_KEY = check_secret_key(
    env.str("SECRET_KEY", "")
    or ("" if PRODUCTION else kept_secret(VAR_DIR / "secret_key", new_secret_key))
)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# First key seals, all of them open: docs/security.md says how to rotate.
FIELD_KEYS = check_field_keys(
    env.list("FIELD_KEYS", [])
    or ([] if PRODUCTION else [kept_secret(VAR_DIR / "field_key", new_field_key)])
)

# The address browsers reach us by; the redirect URI never depends on a header.
PUBLIC_URL = check_public_url(
    env.str("SMARTAPP_PUBLIC_URL", "" if PRODUCTION else "http://127.0.0.1:8000"), PRODUCTION
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [] if PRODUCTION else ["127.0.0.1", "localhost"])
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise Refused("ALLOWED_HOSTS must name the hosts of this site, one by one, never '*'.")
# "none", or the header that the proxy in front sets: an unset proxy must be said aloud (AC-03).
TRUSTED_PROXY = one_of(env, "TRUSTED_PROXY", "" if PRODUCTION else "none", ("none", "x-forwarded"))
if TRUSTED_PROXY == "x-forwarded":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The sandbox EHR gives out tokens to anyone who asks: it never runs beside real patients.
SANDBOX = switch(env, "SMARTAPP_SANDBOX", not PRODUCTION)
if SANDBOX and PRODUCTION:
    raise Refused("SMARTAPP_SANDBOX cannot be on in the production profile.")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "servestatic",
    "template_partials",
    "smartapp.sealed",
    "smartapp.audit",
    "smartapp.ui",
    "smartapp.accounts",
    "smartapp.connections",
    "smartapp.launches",
    "smartapp.chart",
]
if SANDBOX:
    INSTALLED_APPS.append("smartapp.sandbox")

MIDDLEWARE = [
    "smartapp.ui.middleware.PartitionedCookies",
    "smartapp.ui.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "smartapp.ui.middleware.SecurityHeaders",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "smartapp.ui.middleware.ErrorPages",
    "smartapp.ui.middleware.AdminScripts",
    "smartapp.launches.sessions.LaunchSessions",
    "django.middleware.common.CommonMiddleware",
    "smartapp.ui.middleware.SameOriginPosts",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "smartapp.launches.middleware.CurrentLaunch",
]

ROOT_URLCONF = "smartapp.urls"
ASGI_APPLICATION = "smartapp.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

DATABASE_URL = env.str(
    "DATABASE_URL", "" if PRODUCTION else f"sqlite:///{VAR_DIR / 'smartapp.sqlite3'}"
)
# Under ASGI a connection per thread would never be reused: psycopg's pool instead.
DATABASES = {"default": database(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        ),
    }
elif not TESTING:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = env.str("BROKER_URL", "" if PRODUCTION else f"filesystem://{VAR_DIR / 'broker'}")
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(BROKER_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "retry-revocations": {
        "task": "smartapp.launches.tasks.retry_revocations",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "prune-launches": {
        "task": "smartapp.launches.tasks.prune",
        "schedule": 300.0,
        "options": {"expires": 250},
    },
    "check-discovery": {
        "task": "smartapp.connections.tasks.check_discovery",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
}

CACHE_URL = env.str("CACHE_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
    }
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "smartapp.accounts.adapters.ClosedSignUp"
MFA_ADAPTER = "smartapp.accounts.adapters.SealedSecrets"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"

# Framed by an EHR on another site a cookie needs SameSite=None and Partitioned
# (ui.middleware.PartitionedCookies adds the latter). Chromium keeps Secure cookies on
# http://127.0.0.1 too, so development has the production flags.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
LAUNCH_COOKIE_NAME = "__Secure-launch"
# Whether EHRs show the app in a frame; without, its cookies are Lax and no page may embed it.
EMBEDDING = switch(env, "SMARTAPP_EMBEDDING", True)
LAUNCH_IDLE_S = whole_number(env, "LAUNCH_IDLE_S", 15 * 60, limits=(5 * 60, 30 * 60))
LAUNCH_LIFETIME_S = 12 * 3600
CSRF_USE_SESSIONS = True
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_FAILURE_VIEW = "smartapp.ui.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
# `no-referrer` would make Chromium send Origin: null on form posts, which Django refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": ["/csp"],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVESTATIC_USE_FINDERS = not PRODUCTION
SERVESTATIC_AUTOREFRESH = False
SERVESTATIC_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

LOGGING_CONFIG = "smartapp.ui.logs.configure"
LOG_LEVEL = one_of(env, "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {"level": LOG_LEVEL, "as_json": PRODUCTION}
