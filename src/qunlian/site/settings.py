"""
Django settings, all from the environment; `qunlian up` fills it in.

QUNLIAN_DATABASE_URL  the database as the application's role (maintenance commands: its owner)
QUNLIAN_HOME          folder of this installation: secret key, uploads, embedded database
QUNLIAN_SECRET_KEY    signs cookies and tickets; `qunlian up` keeps one in QUNLIAN_HOME
QUNLIAN_HOSTS         host names served, comma-separated (default: any, for a machine at home)
QUNLIAN_LIVE_PORT     where the live process listens (the page address's host is used)
QUNLIAN_TRUSTED_PROXIES  how many proxies stand in front of us and write X-Forwarded-For (default: none)
QUNLIAN_KEEP_ROSTERS_DAYS   how long uploaded rosters and handed-back rows are kept (default: 90)
QUNLIAN_KEEP_ATTEMPTS_DAYS  how long counts of failed log-ins are kept (default: 1)
QUNLIAN_FADING_DAYS         a group whose members say and order nothing for so long fades (default: 21)
QUNLIAN_WEB_THREADS   threads of one web process; the pool holds two connections more
"""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

PACKAGE = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("QUNLIAN_HOME", "var")).resolve()
DEBUG = False
SECRET_KEY = os.environ.get("QUNLIAN_SECRET_KEY", "only-for-checks-and-builds")
ALLOWED_HOSTS = os.environ.get("QUNLIAN_HOSTS", "*").split(",")
ROOT_URLCONF = "qunlian.site.urls"
WSGI_APPLICATION = "qunlian.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    "qunlian.kernel",
    "qunlian.platforms.web",
    "qunlian.platforms.wecom",
    "qunlian.channel",
    "qunlian.community",
    "qunlian.messaging",
    "qunlian.commerce",
    "qunlian.activation",
    "qunlian.insight",
    "qunlian.console",
    "qunlian.member",
    "qunlian.worker",
    "qunlian.site",
]
MIDDLEWARE = [
    "qunlian.site.middleware.request_id",
    "qunlian.site.middleware.addresses",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qunlian.site.middleware.content_security",
    "qunlian.site.middleware.actor",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "qunlian.site.context.page",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    parts = conninfo_to_dict(os.environ.get("QUNLIAN_DATABASE_URL", "dbname=qunlian"))
    threads = int(os.environ.get("QUNLIAN_WEB_THREADS", "2"))
    options: dict[str, object] = {
        key: value
        for key, value in parts.items()
        if key not in {"dbname", "user", "password", "host", "port"}
    }
    if os.environ.get("QUNLIAN_POOL") == "1":
        options["pool"] = {"min_size": 1, "max_size": threads + 2, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": _database()}

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_ENGINE = "qunlian.channel.sessions"
SESSION_COOKIE_NAME = "qunlian_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "qunlian_csrf"
CSRF_FAILURE_VIEW = "qunlian.site.errors.csrf_failed"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login"
TRUSTED_PROXIES = int(os.environ.get("QUNLIAN_TRUSTED_PROXIES", "0"))
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "qunlian_language"
LOCALE_PATHS = sorted(PACKAGE.glob("*/locale")) + sorted(PACKAGE.glob("*/*/locale"))
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS: list[Path] = []
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
#: Vite names each asset after its content, so that it may be kept for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/qunlian/[\w-]+-[\w-]{8}\.(js|css|svg)$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

#: Retention: what is needed only for a while is deleted by a nightly job of its slice.
KEEP_ROSTERS_DAYS = int(os.environ.get("QUNLIAN_KEEP_ROSTERS_DAYS", "90"))
KEEP_ATTEMPTS_DAYS = int(os.environ.get("QUNLIAN_KEEP_ATTEMPTS_DAYS", "1"))
#: Three weeks without a word: stores order every one to two weeks, so two orders were missed.
FADING_DAYS = int(os.environ.get("QUNLIAN_FADING_DAYS", "21"))

LIVE_PORT = int(os.environ.get("QUNLIAN_LIVE_PORT", "8001"))

LOGGING_CONFIG = "qunlian.site.logging.configure"
LOGGING: dict[str, object] = {"version": 1}  # said by site.logging

#: Where phones and outside platforms reach us, e.g. https://qunlian.example.com; empty = nobody has said.
PUBLIC_URL = os.environ.get("QUNLIAN_PUBLIC_URL", "").rstrip("/")
#: Which adapter answers for each platform name. Features see platforms.port only.
QUNLIAN_PLATFORMS = {
    "web": "qunlian.platforms.web.adapter.WebPlatform",
    "wecom": "qunlian.platforms.wecom.adapter.WeComPlatform",
    "personal": "qunlian.platforms.personal.adapter.PersonalPlatform",
}
#: Where WeCom's native library of the message archive lies, which we may not pass on; empty = not installed.
WECOM_ARCHIVE_LIBRARY = os.environ.get("QUNLIAN_WECOM_ARCHIVE_LIBRARY", "")
#: Who finds the file of a picture or video that goes to a platform.
QUNLIAN_MEDIA_FINDER = "qunlian.messaging.queries.media.media_file"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
