"""Django settings. Everything an operator may change is an environment variable, read strictly.

| variable | meaning | default |
|---|---|---|
| FANGPIN_DATA_DIR | data of this installation | ~/.local/share/fangpin |
| FANGPIN_DATABASE_URL (or …_FILE) | PostgreSQL ≥ 15 | the embedded server in the data folder |
| FANGPIN_SECRET_KEY (or …_FILE) | signs sessions, ≥ 32 characters | made once in the data folder |
| FANGPIN_KEYS (or …_FILE) | key ring, see foundation/keys.py | made once in the data folder |
| FANGPIN_CIPHER | cipher of keys made from now on: aes-256-gcm or sm4-gcm | aes-256-gcm |
| FANGPIN_HOSTS | host names served, comma-separated | localhost,127.0.0.1,[::1] |
| FANGPIN_HTTPS | served over HTTPS: secure cookies, HSTS | 0 |
| FANGPIN_PROXIES | proxies of your own in front, whose X-Forwarded-For counts | 0 |
| FANGPIN_SECOND_FACTOR | everybody needs a second factor to sign in | 1 |
| FANGPIN_IDLE_MINUTES | a session ends after so long without a request | 30 |
| FANGPIN_SESSION_HOURS | a session ends after so long in any case | 12 |
| FANGPIN_PASSWORD_DAYS | a password must be changed after so many days, 0 = never | 0 |
| FANGPIN_OIDC_ISSUER | address of the county's single sign-on (OpenID Connect) | none |
| FANGPIN_OIDC_CLIENT_ID | what this installation is called there | none |
| FANGPIN_OIDC_CLIENT_SECRET (or …_FILE) | its secret | none |
| FANGPIN_OIDC_NAME | what its button says | 统一身份认证 |
| FANGPIN_OIDC_CLAIM | claim that holds the user name here | preferred_username |
| FANGPIN_OIDC_SECOND_FACTOR | the other side always asks for a second factor | 0 |
| FANGPIN_DEMO | demonstration: demo accounts, loopback only | 0 (set by `fangpin demo`) |
| FANGPIN_EXPORT_DAYS | how long a file taken away can be fetched again, 1–90 | 30 |
| FANGPIN_EXPORT_APPROVAL_ROWS | rows of a kind taken in a day without an approver | 5000 |
| FANGPIN_REQUEST_WORKDAYS | working days in which a request of a person is answered, 1–60 | 15 |
| FANGPIN_ERASED_LIST | file, elsewhere, for ids that were erased | erased.jsonl in the data |
| FANGPIN_READING_LIMITS | persons a day by role: `village_worker=300,leader=200` | 300–2000 |
| FANGPIN_PUBLIC_URL | address of the public page, printed on notices | none |
| FANGPIN_STAFF_URL | address at which staff reach the pages, for links in what is sent | none |
| FANGPIN_MESSAGE_HOSTS | machines that messages may be sent to: `name` or `name:port`, … | none |
| FANGPIN_MESSAGE_PRIVATE_HOSTS | names among them that may lie in the own network | none |
| FANGPIN_PHONE_HOURS | a phone opens what it took along for so long without a network, 1–72 | 72 |
| FANGPIN_UPLOAD_MB | largest file taken in | 200 |
| FANGPIN_BASELINE_MB | memory of each page server for runs kept ready for what-if | 1024 |
| FANGPIN_PORT | port of `fangpin serve` and `fangpin demo` | 8000 |
| FANGPIN_JOB_MB | memory that one background job may take | three quarters of the machine's |
| FANGPIN_JOB_MINUTES | time that one background job may take | 240 |
| FANGPIN_JOB_CPU_MINUTES | processor time that one job may take, with its children | 240 |
| FANGPIN_JOB_NICE | how far background jobs stand behind the pages, 0–19; 0: not at all | 10 |
| FANGPIN_FONTS | folder of the fonts that prints are set in | those of the system |
| FANGPIN_AUDIT_ANCHOR | file outside of this machine for heads of the audit chain | none |
| FANGPIN_BACKUP_PASSPHRASE (or …_FILE) | seals backups, ≥ 12 characters | backups are not sealed |
"""

