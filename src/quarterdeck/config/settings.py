"""Django's settings, taken from the installation's home and a few environment variables."""

import os
from typing import Any

from quarterdeck.config.home import database, home, secret_key

HOME = home()
SECRET_KEY = secret_key(HOME)
DEBUG = False
# This machine may always ask: what watches the installation comes by these names.
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [*filter(None, os.environ.get("QUARTERDECK_HOSTS", "").split(",")), *LOOPBACK]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in {*LOOPBACK, "*"}]
# Whether a proxy with TLS stands before it. Only then may a header say that the browser came by
# HTTPS: without a proxy anybody could write it.
BEHIND_PROXY = os.environ.get("QUARTERDECK_BEHIND_PROXY", "").lower() in {"1", "true", "yes"}
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_PROXY

INSTALLED_APPS = [
    "quarterdeck.core",
    "quarterdeck.ui",
    "quarterdeck.office",
    "quarterdeck.planning",
    "quarterdeck.people",
    "quarterdeck.services",
    "quarterdeck.desk",
    "quarterdeck.scorecard",
    "quarterdeck.config.operation",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "quarterdeck.config.operation.requests.RequestsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quarterdeck.ui.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quarterdeck.ui.middleware.SignInRequiredMiddleware",
    "quarterdeck.ui.middleware.PasswordChangeMiddleware",
    "quarterdeck.ui.middleware.SeenMiddleware",
    "quarterdeck.ui.middleware.MemoryMiddleware",
    "quarterdeck.ui.middleware.ReaderZoneMiddleware",
    "quarterdeck.ui.middleware.WrongMethodMiddleware",
    "quarterdeck.ui.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "quarterdeck.config.urls"
WSGI_APPLICATION = "quarterdeck.config.wsgi.application"

FORM_RENDERER = "quarterdeck.ui.form_renderer.FormRenderer"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quarterdeck.ui.shell.shell",
            ],
        },
    },
]

DATABASES = {"default": database(os.environ.get("QUARTERDECK_DATABASE_URL", ""), HOME)}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# The mail server, such as smtp://user:password@mail.example.org:587, and who its mail is from.
SMTP_URL = os.environ.get("QUARTERDECK_SMTP_URL", "")
MAIL_FROM = os.environ.get("QUARTERDECK_MAIL_FROM", "")
# With these it is signed in to by OAuth 2, as the user of its address and without a password.
SMTP_TOKENS = {
    "token_url": os.environ.get("QUARTERDECK_SMTP_TOKEN_URL", ""),
    "client_id": os.environ.get("QUARTERDECK_SMTP_CLIENT_ID", ""),
    "client_secret": os.environ.get("QUARTERDECK_SMTP_CLIENT_SECRET", ""),
    "refresh_token": os.environ.get("QUARTERDECK_SMTP_REFRESH_TOKEN", ""),
    "scope": os.environ.get("QUARTERDECK_SMTP_SCOPE", ""),
}
# Where people open this installation, such as https://it.example.org, for links in mails.
PUBLIC_URL = os.environ.get("QUARTERDECK_URL", "").rstrip("/")
# The passwords of mailboxes that are read by IMAP, by the mailbox's name. They are in no database.
_MAILBOX_PASSWORD = "QUARTERDECK_MAILBOX_PASSWORD_"  # noqa: S105 — the beginning of a name
MAILBOX_PASSWORDS = {
    name.removeprefix(_MAILBOX_PASSWORD).lower(): value
    for name, value in os.environ.items()
    if name.startswith(_MAILBOX_PASSWORD)
}
# The secrets of those that are signed in to by OAuth 2, in the same way.
_CLIENT_SECRET = "QUARTERDECK_MAILBOX_CLIENT_SECRET_"  # noqa: S105 — the beginning of a name
_REFRESH_TOKEN = "QUARTERDECK_MAILBOX_REFRESH_TOKEN_"  # noqa: S105 — the beginning of a name
MAILBOX_CLIENT_SECRETS, MAILBOX_REFRESH_TOKENS = (
    {
        name.removeprefix(beginning).lower(): value
        for name, value in os.environ.items()
        if name.startswith(beginning)
    }
    for beginning in (_CLIENT_SECRET, _REFRESH_TOKEN)
)
# The addresses of webhooks, and the keys by which events are signed, by the webhook's name: both
# are secrets, and in no database.
_WEBHOOK_ADDRESS = "QUARTERDECK_WEBHOOK_ADDRESS_"
_WEBHOOK_SECRET = "QUARTERDECK_WEBHOOK_SECRET_"  # noqa: S105 — the beginning of a name
WEBHOOK_ADDRESSES, WEBHOOK_SECRETS = (
    {
        name.removeprefix(beginning).lower(): value
        for name, value in os.environ.items()
        if name.startswith(beginning)
    }
    for beginning in (_WEBHOOK_ADDRESS, _WEBHOOK_SECRET)
)
# The hosts of our own network to which webhooks may be posted; all others are of the internet.
WEBHOOK_HOSTS = [*filter(None, os.environ.get("QUARTERDECK_WEBHOOK_HOSTS", "").lower().split(","))]
# Where the nightly backup goes; there is none without a folder.
BACKUP_FOLDER = os.environ.get("QUARTERDECK_BACKUP_FOLDER", "")
# Who may read /metrics from another machine.
METRICS_TOKEN = os.environ.get("QUARTERDECK_METRICS_TOKEN", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.Account"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username",)},
    },
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "quarterdeck.ui.static_files.StaticFiles"},
}

# Also serves what has not been collected: tests and a bare checkout.
WHITENOISE_USE_FINDERS = True

AUTHENTICATION_BACKENDS = ["quarterdeck.ui.sign_in.PasswordBackend"]
CSRF_FAILURE_VIEW = "quarterdeck.ui.errors.stale_form"
# Named and shaped as in Django 6, which brings the policy itself.
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_CHANGE_URL = "account.password"  # noqa: S105 — the name of an address
# How long the address in a mail for a forgotten password opens anything, in seconds.
PASSWORD_RESET_TIMEOUT = 3600
SESSION_ENGINE = "quarterdeck.core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
