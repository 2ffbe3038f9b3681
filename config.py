"""The settings of the service: read from the environment, with defaults that run on a developer's machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from planner import embedded

ROOT = Path(__file__).resolve().parent

ENVIRONMENTS = ("development", "testing", "production")
MAIL_TLS_MODES = ("none", "starttls", "ssl")
REQUIRED_IN_PRODUCTION = (
    "SECRET_KEY",
    "BASE_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "MAIL_HOST",
    "MAIL_PORT",
    "MAIL_SENDER",
)
SHORTEST_SECRET = 32
LARGEST_REQUEST = 8 * 1024 * 1024  # bytes: a file of 5 MB, the most that a form takes, is refused by the form itself
DEVELOPMENT_SECRET = "known to everyone: never in production"  # noqa: S105 -- production refuses to start without its own


class ConfigurationError(Exception):
    """The environment does not describe a service that can run; the text names every setting to correct."""


@dataclass(kw_only=True)
class Config:
    """What the service runs with. One attribute per setting, then what Flask and its extensions derive from them."""

    ENVIRONMENT: str
    SECRET_KEY: str
    BASE_URL: str
    DATABASE_URL: str
    REDIS_URL: str
    MAIL_HOST: str
    MAIL_PORT: int
    MAIL_USERNAME: str
    MAIL_PASSWORD: str
    MAIL_TLS: str
    MAIL_SENDER: str
    MAIL_SENDER_NAME: str
    LISTEN_ADDRESS: str
    PORT: int
    MAILBOX_PORT: int
    DATA_DIR: Path
    DSFR_DIST: Path
    LOG_JSON: bool
    TRUSTED_PROXIES: int
    PUBLISHER: str
    PUBLICATION_DIRECTOR: str
    HOSTING: str
    CONTACT_EMAIL: str
    DATA_PROTECTION_CONTACT: str
    RETENTION_NOTICE: str
    SECRET_KEY_FALLBACKS: list[str]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """The settings these variables describe; an empty variable counts as absent.

        Raises `ConfigurationError` with every fault at once: what is missing in production, what cannot be read.
        """
        read = _Reader(environ)
        environment = read.choice("ENVIRONMENT", ENVIRONMENTS)
        port = read.number("PORT", 8000)
        data_dir = (ROOT / read.text("DATA_DIR", "var")).resolve()
        config = cls(
            ENVIRONMENT=environment,
            SECRET_KEY=read.text("SECRET_KEY", DEVELOPMENT_SECRET),
            BASE_URL=read.text("BASE_URL", f"http://localhost:{port}").rstrip("/"),
            DATABASE_URL=read.text("DATABASE_URL", embedded.postgresql_url(data_dir)),
            REDIS_URL=read.text("REDIS_URL", embedded.valkey_url(data_dir)),
            MAIL_HOST=read.text("MAIL_HOST", "127.0.0.1"),
            MAIL_PORT=read.number("MAIL_PORT", 1025),
            MAIL_USERNAME=read.text("MAIL_USERNAME", ""),
            MAIL_PASSWORD=read.text("MAIL_PASSWORD", ""),
            MAIL_TLS=read.choice("MAIL_TLS", MAIL_TLS_MODES),
            MAIL_SENDER=read.text("MAIL_SENDER", "mois-innovation@example.org"),
            MAIL_SENDER_NAME=read.text("MAIL_SENDER_NAME", "Mois de l’innovation publique"),
            LISTEN_ADDRESS=read.text("LISTEN_ADDRESS", "127.0.0.1"),
            PORT=port,
            MAILBOX_PORT=read.number("MAILBOX_PORT", port + 1),
            DATA_DIR=data_dir,
            DSFR_DIST=(ROOT / read.text("DSFR_DIST", str(data_dir / "dsfr/dsfr/static/dsfr/dist"))).resolve(),
            LOG_JSON=read.boolean("LOG_JSON"),
            TRUSTED_PROXIES=read.number("TRUSTED_PROXIES", 0),
            PUBLISHER=read.text("PUBLISHER", ""),
            PUBLICATION_DIRECTOR=read.text("PUBLICATION_DIRECTOR", ""),
            HOSTING=read.text("HOSTING", ""),
            CONTACT_EMAIL=read.text("CONTACT_EMAIL", ""),
            DATA_PROTECTION_CONTACT=read.text("DATA_PROTECTION_CONTACT", ""),
            RETENTION_NOTICE=read.text("RETENTION_NOTICE", ""),
            SECRET_KEY_FALLBACKS=read.text("SECRET_KEY_FALLBACKS", "").split(),
        )
        faults = read.faults + config._faults() + (_production_faults(environ) if environment == "production" else [])
        if faults:
            raise ConfigurationError(f"The settings are not complete ({environment}): " + "; ".join(faults) + ".")
        return config

    def __post_init__(self) -> None:
        """Derive what Flask, SQLAlchemy and Celery read, each under its own name."""
        production = self.ENVIRONMENT == "production"
        self.TESTING = self.ENVIRONMENT == "testing"
        self.SQLALCHEMY_DATABASE_URI = _for_sqlalchemy(self.DATABASE_URL)
        self.SQLALCHEMY_ENGINE_OPTIONS = {
            "pool_pre_ping": True,
            "hide_parameters": True,  # names and answers never reach the logs
            "connect_args": {"connect_timeout": 5},
        }
        self.MAX_CONTENT_LENGTH = LARGEST_REQUEST
        self.CELERY_BROKER_URL = _for_celery(self.REDIS_URL)
        self.PREFERRED_URL_SCHEME = urlsplit(self.BASE_URL).scheme
        self.SESSION_COOKIE_SECURE = production
        self.SESSION_COOKIE_HTTPONLY = True
        self.SESSION_COOKIE_SAMESITE = "Lax"
        self.SESSION_REFRESH_EACH_REQUEST = False  # the cookie lives as long as the sign-in that it names
        self.PERMANENT_SESSION_LIFETIME = timedelta(days=14)
        # Cookies ignore ports: two copies on one machine must not read each other's.
        self.SESSION_COOKIE_NAME = "__Host-session" if production else f"session-{self.PORT}"

    def _faults(self) -> list[str]:
        faults = []
        if urlsplit(self.BASE_URL).scheme not in {"http", "https"} or not urlsplit(self.BASE_URL).netloc:
            faults.append("BASE_URL must be a full address, such as https://agenda.example.org")
        if urlsplit(self.DATABASE_URL).scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
            faults.append("DATABASE_URL must start with postgresql://")
        if bool(self.MAIL_USERNAME) != bool(self.MAIL_PASSWORD):
            faults.append("MAIL_USERNAME and MAIL_PASSWORD go together")
        return faults


def _for_sqlalchemy(address: str) -> str:
    """The database's address with its driver, whatever the spelling given by the host."""
    return f"postgresql+psycopg:{address.partition(':')[2]}"