from fangpin.foundation import environment, postgres
from fangpin.foundation.secret_key import secret_key
from fangpin.kernel.errors import FangpinError

DATA_DIR = environment.data_dir()
DEMO = environment.flag("FANGPIN_DEMO", False)
HTTPS = environment.flag("FANGPIN_HTTPS", False)
PROXIES = environment.whole_number("FANGPIN_PROXIES", 0, low=0, high=5)
SECOND_FACTOR = environment.flag("FANGPIN_SECOND_FACTOR", True)
UPLOAD_BYTES = environment.whole_number("FANGPIN_UPLOAD_MB", 200, low=1, high=4000) * 1024 * 1024

DEBUG = False
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = list(environment.words("FANGPIN_HOSTS", ("localhost", "127.0.0.1", "[::1]")))
if DEMO and not set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}:
    raise FangpinError.because(
        "演示模式只能在本机访问，不能设置 FANGPIN_HOSTS",
        "a demonstration is served to this machine only; FANGPIN_HOSTS must not be set",
        do_zh="去掉 FANGPIN_HOSTS，或改用 fangpin serve",
        do_en="unset FANGPIN_HOSTS, or use fangpin serve",
    )

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "fangpin.foundation",
    "fangpin.places",
    "fangpin.people",
    "fangpin.registry",
    "fangpin.feeds",
    "fangpin.screening",
    "fangpin.exchange",
    "fangpin.checks",
    "fangpin.clues",
    "fangpin.cases",
    "fangpin.disclosure",
    "fangpin.fieldwork",
    "fangpin.privacy",
    "fangpin.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "fangpin.web.public.shedding.PublicShedding",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "fangpin.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "fangpin.web.middleware.NoNulls",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fangpin.web.session_rules.SessionRules",
    "fangpin.web.middleware.SecondWall",
    "fangpin.web.middleware.PolicyRequired",
    "fangpin.web.middleware.TooManyReadIsTold",
    "fangpin.web.middleware.NothingIsCached",
    "fangpin.web.middleware.FormsOnly",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "fangpin.web.urls"
WSGI_APPLICATION = "fangpin.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "fangpin.web.context.page",
            ],
            "builtins": [
                "fangpin.web.templatetags.wording",
                "fangpin.web.templatetags.policy",
            ],
        },
    }
]

