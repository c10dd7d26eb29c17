"""Call LINE's API and tell what came of it: the SDK's clients with our timeouts, its errors and urllib3's as a status or a `SendError`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
import urllib3
from linebot.v3.messaging import ApiClient, ApiException, ApiResponse, Configuration, MessagingApi, MessagingApiBlob

from app.errors import SendError

TIMEOUT = (2.0, 6.0)  # seconds to connect and to read; a reply that times out is tried again while its token is young
QUOTA_WAIT = 3600.0  # a month's quota comes back at the month's end, or when an admin buys more
CREDENTIALS_WAIT = 300.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Heard:
    """An HTTP answer of LINE; `message` is its own words about an error."""

    status: int
    message: str = ""
    request_id: str = ""
    accepted_id: str = ""  # of a 409: the request that was taken before
    message_ids: tuple[str, ...] = ()
    data: Any = None


def connect(host: str, token: str) -> tuple[MessagingApi, MessagingApiBlob]:
    """Build the SDK's clients.

    Args:
        host: replaces both of LINE's hosts (a simulator); "" for LINE itself, where uploads have a host of their own.
        token: the channel access token.
    """
    configuration = Configuration(host=host or None, access_token=token)
    configuration.retries = False  # urllib3 would try three times and follow redirects; the outbox decides that
    client = ApiClient(configuration)
    return MessagingApi(client), MessagingApiBlob(client)


def call(request: Callable[..., ApiResponse], *arguments: Any, timeout: tuple[float, float] = TIMEOUT, **named: Any) -> Heard:
    """Make a call and hear the answer, whatever its status.

    Args:
        request: a method of the SDK whose name ends in `_with_http_info`.
        *arguments: what the method takes.
        timeout: seconds to connect and to read; the SDK's own would be five minutes.
        **named: what the method takes by name.

    Raises:
        SendError: no answer, or none that can be read; whether LINE has acted is unknown. Always worth a retry.
    """
    try:
        response = request(*arguments, _request_timeout=timeout, **named)
    except ApiException as error:
        if not error.status:  # the SDK's way to tell a TLS error
            raise SendError("no TLS connection to LINE", permanent=False) from None
        heard = _refusal(error)
    except urllib3.exceptions.TimeoutError:
        raise SendError("LINE did not answer in time", permanent=False, reason="timeout") from None
    except urllib3.exceptions.HTTPError as error:
        raise SendError(f"no connection to LINE: {type(error).__name__}", permanent=False) from None
    except ValueError:  # a body that is not the API's JSON, of a proxy perhaps
        raise SendError("LINE's answer could not be read", permanent=False) from None
    else:
        ids = tuple(sent.id for sent in getattr(response.data, "sent_messages", None) or ())
        heard = Heard(response.status_code, request_id=_header(response.headers, "x-line-request-id"), message_ids=ids, data=response.data)
    log.info("line called", status=heard.status, request_id=heard.request_id)
    return heard


def refused(heard: Heard) -> SendError:
    """Say what an answer that is no success means for a delivery.

    A wrong token (401) or a plan without the right (403) is mended by an admin, and the answer then still reaches the asker: worth a retry.
    """
    said = heard.message.lower()
    if heard.status == 429 and "monthly" in said:
        return SendError("the month's message quota is used up", permanent=False, retry_after=QUOTA_WAIT, reason="quota")
    if heard.status == 429:
        return SendError("LINE asks for fewer calls", permanent=False, reason="rate")
    if heard.status in (401, 403):
        return SendError(
            f"LINE does not accept the channel's credentials ({heard.status})",
            permanent=False,
            retry_after=CREDENTIALS_WAIT,
            reason="credentials",
        )
    if heard.status == 408 or heard.status >= 500 or heard.status < 400:
        return SendError(f"LINE answered {heard.status}", permanent=False)
    return SendError(f"LINE refused it ({heard.status})", permanent=True, reason="refused")


def _refusal(error: ApiException) -> Heard:
    headers = error.headers or {}
    try:
        body = json.loads(error.body or "{}")
    except ValueError:  # a proxy's page
        body = {}
    body = body if isinstance(body, dict) else {}
    sent = body.get("sentMessages")
    ids = (message.get("id") for message in sent if isinstance(message, dict)) if isinstance(sent, list) else ()
    return Heard(
        status=error.status,
        message=str(body.get("message", "")),
        request_id=_header(headers, "x-line-request-id"),
        accepted_id=_header(headers, "x-line-accepted-request-id"),
        message_ids=tuple(str(one) for one in ids if one),
    )


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name, "")
