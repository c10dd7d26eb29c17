"""What every channel does: verify and parse a webhook, show that we work, shape a reply, send a delivery.

A channel file offers `build(settings) -> Channel`. Nothing outside the drawer knows a channel's JSON; nothing inside it knows the
store or the corpus. Vendor errors are translated here into `ChannelError`s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from starlette.types import ASGIApp

from app.domain import Delivery, Event, Receipt, Reply

Said = Callable[[str, int], Sequence[Sequence[Mapping[str, Any]]]]  # what was sent to a conversation, without the first so many


class Channel(Protocol):
    """A place people talk to us."""

    name: str
    token_seconds: float  # how long after a webhook its reply token may be trusted; 0 when the channel has none

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Check the channel's signature over the raw bytes. Header names are lower case.

        Raises:
            BadSignature: missing or wrong.
        """

    def parse(self, body: bytes) -> list[Event]:
        """Read a verified body into the events that concern us, tolerating what is new or odd one event at a time.

        Raises:
            BadRequest: the body is not the channel's JSON at all.
        """

    def show_working(self, event: Event) -> None:
        """Show the asker that an answer is on its way, where the channel can; failure is only logged."""

    def shape(self, replies: Sequence[Reply]) -> tuple[Mapping[str, Any], ...]:
        """Turn replies into the channel's messages, within all its limits, at most what one call may carry."""

    def send(self, delivery: Delivery) -> Receipt:
        """Send one delivery, idempotently where the channel can.

        Raises:
            SendError: not taken; `permanent` says whether another try is of use.
        """


@runtime_checkable
class Acknowledging(Protocol):
    """A channel that must hear more than 200."""

    def acknowledge(self, body: bytes) -> str:
        """Give what a verified and parsed body is answered with."""


@runtime_checkable
class Serving(Protocol):
    """A channel with pages of its own, below `/channels/<name>`."""

    def pages(self, said: Said) -> ASGIApp:
        """Give the pages; `said` gives what was sent to a conversation."""


@runtime_checkable
class Listening(Protocol):
    """A channel that may be told by a connection of its own, beside the webhook."""

    def listen(self, keep: Callable[[Sequence[Event]], None]) -> Callable[[], None]:
        """Start to hand on what arrives, and give what stops it; nothing happens where no such connection is wanted."""


@runtime_checkable
class Metered(Protocol):
    """A channel whose messages are counted, beside `Channel`: what is not an answer to a reply token costs."""

    def messages_left(self) -> int | None:
        """Give how many messages may still be sent this month; None when there is no limit.

        Raises:
            SendError: the channel does not say.
        """


@runtime_checkable
class Counting(Protocol):
    """A metered channel that also tells how many messages it has counted."""

    def messages_used(self) -> int:
        """Give how many messages were counted since the month began.

        Raises:
            SendError: the channel does not say.
        """
