"""Call Slack's API and tell what came of it: the SDK's client with our timeouts, its errors and urllib's as a `SendError`."""

from __future__ import annotations

import http.client
import logging
import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient

from app.errors import SendError

TIMEOUT = 6  # seconds
SLACK = "https://slack.com/api/"
RATE_WAIT = 30.0  # when Slack asks for fewer calls and does not say for how long
CREDENTIALS_WAIT = 300.0
CREDENTIALS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "org_login_required",
        "ekm_access_denied",
        "team_access_not_granted",
        "access_denied",
        "access_limited",
        "accesslimited",
        "restricted_action",
        "messages_tab_disabled",
    }
)
PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "method_deprecated"})

log = structlog.get_logger(__name__)


def connect(url: str, token: str, timeout: int = TIMEOUT) -> WebClient:
    """Build the SDK's client.

    Args:
        url: replaces Slack's API (a simulator); "" for Slack itself.
        token: the bot token.
        timeout: seconds; the SDK's own would be 30.
    """
    client = WebClient(token, base_url=url or SLACK, timeout=timeout, retry_handlers=[], logger=silent())  # the outbox decides on retries
    client.proxy = None  # urllib then reads the environment itself, and NO_PROXY with it, which the SDK would not
    return client


def call(client: WebClient, method: str, **arguments: Any) -> Mapping[str, Any]:
    """Call a method of the Web API and give its answer.

    Raises:
        SendError: not taken, or not known to be; `reason` is Slack's own word for an error that Slack names.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        # what only reads takes no JSON
        response = client.api_call(method, params=given) if method.startswith("conversations.") else client.api_call(method, json=given)
    except SlackApiError as error:
        raise _refused(error) from None
    except (
        SlackClientError,
        http.client.HTTPException,
        ValueError,
        AttributeError,
    ) as error:  # the SDK stumbles over JSON that is no object
        raise SendError(f"Slack's answer could not be read: {type(error).__name__}", permanent=False) from None
    except TimeoutError:
        raise SendError("Slack did not answer in time", permanent=False, reason="timeout") from None
    except OSError as error:
        raise SendError(f"no connection to Slack: {type(error).__name__}", permanent=False) from None
    log.info("slack called", method=method, status=response.status_code)
    return response.data if isinstance(response.data, dict) else {}


def respond(url: str, message: Mapping[str, Any], timeout: int = TIMEOUT) -> None:
    """Post to the address that came with a command or a pressed button.

    Raises:
        SendError: not taken, or not known to be.
    """
    client = WebhookClient(url, timeout=timeout, retry_handlers=[], logger=silent())
    client.proxy = None
    try:
        heard = client.send_dict(dict(message))
    except TimeoutError:
        raise SendError("Slack did not answer in time", permanent=False, reason="timeout") from None
    except (OSError, http.client.HTTPException, SlackClientError, ValueError) as error:
        raise SendError(f"no connection to Slack: {type(error).__name__}", permanent=False) from None
    log.info("slack called", method="response_url", status=heard.status_code)
    if heard.status_code != 200:
        is_passing = heard.status_code == 429 or heard.status_code >= 500
        wait = _seconds(heard.headers) if heard.status_code == 429 else None
        raise SendError(
            f"Slack answered {heard.status_code}", permanent=not is_passing, retry_after=wait, reason="rate" if wait else "gone"
        )


def _refused(error: SlackApiError) -> SendError:
    """Say what an error means for a delivery.

    A wrong token or a missing scope is mended by an admin, and the answer then still reaches the asker: worth a retry.
    """
    status, told = error.response.status_code, error.response.data
    code = str(told.get("error", "")) if isinstance(told, dict) else ""
    if status == 429 or code in ("ratelimited", "rate_limited", "message_limit_exceeded"):
        return SendError("Slack asks for fewer calls", permanent=False, retry_after=_seconds(error.response.headers), reason="rate")
    if code in CREDENTIALS:
        return SendError(f"Slack does not accept the app's token ({code})", permanent=False, retry_after=CREDENTIALS_WAIT, reason=code)
    if code in PASSING or status >= 500 or not re.fullmatch("[a-z0-9_]+", code):
        return SendError(f"Slack answered {status}", permanent=False)
    return SendError(f"Slack refused it ({code})", permanent=True, reason=code)


def _seconds(headers: Mapping[str, Any]) -> float:
    """Read Retry-After; a client's headers may hold lists."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    value = value[0] if isinstance(value, list) and value else value
    return float(value) if isinstance(value, str) and value.isdecimal() else RATE_WAIT


def silent() -> logging.Logger:
    """Give the SDK a logger that says nothing: its own quotes bodies of answers, which repeat what was said."""
    logger = logging.getLogger("slack_sdk")
    logger.disabled = True
    return logger
