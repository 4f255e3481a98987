"""Structured logs: readable on a terminal, JSON otherwise; with request ids, without personal data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from logging.config import dictConfig
from typing import Any

import structlog

from qunlian.kernel import journal

_HIDDEN = "[hidden]"
#: PostgreSQL repeats the row's values in these parts of a message; phone numbers may come from anywhere.
_PERSONAL = re.compile(
    r"(?P<label>DETAIL:|CONTEXT:|STATEMENT:)[^\n]*|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)"
)
_PRIVATE_KEYS = frozenset(
    {
        "phone",
        "mobile",
        "name",
        "address",
        "password",
        "token",
        "cookie",
        "openid",
        "email",
        "args",
        "params",
    }
)

Event = MutableMapping[str, Any]


def add_request_id(_logger: Any, _method: str, event: Event) -> Event:
    """Say which request or job a line belongs to."""
    number = journal.request_id.get()
    if number:
        event.setdefault("request_id", number)
    return event


def hide_personal_data(_logger: Any, _method: str, event: Event) -> Event:
    """Blank values of personal keys, and phone numbers and row values inside any text."""
    for key, value in event.items():
        if key in _PRIVATE_KEYS:
            event[key] = _HIDDEN
        elif isinstance(value, str):
            event[key] = _PERSONAL.sub(_blank, value)
    return event


def configure(_settings: dict[str, Any]) -> None:
    """Send all logs of this process to stderr through one formatter."""
    tty = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_request_id,
        structlog.processors.format_exc_info,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(pad_event_to=0)
        if tty
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder()],
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        hide_personal_data,
                        renderer,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {
                "django": {"handlers": [], "level": "WARNING", "propagate": True},
                "django.server": {"handlers": [], "propagate": True},
                "procrastinate": {"level": "WARNING"},
                "_granian": {"handlers": [], "propagate": True},
            },
        }
    )
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _blank(match: re.Match[str]) -> str:
    label = match.group("label")
    return f"{label} {_HIDDEN}" if label else _HIDDEN