def _for_celery(address: str) -> str:
    """The broker's address in Celery's spelling: it says `redis+socket` where everybody says `unix`."""
    scheme, _, place = address.partition(":")
    return f"redis+socket:{place.replace('?db=', '?virtual_host=')}" if scheme == "unix" else address


def _production_faults(environ: Mapping[str, str]) -> list[str]:
    missing = [name for name in REQUIRED_IN_PRODUCTION if not environ.get(name, "").strip()]
    faults = [f"{name} is missing" for name in missing]
    secret = environ.get("SECRET_KEY", "").strip()
    if secret and (len(secret) < SHORTEST_SECRET or secret == DEVELOPMENT_SECRET):
        faults.append(f"SECRET_KEY must be a secret of {SHORTEST_SECRET} characters or more")
    if environ.get("BASE_URL", "").strip().startswith("http:"):
        faults.append("BASE_URL must start with https://")
    return faults


class _Reader:
    """Reads settings one by one and keeps the faults, so that they can be told together."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit():
            return int(value)
        self.faults.append(f"{name} must be a whole number, not “{value}”")
        return default

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, choices[0])
        if value in choices:
            return value
        self.faults.append(f"{name} must be one of {', '.join(choices)}, not “{value}”")
        return choices[0]

    def boolean(self, name: str) -> bool:
        return self.choice(name, ("false", "true")) == "true"