_url = environment.secret("FANGPIN_DATABASE_URL")
EMBEDDED_DATABASE = _url is None
_parts = environment.database_url(_url or postgres.database_url(DATA_DIR))
_sslmode = _parts.pop("sslmode", None)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **_parts,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": _sslmode} if _sslmode else {},
    }
}
# The old row at each change of the registry, kept by triggers; ordered also inside a transaction.
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
LOGIN_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "fangpin.people.sign_in.password_rules.NoNames"},
]
PASSWORD_DAYS = environment.whole_number("FANGPIN_PASSWORD_DAYS", 0, low=0, high=3650)
OIDC_ISSUER = environment.text("FANGPIN_OIDC_ISSUER", "")
OIDC_CLIENT_ID = environment.text("FANGPIN_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = environment.secret("FANGPIN_OIDC_CLIENT_SECRET") or ""
OIDC_NAME = environment.text("FANGPIN_OIDC_NAME", "统一身份认证")
OIDC_CLAIM = environment.text("FANGPIN_OIDC_CLAIM", "preferred_username")
OIDC_SECOND_FACTOR = environment.flag("FANGPIN_OIDC_SECOND_FACTOR", False)
if OIDC_ISSUER and not (OIDC_ISSUER.startswith("https://") or DEMO):
    raise FangpinError.because(
        "FANGPIN_OIDC_ISSUER 必须以 https:// 开头",
        "FANGPIN_OIDC_ISSUER must begin with https://",
        do_zh="填写统一身份认证的 https 地址",
        do_en="give the https address of the single sign-on",
    )

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "fangpin_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 60
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
UPLOAD_ROOT = DATA_DIR / "uploads"
EXPORTS_ROOT = DATA_DIR / "exports"
# Persons a day that a role reads about before it is stopped and the security administrator told.
READING_LIMITS = environment.whole_numbers(
    "FANGPIN_READING_LIMITS",
    {
        "village_worker": 300,
        "township_officer": 1000,
        "county_bureau": 2000,
        "department_liaison": 500,
        "approver": 500,
        "leader": 300,
        "auditor": 500,
    },
)
EXPORT_DAYS = environment.whole_number("FANGPIN_EXPORT_DAYS", 30, low=1, high=90)
EXPORT_APPROVAL_ROWS = environment.whole_number(
    "FANGPIN_EXPORT_APPROVAL_ROWS", 5000, low=0, high=10_000_000
)
# The public page: files that the worker writes and anybody may read; notices as posted, closed.
PUBLIC_ROOT = DATA_DIR / "public"
NOTICES_ROOT = DATA_DIR / "notices"
SUBMISSIONS_ROOT = DATA_DIR / "submissions"
PUBLIC_URL = environment.text("FANGPIN_PUBLIC_URL", "")
# Messages leave for these machines and no other (people/messages/outward).
STAFF_URL = environment.text("FANGPIN_STAFF_URL", "").rstrip("/")
MESSAGE_HOSTS = environment.words("FANGPIN_MESSAGE_HOSTS", ())
MESSAGE_PRIVATE_HOSTS = environment.words("FANGPIN_MESSAGE_PRIVATE_HOSTS", ())
if STAFF_URL and not STAFF_URL.startswith(("https://", "http://localhost", "http://127.0.0.1")):
    raise FangpinError.because(
        "FANGPIN_STAFF_URL 必须以 https:// 开头",
        "FANGPIN_STAFF_URL must begin with https://",
        do_zh="填写工作人员打开本系统的 https 地址",
        do_en="give the https address at which staff open the pages",
    )
if _unnamed := {*MESSAGE_PRIVATE_HOSTS} - {each.partition(":")[0] for each in MESSAGE_HOSTS}:
    raise FangpinError.because(
        f"FANGPIN_MESSAGE_PRIVATE_HOSTS 中的 {', '.join(sorted(_unnamed))} 不在 "
        "FANGPIN_MESSAGE_HOSTS 中",
        f"{', '.join(sorted(_unnamed))} of FANGPIN_MESSAGE_PRIVATE_HOSTS is not in "
        "FANGPIN_MESSAGE_HOSTS",
        do_zh="内网主机也要写进 FANGPIN_MESSAGE_HOSTS",
        do_en="name inner hosts in FANGPIN_MESSAGE_HOSTS as well",
    )
PHONE_HOURS = environment.whole_number("FANGPIN_PHONE_HOURS", 72, low=1, high=72)
PICTURES_ROOT = DATA_DIR / "pictures"
REQUEST_WORKDAYS = environment.whole_number("FANGPIN_REQUEST_WORKDAYS", 15, low=1, high=60)
RUNS_ROOT = DATA_DIR / "runs"
EXCHANGE_ROOT = DATA_DIR / "exchange"
CASE_FILES_ROOT = DATA_DIR / "case-files"
BASELINE_BYTES = (
    environment.whole_number("FANGPIN_BASELINE_MB", 1024, low=16, high=1_000_000) * 1024 * 1024
)
DATA_UPLOAD_MAX_NUMBER_FILES = 100
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_NAME = "fangpin_session"
SESSION_COOKIE_AGE = environment.whole_number("FANGPIN_SESSION_HOURS", 12, low=1, high=72) * 3600
SESSION_IDLE_SECONDS = environment.whole_number("FANGPIN_IDLE_MINUTES", 30, low=1, high=720) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "fangpin_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "fangpin.web.views.errors.form_expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_SSL_REDIRECT = False  # the reverse proxy's task
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "manifest-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "fangpin.foundation.log_lines.WithoutRows",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        # Anybody outside may send other host names: refused (400), and not worth a traceback each.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
