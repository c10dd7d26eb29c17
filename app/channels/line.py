"""LINE: signed webhooks in; answers out by the free reply while its token lives, and by push after that."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from linebot.v3.messaging import MessagingApi, PushMessageRequest, ReplyMessageRequest, ShowLoadingAnimationRequest

from app.channels._line_calls import TIMEOUT, call, connect, refused
from app.channels._line_events import NOBODY, read
from app.channels._line_shape import shape
from app.domain import Delivery, Event, Receipt, Reply
from app.errors import BadSignature, SendError
from app.settings import Settings

LOADING_SECONDS = 60  # LINE's longest; it ends with the next message anyway
LOADING_TIMEOUT = (1.0, 2.0)

log = structlog.get_logger(__name__)


class Line:
    """A LINE Official Account."""

    name = "line"
    token_seconds = 50.0  # LINE promises a minute after the webhook; the rest is for the way there
    tokens_die = True

    def __init__(self, secret: str, api: MessagingApi, timeout: tuple[float, float] = TIMEOUT) -> None:
        """Serve the channel with this secret through this client; `timeout` is how long a connection and an answer may take, in seconds."""
        self._secret = secret.encode()
        self._api = api
        self._timeout = timeout

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Check the signature over the raw bytes; without a channel secret nothing can be genuine.

        Raises:
            BadSignature: missing or wrong.
        """
        right = base64.b64encode(hmac.new(self._secret, body, hashlib.sha256).digest())
        given = headers.get("x-line-signature", "").encode("utf-8", "surrogateescape")
        if not self._secret or not hmac.compare_digest(right, given):
            raise BadSignature("the request is not signed with this channel's secret")

    def parse(self, body: bytes) -> list[Event]:
        """Read a verified body into the events that concern us.

        Raises:
            BadRequest: not a JSON object with a list of events.
        """
        return read(body, datetime.now(UTC))

    def show_working(self, event: Event) -> None:
        """Show the loading animation; LINE has it in one-to-one chats only."""
        kind, _, address = event.conversation.partition(":")
        if kind != "user":
            return
        request = ShowLoadingAnimationRequest(chat_id=address, loading_seconds=LOADING_SECONDS)
        try:
            call(self._api.show_loading_animation_with_http_info, request, timeout=LOADING_TIMEOUT)
        except SendError as error:
            log.info("no loading animation", reason=error.reason)

    def shape(self, replies: Sequence[Reply]) -> tuple[Mapping[str, Any], ...]:
        """Turn replies into at most five messages, within all of LINE's limits."""
        return shape(replies)

    def send(self, delivery: Delivery) -> Receipt:
        """Send one delivery: reply while its token is young, else push with the delivery's id as retry key.

        Never twice, as far as LINE allows. A push may be tried again: its retry key makes LINE answer 409 instead of sending. A reply
        has no such key, but its token works once. So when a try of unknown outcome is followed by "Invalid reply token" while the token
        is too young to have died, that try has arrived, and there is nothing left to send. When nothing was tried before, the token is
        simply dead and the delivery is pushed at once; if that push fails in its turn, the next try waits until the token is old, so
        that it is a push again and the refused token is not taken for an arrival. What remains: a reply that LINE took and never
        confirmed, not tried again before its token was old, is pushed as well; LINE offers no way to ask.

        Raises:
            SendError: not taken, or not known to be taken.
        """
        young_for = self._young_for(delivery)
        if young_for <= 0:
            return self._push(delivery)
        request = _request(ReplyMessageRequest, delivery, replyToken=delivery.reply_token)
        heard = call(self._api.reply_message_with_http_info, request, timeout=self._timeout)
        if 200 <= heard.status < 300:
            return Receipt("reply", heard.request_id, heard.message_ids)
        if heard.status != 400 or "reply token" not in heard.message.lower():
            raise refused(heard)
        if delivery.attempts > 0:
            return Receipt("reply", heard.request_id)
        try:
            return self._push(delivery)
        except SendError as error:
            error.retry_after = max(error.retry_after or 0.0, young_for + 1.0)
            raise

    def messages_left(self) -> int | None:
        """Give what is left of the month's quota of pushes; None when the account has no limit. LINE's count is approximate.

        Raises:
            SendError: LINE does not say.
        """
        quota = call(self._api.get_message_quota_with_http_info, timeout=self._timeout)
        if quota.status != 200:
            raise refused(quota)
        return None if quota.data.value is None else max(int(quota.data.value) - self.messages_used(), 0)

    def messages_used(self) -> int:
        """Give how many pushes LINE has counted this month; approximate.

        Raises:
            SendError: LINE does not say.
        """
        used = call(self._api.get_message_quota_consumption_with_http_info, timeout=self._timeout)
        if used.status != 200:
            raise refused(used)
        return int(used.data.total_usage)

    def _push(self, delivery: Delivery) -> Receipt:
        kind, _, address = delivery.conversation.partition(":")
        if kind == NOBODY:
            raise SendError("the sender is unknown and the reply token is gone", permanent=True, reason="gone")
        request = _request(PushMessageRequest, delivery, to=address)
        heard = call(self._api.push_message_with_http_info, request, timeout=self._timeout, x_line_retry_key=delivery.id)
        if 200 <= heard.status < 300:
            return Receipt("push", heard.request_id, heard.message_ids)
        if heard.status == 409:
            return Receipt("push", heard.accepted_id or heard.request_id, heard.message_ids)
        raise refused(heard)

    def _young_for(self, delivery: Delivery) -> float:
        """Give the seconds for which the reply token may still be trusted; 0 or less when there is none."""
        if not delivery.reply_token or delivery.token_at is None:
            return 0.0
        return self.token_seconds - (datetime.now(UTC) - delivery.token_at).total_seconds()


def _request(model: Any, delivery: Delivery, **receiver: str | None) -> Any:
    """Build the SDK's request of our JSON, which it must carry unchanged."""
    try:
        return model.from_dict({**receiver, "messages": [dict(message) for message in delivery.messages]})
    except ValueError as error:  # pydantic's
        raise SendError(f"not messages of LINE: {type(error).__name__}", permanent=True, reason="refused") from None


def build(settings: Settings) -> Line:
    """Make the channel that the settings describe."""
    api, _ = connect(settings.line_api_host, settings.line_channel_access_token.get_secret_value())
    return Line(settings.line_channel_secret.get_secret_value(), api)
