"""The settings: defaults that run, production that refuses what is missing, and an .env.example that tells them all."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT, Config, ConfigurationError

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a secret of the tests, 32 characters or more",
    "BASE_URL": "https://agenda.example.org",
    "DATABASE_URL": "postgres://planner:secret@db.example.org/planner",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "MAIL_HOST": "smtp.example.org",
    "MAIL_PORT": "587",
    "MAIL_SENDER": "agenda@example.org",
}


def refusal(environment: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as refused:
        Config.from_environment(environment)
    return str(refused.value)


def test_without_any_variable_the_service_runs_on_this_machine():
    config = Config.from_environment({})

    assert (config.ENVIRONMENT, config.BASE_URL, config.LISTEN_ADDRESS) == (
        "development",
        "http://localhost:8000",
        "127.0.0.1",
    )
    assert (config.PORT, config.MAILBOX_PORT, config.MAIL_PORT) == (8000, 8001, 1025)
    assert config.DATA_DIR == ROOT / "var"
    assert config.DSFR_DIST == ROOT / "var/dsfr/dsfr/static/dsfr/dist"


def test_what_depends_on_another_setting_follows_it(tmp_path: Path):
    config = Config.from_environment({"PORT": "8010", "DATA_DIR": str(tmp_path)})

    assert (config.BASE_URL, config.MAILBOX_PORT) == ("http://localhost:8010", 8011)
    assert tmp_path / "dsfr/dsfr/static/dsfr/dist" == config.DSFR_DIST


def test_production_runs_with_its_settings():
    config = Config.from_environment(PRODUCTION)

    assert config.SQLALCHEMY_DATABASE_URI == "postgresql+psycopg://planner:secret@db.example.org/planner"
    assert config.CELERY_BROKER_URL == "redis://redis.example.org:6379/0"
    assert config.PREFERRED_URL_SCHEME == "https"


def test_production_names_at_once_all_that_is_missing():
    assert refusal({"ENVIRONMENT": "production"}) == (
        "The settings are not complete (production): SECRET_KEY is missing; BASE_URL is missing; "
        "DATABASE_URL is missing; REDIS_URL is missing; MAIL_HOST is missing; MAIL_PORT is missing; "
        "MAIL_SENDER is missing."
    )


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "ENVIRONMENT"])
def test_production_refuses_an_empty_setting(name: str):
    message = f"The settings are not complete (production): {name} is missing."

    assert refusal({**PRODUCTION, name: " "}) == message


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY must be a secret of 32 characters or more"),
        ("BASE_URL", "http://agenda.example.org", "BASE_URL must start with https://"),
        ("BASE_URL", "agenda.example.org", "BASE_URL must be a full address, such as https://agenda.example.org"),
        ("DATABASE_URL", "mysql://db.example.org/planner", "DATABASE_URL must start with postgresql://"),
        ("MAIL_PORT", "smtp", "MAIL_PORT must be a whole number, not “smtp”"),
        ("MAIL_TLS", "yes", "MAIL_TLS must be one of none, starttls, ssl, not “yes”"),
        ("MAIL_USERNAME", "agenda", "MAIL_USERNAME and MAIL_PASSWORD go together"),
        ("LOG_JSON", "1", "LOG_JSON must be one of false, true, not “1”"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: str, fault: str):
    assert refusal({**PRODUCTION, name: value}) == f"The settings are not complete (production): {fault}."


def test_an_unknown_environment_is_refused():
    fault = "ENVIRONMENT must be one of development, testing, production, not “prod”"

    assert refusal({"ENVIRONMENT": "prod"}) == f"The settings are not complete (development): {fault}."


@pytest.mark.parametrize(
    ("given", "for_celery"),
    [
        ("unix:///run/valkey.sock?db=0", "redis+socket:///run/valkey.sock?virtual_host=0"),
        ("rediss://:secret@redis.example.org/1", "rediss://:secret@redis.example.org/1"),
    ],
)
def test_the_broker_is_spelt_as_celery_wants(given: str, for_celery: str):
    assert for_celery == Config.from_environment({"REDIS_URL": given}).CELERY_BROKER_URL


def test_the_session_cookie_is_kept_from_scripts_and_in_production_to_this_host_over_https():
    app = Flask(__name__)
    app.config.from_object(Config.from_environment(PRODUCTION))

    cookie = {
        name: app.config[f"SESSION_COOKIE_{name}"] for name in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "DOMAIN")
    }

    assert cookie == {"NAME": "__Host-session", "SECURE": True, "HTTPONLY": True, "SAMESITE": "Lax", "DOMAIN": None}


def test_two_copies_on_one_machine_have_two_session_cookies():
    first, second = (Config.from_environment({"PORT": port}).SESSION_COOKIE_NAME for port in ("8000", "8010"))

    assert (first, second) == ("session-8000", "session-8010")


def example() -> dict[str, str]:
    """The settings of .env.example, with the values it shows."""
    text = (ROOT / ".env.example").read_text()
    return {name: value.strip('"') for name, value in re.findall(r"^# ([A-Z_]+)=(.*)$", text, re.MULTILINE)}


def test_env_example_names_every_setting_and_no_other():
    of_the_processes = {"WEB_CONCURRENCY", "WORKER_CONCURRENCY"}

    assert set(example()) - of_the_processes == {field.name for field in fields(Config)}


def test_env_example_shows_the_defaults():
    of_its_own = {"DATABASE_URL", "REDIS_URL"}
    shown = {name: value for name, value in example().items() if name not in of_its_own}

    assert Config.from_environment(shown) == Config.from_environment({})
