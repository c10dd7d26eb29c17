"""Structured logs as JSON lines on standard error, and what they never hold: questions, bodies, tokens, ids of people."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

# keys that would hold what people wrote or who they are; values are withheld whoever passes them
NEVER = frozenset(
    {"text", "question", "query", "body", "messages", "answer", "token", "reply_token", "sender", "user", "conversation", "address"}
)
FRAMES = 6
QUIET = ("httpx", "httpcore", "urllib3", "chromadb", "alembic", "linebot", "bm25s")


def configure(level: str = "INFO") -> None:
    """Send the logs of this process, our own and the libraries', to standard error as JSON lines."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold,
        _place_errors,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    lines = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(lines)
    logging.raiseExceptions = False  # a line that cannot be written is dropped, not shown with its arguments
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # the webhook logs what matters
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def where(error: BaseException) -> dict[str, Any]:
    """Tell an error by its type and place. Its text is left out: it may quote what somebody wrote."""
    return {"error": type(error).__name__, "at": _frames(error.__traceback__)}


def withhold(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Withhold the values of keys in NEVER."""
    for key in NEVER & event.keys():
        event[key] = "[withheld]"
    return event


def _place_errors(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if given is True:
        error = sys.exc_info()[1]
    return {**event, **where(error)} if isinstance(error, BaseException) else event


def _frames(trace: TracebackType | None) -> list[str]:
    summary = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in summary]
